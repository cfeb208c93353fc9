"""A round of the trainer's tests: which ones, in which order, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from posture.case.retest import reading_path, sides_of
from posture.case.weigh import DOMAINS
from posture.codec import Json
from posture.program import Answers, TrainerTest, load_library, suitable_tests

SECONDS_EACH: Final = 50
"""Time for one test of both sides, with reading it out and writing it down."""

TELLING: Final = 1.2
"""Ratio of a finding from which a test belongs to the first ones; the order in which muscles fire
face down tells less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRound:
    """The tests for one client.

    Parameters
    ----------
    first : tuple of TrainerTest
        One for each group of muscles that bears on the verdict: about five minutes.
    more : tuple of TrainerTest
        All others that no condition of the client rules out.
    """

    __test__ = False

    first: tuple[TrainerTest, ...]
    more: tuple[TrainerTest, ...]

    @property
    def minutes(self) -> int:
        """Minutes for the first tests."""
        return round(len(self.first) * SECONDS_EACH / 60)


def round_of(answers: Answers) -> TestRound:
    """Return the tests that fit a client.

    Parameters
    ----------
    answers : Answers
        With the conditions of the client, which rule some tests out.
    """
    tests = [load_library().tests[name] for name in suitable_tests(answers)]
    telling: dict[str, TrainerTest] = {}
    for test in tests:
        if test.id in DOMAINS and _weight(test) >= TELLING:
            telling.setdefault(DOMAINS[test.id], test)
    first = tuple(telling.values())
    return TestRound(first=first, more=tuple(test for test in tests if test not in first))


def _weight(test: TrainerTest) -> float:
    """Return the largest ratio of any reading of a test."""
    supports = (support for field in test.fields for support in field.supports)
    return max((support.likelihood_ratio for support in supports), default=1.0)


def paths_of(test: TrainerTest) -> tuple[str, ...]:
    """Return the paths of all readings of a test."""
    return tuple(
        reading_path(test, side, field) for side in sides_of(test) for field in test.fields
    )


def with_readings(
    kept: Mapping[str, Json] | None, test: TrainerTest, found: Mapping[str, Json]
) -> dict[str, Json]:
    """Return stored answers with the readings of one test replaced."""
    own = set(paths_of(test))
    return {path: value for path, value in (kept or {}).items() if path not in own} | dict(found)
