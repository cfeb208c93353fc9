"""Client texts: easy to read, without fear and without promises."""

import re
from collections.abc import Iterator

import pytest

from posture.program import Exercise, Plan, load_library
from posture.program.texts import phrases

HIGHEST_GRADE = 8.0
FEAR = (
    "severe", "damage", "degenerat", "worn", "deteriorat", "dangerous", "crippl", "abnormal",
    "bad posture", "poor posture", "deform", "collapse", "crumbl", "unstable", "disorder",
    "disease", "defect", "dysfunction", "crooked", "posture age", "postural age", "body age",
    "years older", "worse over time", "will get worse", "will worsen", "permanent", "fragile",
)  # fmt: skip
UNKIND = ("slipped", "at your age", "sleepy", "tummy", "if a move hurts", "lazy")
PROMISES = (
    "cure", "heals", "will heal", "fixes", "fix your", "guarantee", "will correct", "get rid of",
    "pain-free", "you have lower crossed", "you suffer", "diagnosed", "proven",
)  # fmt: skip


def syllables(word: str) -> int:
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) <= 3:
        return 1
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not re.search(r"[^aeiouy]le$", word):
        groups -= 1
    if re.search(r"[^aeiouytd]ed$", word):
        groups -= 1
    return max(1, groups)


def reading_grade(texts: list[str]) -> float:
    """Return the Flesch-Kincaid grade of texts, each of which ends with a full sentence."""
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s]
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", " ".join(texts))
    parts = [part for word in words for part in word.split("-") if part]
    beats = sum(syllables(part) for part in parts)
    return 0.39 * len(parts) / len(sentences) + 11.8 * beats / len(parts) - 15.59


def exercise_texts(exercise: Exercise) -> list[str]:
    return [*exercise.steps, *exercise.cues, *exercise.mistakes, exercise.reason]


def question_texts() -> Iterator[str]:
    for section in load_library().sections.values():
        yield section.intro
        for question in section.questions:
            yield question.ask
            if question.help:
                yield question.help


def rule_texts() -> Iterator[str]:
    rules = load_library().rules
    yield from (phase.aim for phase in rules.phases)
    for role in rules.roles:
        yield from (text for text in (role.purpose, role.type_a, role.type_b) if text)
    yield from (signal.note for signal in rules.signals)


def groups() -> dict[str, list[str]]:
    library = load_library()
    sentences = [text for text in phrases().values() if text.endswith(".") and " " in text]
    return {
        "questionnaire": list(question_texts()),
        "rules": list(rule_texts()),
        "red_flags": [flag.tell for flag in library.red_flags.values()],
        "conditions": [c.note for c in library.conditions.values()],
        "phrases": sentences,
        "atlas": [muscle.plain for muscle in library.muscles.values()],
        **{f"story {part.id}": [part.short, part.text] for part in library.story.values()},
    }


def client_texts() -> dict[str, str]:
    library = load_library()
    found = {name: " ".join(texts) for name, texts in groups().items()}
    for exercise in library.exercises.values():
        parts = [exercise.name, *exercise.aliases, *exercise_texts(exercise)]
        found[exercise.id] = " ".join((*parts, *exercise.poses, exercise.evidence.note))
    return found


def test_formula_on_sentences_with_known_counts() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 - 15.59
    assert reading_grade(["The cat sat on the mat."]) == pytest.approx(-1.45)
    # 4 words, 1 sentence, 14 syllables: 0.39 * 4 + 11.8 * 14 / 4 - 15.59
    hard = ["Proprioceptive neuromuscular facilitation accelerates."]
    assert reading_grade(hard) > HIGHEST_GRADE


@pytest.mark.parametrize("exercise", list(load_library().exercises.values()), ids=lambda e: e.id)
def test_exercise_reads_at_grade_eight_or_below(exercise: Exercise) -> None:
    assert reading_grade(exercise_texts(exercise)) <= HIGHEST_GRADE


@pytest.mark.parametrize("name", list(groups()))
def test_other_client_texts_read_at_grade_eight_or_below(name: str) -> None:
    assert reading_grade(groups()[name]) <= HIGHEST_GRADE


def test_printed_plans_read_at_grade_eight_or_below(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        items = [item for session in plan.sessions for item in session.items]
        texts = [plan.headline, *plan.notes, *(item.reason for item in items)]
        assert reading_grade(texts) <= HIGHEST_GRADE


@pytest.mark.parametrize("word", FEAR)
def test_no_fear(word: str) -> None:
    assert [name for name, text in client_texts().items() if word in text.lower()] == []


@pytest.mark.parametrize("word", UNKIND)
def test_no_word_that_belittles_or_frightens(word: str) -> None:
    assert [name for name, text in client_texts().items() if word in text.lower()] == []


@pytest.mark.parametrize("word", PROMISES)
def test_no_promise_and_no_verdict(word: str) -> None:
    assert [name for name, text in client_texts().items() if word in text.lower()] == []
