"""Outlook: the grade after each missing sign, question or test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from posture.case.weigh import open_tests, weigh
from posture.program import Answers, load_library
from posture.program.answers import Answer, answer_fields
from posture.program.model import Question
from posture.screening.grade import (
    PATTERNS,
    Evidence,
    Grade,
    Screening,
    core_probability,
    missing_signs,
)
from posture.types import Pattern

ALL_TESTS: Final = "all_tests"
QUESTIONS: Final = "questions"

SIGN_PRESENT: Final = 0.9
SIGN_ABSENT: Final = 0.1
"""Probability of a sign that a better photo is imagined to show, or to rule out: no photo is ever
quite certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The grade after one more piece of evidence.

    Parameters
    ----------
    item : str
        Name of the sign or test; :data:`QUESTIONS` or :data:`ALL_TESTS`.
    kind : {"sign", "test", "questions", "all_tests"}
    text : str
        One line for people.
    if_positive, if_negative : str
        Grade if the evidence turned out for the pattern, or against it.
    """

    item: str
    kind: Literal["sign", "test", "questions", "all_tests"]
    text: str
    if_positive: Grade
    if_negative: Grade


def find_outlook(screening: Screening, answers: Answers) -> tuple[Outlook, ...]:
    """Return the grade after each missing piece of evidence.

    Parameters
    ----------
    screening : Screening
        Screening of a photo.
    answers : Answers
        Answers and test readings so far.

    Returns
    -------
    tuple of Outlook
        Core signs that the photo does not show, then tests in the order of the library, then the
        open questions, and last all open tests at once.
    """
    pattern = leading_pattern(screening)
    found = [_sign_outlook(screening, answers, item) for item in _unseen(screening)]
    names = open_tests(answers)
    tests = [name for name in names if _speaks(load_library().tests[name].fields, pattern)]
    found += [
        _tests_outlook(screening, answers, pattern, [name], load_library().tests[name].name)
        for name in tests
    ]
    questions = _open_questions(answers, pattern)
    if questions:
        found.append(_questions_outlook(screening, answers, pattern, questions))
    if len(tests) > 1:
        found.append(
            _tests_outlook(screening, answers, pattern, tests, f"All {len(tests)} tests together")
        )
    return tuple(found)


def leading_pattern(screening: Screening) -> Pattern:
    """Return the pattern that is likeliest in the photo; type A when neither can be seen."""
    known = {pattern: core_probability(screening.evidence, pattern) for pattern in PATTERNS}
    return max(PATTERNS, key=lambda name: -1.0 if known[name] is None else known[name] or 0.0)


def _unseen(screening: Screening) -> Iterable[Evidence]:
    missing = missing_signs(screening.evidence)
    yield from (i for i in screening.evidence if i.sign in missing and i.origin == "photo")


def _sign_outlook(screening: Screening, answers: Answers, item: Evidence) -> Outlook:
    def grade(probability: float) -> Grade:
        evidence = tuple(
            replace(other, probability=probability) if other == item else other
            for other in screening.evidence
        )
        return weigh(replace(screening, evidence=evidence), answers).screening.grade

    return Outlook(
        item=item.sign,
        kind="sign",
        text=f"{item.text} (new photo)",
        if_positive=grade(SIGN_PRESENT),
        if_negative=grade(SIGN_ABSENT),
    )


def _tests_outlook(
    screening: Screening, answers: Answers, pattern: Pattern, tests: list[str], text: str
) -> Outlook:
    """Return the grade if all given tests turned out for the pattern, or against it."""

    def grade(*, positive: bool) -> Grade:
        imagined = [
            Answer(path=path, value=_value(field.question, pattern, positive=positive))
            for path, field in answer_fields().items()
            if path.startswith("tests.")
            and path.split(".")[1] in tests
            and field.question.kind != "number"
        ]
        return weigh(screening, _with_answers(answers, imagined)).screening.grade

    return Outlook(
        item=tests[0] if len(tests) == 1 else ALL_TESTS,
        kind="test" if len(tests) == 1 else "all_tests",
        text=text,
        if_positive=grade(positive=True),
        if_negative=grade(positive=False),
    )


def _questions_outlook(
    screening: Screening, answers: Answers, pattern: Pattern, paths: list[str]
) -> Outlook:
    """Return the grade if all open questions were answered for the pattern, or against it."""
    fields = answer_fields()

    def grade(*, positive: bool) -> Grade:
        imagined = [
            Answer(path=path, value=_value(fields[path].question, pattern, positive=positive))
            for path in paths
        ]
        return weigh(screening, _with_answers(answers, imagined)).screening.grade

    noun = "question" if len(paths) == 1 else "questions"
    return Outlook(
        item=QUESTIONS,
        kind="questions",
        text=f"{len(paths)} open {noun} on what is felt",
        if_positive=grade(positive=True),
        if_negative=grade(positive=False),
    )


def _open_questions(answers: Answers, pattern: Pattern) -> list[str]:
    return [
        path
        for path, field in answer_fields().items()
        if not path.startswith("tests.")
        and _speaks([field.question], pattern)
        and answers.choice(path) in (None, "unsure")
    ]


def _speaks(questions: Iterable[Question], pattern: Pattern) -> bool:
    """Whether any of the questions has an answer that bears on the pattern."""
    return any(
        support.pattern == pattern for question in questions for support in question.supports
    )


def _value(question: Question, pattern: Pattern, *, positive: bool) -> str:
    """Return the answer that speaks most for the pattern, or least."""
    choices = [option.id for option in question.options] or ["yes", "no"]
    ratios = dict.fromkeys(choices, 1.0)
    for support in question.supports:
        if support.pattern == pattern:
            ratios[support.value] = support.likelihood_ratio
    pick = max if positive else min
    return pick(choices, key=lambda choice: ratios[choice])


def _with_answers(answers: Answers, more: list[Answer]) -> Answers:
    known = {entry.path: entry for entry in answers.entries} | {entry.path: entry for entry in more}
    return Answers(entries=tuple(known[path] for path in sorted(known)))
