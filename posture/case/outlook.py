"""Outlook: what each open test would change, if it can change the grade at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from posture.case.weigh import Weighed, open_tests, weigh
from posture.messages import message
from posture.program import Answers, load_library
from posture.program.answers import Answer, answer_fields
from posture.program.model import Question
from posture.screening.grade import Grade, Screening, leading_of
from posture.types import Pattern

ALL_TESTS: Final = "all_tests"
QUESTIONS: Final = "questions"
ONE_QUESTION: Final = "{count} open question on what is felt"
MANY_QUESTIONS: Final = "{count} open questions on what is felt"

MOST_TESTS: Final = 2
"""So many tests are offered at once: more would keep nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The grade after one more piece of evidence.

    Parameters
    ----------
    item : str
        Name of the test; :data:`QUESTIONS` or :data:`ALL_TESTS`.
    kind : {"test", "questions", "all_tests"}
    text : str
        One line for people.
    if_positive, if_negative : str
        Grade if the evidence turned out for the pattern, or against it.
    """

    item: str
    kind: Literal["test", "questions", "all_tests"]
    text: str
    if_positive: Grade
    if_negative: Grade


def find_outlook(screening: Screening, answers: Answers) -> tuple[Outlook, ...]:
    """Return what can still change the grade, the most telling test first.

    Parameters
    ----------
    screening : Screening
        Screening of a photo.
    answers : Answers
        Answers and test readings so far.

    Returns
    -------
    tuple of Outlook
        Single tests and the open questions by how far they can move the probability, then all open
        tests at once; only what can change the grade. Empty when nothing can.
    """
    pattern = leading_pattern(screening, answers)
    library = load_library()
    tests = [name for name in open_tests(answers) if _speaks(library.tests[name].fields, pattern)]
    pieces = [_Piece("test", name, library.tests[name].name, _readings([name])) for name in tests]
    questions = _open_questions(answers, pattern)
    if questions:
        words = message(
            ONE_QUESTION if len(questions) == 1 else MANY_QUESTIONS, count=len(questions)
        )
        pieces.append(_Piece("questions", QUESTIONS, words, questions))
    found = sorted(
        (_imagined(screening, answers, pattern, piece) for piece in pieces),
        key=lambda each: -each.reach,
    )
    if len(tests) > 1:
        words = message("All {count} tests together", count=len(tests))
        together = _Piece("all_tests", ALL_TESTS, words, _readings(tests))
        found.append(_imagined(screening, answers, pattern, together))
    now = weigh(screening, answers).screening.grade
    return tuple(
        each.outlook
        for each in found
        if {each.outlook.if_positive, each.outlook.if_negative} != {now}
    )


def tests_to_do(outlook: tuple[Outlook, ...]) -> tuple[Outlook, ...]:
    """Return the one or two tests that tell most, which page, sheet and terminal name alike."""
    return tuple(each for each in outlook if each.kind == "test")[:MOST_TESTS]


def leading_pattern(screening: Screening, answers: Answers) -> Pattern:
    """Return the pattern that photo and answers make likelier; type A when neither is known."""
    weighed = weigh(screening, answers)
    known = {
        pattern: probability * weighed.weights[pattern]
        for pattern, probability in screening.probabilities.items()
    }
    return weighed.screening.pattern or leading_of(known) or "type_a"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One more piece of evidence, and the answers that it consists of."""

    kind: Literal["test", "questions", "all_tests"]
    item: str
    text: str
    paths: list[str]


@dataclass(frozen=True, slots=True)
class _Imagined:
    """An outlook, and how far apart its two outcomes are."""

    outlook: Outlook
    reach: float


def _imagined(screening: Screening, answers: Answers, pattern: Pattern, piece: _Piece) -> _Imagined:
    """Return the outlook if all given answers turned out for the pattern, or against it."""

    def weighed(*, positive: bool) -> Weighed:
        fields = answer_fields()
        imagined = [
            Answer(path=path, value=_value(fields[path].question, pattern, positive=positive))
            for path in piece.paths
        ]
        return weigh(screening, _with_answers(answers, imagined))

    positive, negative = weighed(positive=True), weighed(positive=False)
    return _Imagined(
        Outlook(
            item=piece.item,
            kind=piece.kind,
            text=piece.text,
            if_positive=positive.screening.grade,
            if_negative=negative.screening.grade,
        ),
        reach=positive.weights[pattern] / negative.weights[pattern],
    )


def _readings(tests: list[str]) -> list[str]:
    return [
        path
        for path, field in answer_fields().items()
        if path.startswith("tests.")
        and path.split(".")[1] in tests
        and field.question.kind != "number"
    ]


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
