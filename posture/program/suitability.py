"""Conditions of a client, and the tests that they rule out."""

from __future__ import annotations

from posture.program.answers import Answers
from posture.program.expressions import any_holds
from posture.program.library import Library, load_library
from posture.program.model import Condition


def conditions_of(answers: Answers, library: Library | None = None) -> tuple[Condition, ...]:
    """Return the conditions that a client has ticked, or that another answer says."""
    library = library or load_library()
    facts = answers.facts()
    ticked = answers.conditions
    return tuple(
        condition
        for condition in library.conditions.values()
        if condition.id in ticked or any_holds(condition.when, facts)
    )


def suitable_tests(answers: Answers, library: Library | None = None) -> tuple[str, ...]:
    """Return the ids of the trainer's tests that no condition of the client rules out.

    Parameters
    ----------
    answers : Answers
    library : Library, optional
        Tests and conditions; the shipped ones by default.
    """
    library = library or load_library()
    held = {condition.id for condition in conditions_of(answers, library)}
    return tuple(
        test.id for test in library.tests.values() if not held & set(test.contraindications)
    )
