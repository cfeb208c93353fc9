"""The verdict of photo and tests together, and what comes next, in words.

Every sentence is a message, so that pages can show it in another language.
"""

from __future__ import annotations

from typing import Final

from posture.analysis.record import Record
from posture.case.outlook import find_outlook, tests_to_do
from posture.case.weigh import Weighed
from posture.messages import message
from posture.program import Answers
from posture.screening.grade import Screening, flagged
from posture.screening.words import NOT_SUGGESTED, verdict_lines
from posture.types import Sex

AGREE: Final = "Photo and tests agree."

MUSCLES_ORDINARY: Final = (
    "Your hips test tight, trunk and seat weak; your posture is ordinary. The plan is the one for "
    "the type A pattern."
)
MUSCLES: Final = (
    "Your hips test tight, trunk and seat weak. The plan is the one for the type A pattern."
)
AGAINST_UPKEEP: Final = (
    "The photo alone pointed to a pattern, but the tests speak against it: the plan is for upkeep."
)
AGAINST: Final = (
    "The photo alone made it likely, but the tests speak against it: the plan still fits the "
    "pattern, and a new photo will tell more."
)
RAISED: Final = (
    "The photo alone said less, but the tests speak for it: the plan is the one for this pattern."
)

BETTER_PHOTO: Final = (
    "Next: another photo, side on, whole body, arms folded high and in tight clothes."
)
ONE_TEST: Final = (
    "Next: start with session A, and do one short test that tells whether muscles play a part."
)
TWO_TESTS: Final = (
    "Next: start with session A, and do two short tests that tell whether muscles play a part."
)
SESSION_A: Final = "Next: start with session A."
SETTLED: Final = "Next: start with session A, and take a new photo after four weeks."


def case_lines(
    weighed: Weighed, record: Record, answers: Answers, *, sex: Sex | None
) -> tuple[str, ...]:
    """State the grade of photo and tests together, where it comes from, and what comes next.

    Parameters
    ----------
    weighed : Weighed
    record : Record
    answers : Answers
    sex : {"female", "male"} or None
    """
    return (*told_lines(weighed, record, sex=sex), *next_lines(weighed.screening, record, answers))


def told_lines(weighed: Weighed, record: Record, *, sex: Sex | None) -> tuple[str, ...]:
    """State the grade of photo and tests together, and where it comes from."""
    screening = weighed.screening
    lines = verdict_lines(screening, record.estimates, sex=sex)
    if screening.confirmed:
        return (*lines, AGREE)
    if screening.muscle_pattern and not flagged(screening.grade):
        if screening.grade == "undetermined":
            return (*lines, MUSCLES)
        return (*(line for line in lines if line != NOT_SUGGESTED), MUSCLES_ORDINARY)
    return (*lines, *_disagreement(weighed))


def next_lines(screening: Screening, record: Record, answers: Answers) -> tuple[str, ...]:
    """Say what to do next; nothing for a posture that is not suggested."""
    if screening.earlier_rule or screening.grade == "not_suggested":
        return ()
    if screening.grade == "undetermined":
        return (BETTER_PHOTO,)
    tests = tuple(each.text for each in tests_to_do(find_outlook(record.screening, answers)))
    if screening.grade == "likely":
        return ((SESSION_A, ONE_TEST, TWO_TESTS)[len(tests)],)
    return (_settling(tests),)


def _settling(tests: tuple[str, ...]) -> str:
    """Name the tests that would settle it best."""
    if not tests:
        return SETTLED
    if len(tests) == 1:
        return message("Next: one test would tell more: {test}.", test=tests)
    return message("Next: two short tests would tell more: {tests}.", tests=tests)


def _disagreement(weighed: Weighed) -> tuple[str, ...]:
    """Say that tests moved the grade of the photo, and which plan follows."""
    photo, screening = weighed.photo, weighed.screening
    if not weighed.moved:
        return ()
    if not flagged(screening.grade):
        return (AGAINST_UPKEEP,)
    return (AGAINST if photo.grade == "likely" else RAISED,)
