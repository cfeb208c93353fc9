"""Supporting signs: answers and trainer's tests for and against each pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posture.program.answers import AnswerField, Answers, answer_fields
from posture.program.library import Library, load_library
from posture.program.model import Direction, Pattern, Support


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingSign:
    """One answer or test reading that speaks for or against a pattern.

    ``likelihood_ratio`` (above 1 for, below 1 against) is a convention of this project, not a
    measured value; ``basis`` says so wherever it is shown.
    """

    path: str
    origin: Literal["answer", "test"]
    question: str
    value: str
    pattern: Pattern
    direction: Direction
    likelihood_ratio: float
    basis: Literal["convention"] = "convention"


def supporting_signs(
    answers: Answers, library: Library | None = None
) -> tuple[SupportingSign, ...]:
    """List the answers and test readings that speak for or against type A and type B.

    A test of both sides counts once: a finding on either side speaks for the pattern, and only two
    clear sides speak against it.

    Parameters
    ----------
    answers : Answers
    library : Library, optional
        The weights; the shipped ones by default.

    Returns
    -------
    tuple of SupportingSign
        In the order of the questionnaire, then of the tests.
    """
    library = library or load_library()
    found: dict[tuple[str, Pattern], SupportingSign] = {}
    blocked: set[tuple[str, Pattern]] = set()
    for field in answer_fields(library).values():
        for sign in _signs(field, answers):
            key = (_sideless(sign.path), sign.pattern)
            earlier = found.get(key)
            if earlier is None or (earlier.direction, sign.direction) == ("against", "for"):
                found[key] = sign
        if _sideless(field.path) != field.path and answers.choice(field.path) in (None, "unsure"):
            blocked |= {(_sideless(field.path), pattern) for pattern in ("type_a", "type_b")}
    return tuple(s for k, s in found.items() if s.direction == "for" or k not in blocked)


def open_signs(answers: Answers, library: Library | None = None) -> tuple[SupportingSign, ...]:
    """List the signs that each open question and test reading could still give.

    Parameters
    ----------
    answers : Answers
        Answers so far.
    library : Library, optional
        The weights; the shipped ones by default.

    Returns
    -------
    tuple of SupportingSign
        One for each answer that would count. For tests of both sides only the left is listed,
        since a finding on either side counts the same.
    """
    library = library or load_library()
    return tuple(
        _sign(field, support)
        for field in answer_fields(library).values()
        if answers.choice(field.path) in (None, "unsure") and ".right." not in field.path
        for support in field.question.supports
    )


def entered_tests(answers: Answers, library: Library | None = None) -> frozenset[str]:
    """Return the ids of the trainer's tests that have at least one reading."""
    library = library or load_library()
    done = {
        entry.path.split(".")[1] for entry in answers.entries if entry.path.startswith("tests.")
    }
    return frozenset(name for name in library.tests if name in done)


def _signs(field: AnswerField, answers: Answers) -> list[SupportingSign]:
    value = answers.choice(field.path)
    return [_sign(field, support) for support in field.question.supports if support.value == value]


def _sign(field: AnswerField, support: Support) -> SupportingSign:
    return SupportingSign(
        path=field.path,
        origin="test" if field.path.startswith("tests.") else "answer",
        question=field.question.ask,
        value=support.value,
        pattern=support.pattern,
        direction=support.direction,
        likelihood_ratio=support.likelihood_ratio,
    )


def _sideless(path: str) -> str:
    return path.replace(".left.", ".").replace(".right.", ".")
