"""Readings of the trainer's tests: in words, and compared between two visits.

A reading in figures is held against how far two readings of an unchanged person lie apart, where a
source says so (:attr:`posture.program.Question.repeats_within`); every other one is compared in
words, without a claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from posture.case.weigh import with_back_flat
from posture.messages import Message, message
from posture.program import Answers, Question, TrainerTest, load_library
from posture.program.answers import AnswerValue

ReadSide = Literal["", "left", "right"]

_YES_NO: Final = {"yes": "yes", "no": "no", "unsure": "not sure"}
_SIDES: Final = {"left": "left", "right": "right"}
_BACK_FLAT: Final = "back_stayed_flat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a test; ``side`` is empty for a test of both sides together."""

    test: TrainerTest
    side: ReadSide
    field: Question
    value: AnswerValue

    @property
    def path(self) -> str:
        """Path of the reading among all answers."""
        return reading_path(self.test, self.side, self.field)

    @property
    def place(self) -> str:
        """Name of the test, with its side."""
        if not self.side:
            return message(self.test.name)
        return message(
            "{test}, {side}", test=message(self.test.name), side=message(_SIDES[self.side])
        )

    @property
    def words(self) -> str:
        """The reading in words."""
        return value_words(self.field, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChange:
    """One reading at two visits that differs.

    Parameters
    ----------
    before, after : Reading
    sentence : str
        What changed, and whether it is more than repeats of the test differ.
    beyond_repeats : bool or None
        ``None`` where no source says how far repeats lie apart.
    """

    before: Reading
    after: Reading
    sentence: str
    beyond_repeats: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest:
    """The tests of two visits: what differs, and how many readings do not.

    Parameters
    ----------
    changes : tuple of ReadingChange
        Only those beyond what repeats differ by, and those that no source judges.
    unchanged : int
        Readings of both visits that are the same, or within what repeats differ by.
    """

    changes: tuple[ReadingChange, ...]
    unchanged: int

    @property
    def lines(self) -> tuple[str, ...]:
        """One sentence for each change."""
        return tuple(change.sentence for change in self.changes)


def reading_path(test: TrainerTest, side: ReadSide, field: Question) -> str:
    """Return the path of a reading among all answers."""
    return ".".join(part for part in ("tests", test.id, side, field.id) if part)


def sides_of(test: TrainerTest) -> tuple[ReadSide, ...]:
    """Return the sides that a test is read for; one empty side for both together."""
    return ("left", "right") if test.sides == "each" else ("",)


def readings(answers: Answers) -> tuple[Reading, ...]:
    """Return all readings among the answers, in the order of the tests."""
    return tuple(_readings(answers))


def only_tests(answers: Answers) -> Answers:
    """Return the test readings without the questionnaire."""
    return Answers(entries=tuple(e for e in answers.entries if e.path.startswith("tests.")))


def without_tests(answers: Answers) -> Answers:
    """Return the questionnaire without the test readings."""
    return Answers(entries=tuple(e for e in answers.entries if not e.path.startswith("tests.")))


def compare_tests(before: Answers, after: Answers) -> Retest:
    """Compare the test readings of two visits.

    Readings of a Thomas test during which the back lifted are left out, as they are from the
    verdict.
    """
    first = {reading.path: reading for reading in readings(with_back_flat(before))}
    pairs = [
        (first[reading.path], reading)
        for reading in readings(with_back_flat(after))
        if reading.path in first and reading.field.id != _BACK_FLAT
    ]
    changes = tuple(change for change in (_change(*pair) for pair in pairs) if change is not None)
    return Retest(changes=changes, unchanged=len(pairs) - len(changes))


def value_words(field: Question, value: AnswerValue) -> str:
    """Return an answer to one question in words."""
    if isinstance(value, float):
        return number_words(field, value)
    if isinstance(value, tuple):
        return ", ".join(value)
    labels = {option.id: option.label for option in field.options}
    if value in labels:
        return message("“{answer}”", answer=message(labels[value]))
    return message(_YES_NO.get(value, value))


def number_words(field: Question, value: float) -> str:
    """Return a number with the unit of its question."""
    return f"{value:g}°" if field.unit == "degrees" else f"{value:g} {field.unit}".rstrip()


def _readings(answers: Answers) -> Iterator[Reading]:
    for test in load_library().tests.values():
        for side in sides_of(test):
            for field in test.fields:
                value = answers.get(reading_path(test, side, field))
                if value is not None:
                    yield Reading(test=test, side=side, field=field, value=value)


def _change(before: Reading, after: Reading) -> ReadingChange | None:
    if before.value == after.value or "unsure" in (before.value, after.value):
        return None
    if not isinstance(before.value, float) or not isinstance(after.value, float):
        return _worded(before, after)
    within = after.field.repeats_within
    if not within:
        return _worded(before, after)
    if abs(after.value - before.value) <= within:
        return None
    sentence = message(
        "{test}: now {after}, before {before}. Repeats of this test differ by up to {within}.",
        **_gaps(before, after),
        within=number_words(after.field, within),
    )
    return ReadingChange(before=before, after=after, sentence=sentence, beyond_repeats=True)


def _worded(before: Reading, after: Reading) -> ReadingChange:
    if len(after.test.fields) > 1 and after.field.kind == "yes_no":
        sentence: Message = message(
            "{test}: {question} Now {after}, before {before}.",
            **_gaps(before, after),
            question=message(after.field.ask),
        )
    else:
        sentence = message("{test}: now {after}, before {before}.", **_gaps(before, after))
    return ReadingChange(before=before, after=after, sentence=sentence, beyond_repeats=None)


def _gaps(before: Reading, after: Reading) -> dict[str, str]:
    return {"test": after.place, "after": after.words, "before": before.words}
