"""Dates of the plan: photos, and after weeks 2, 4 and 8 the tests to do again."""

from __future__ import annotations

from datetime import timedelta

from posture.messages import sentences
from posture.program.plan import CheckUp, PhotoDate
from posture.program.profile import ClientProfile
from posture.program.suitability import suitable_tests
from posture.program.support import entered_tests
from posture.program.texts import say

WEEKS = (2, 4, 8)
FEW = 2
"""Tests after two weeks: enough to see whether the start was right."""


def photo_dates(client: ClientProfile) -> tuple[PhotoDate, ...]:
    """Return the days on which photos are taken."""
    start = client.request.start
    weeks = client.library.rules.limits.photo_weeks
    return tuple(PhotoDate(week=week, date=start + timedelta(weeks=week)) for week in weeks)


def check_ups(client: ClientProfile) -> tuple[CheckUp, ...]:
    """Return what is tested again after weeks 2, 4 and 8, and what changes then.

    Tests that were done come first, so that like is compared with like; tests that a condition
    rules out are never asked for.
    """
    photos = client.library.rules.limits.photo_weeks
    tests = _tests(client)
    return tuple(
        CheckUp(
            week=week,
            date=client.request.start + timedelta(weeks=week),
            tests=tests[:FEW] if week == WEEKS[0] else tests,
            photo=week in photos,
            then=_then(client, week),
        )
        for week in WEEKS
    )


def _then(client: ClientProfile, week: int) -> str:
    usual = say(f"check_{week}")
    if client.differing and week == WEEKS[0]:
        return sentences(say("check_2_sides"), usual)
    return usual


def _tests(client: ClientProfile) -> tuple[str, ...]:
    answers, library = client.request.answers, client.library
    done = entered_tests(answers, library)
    usual = next(r.tests for r in library.rules.retests if r.serves == client.request.serves)
    wanted = dict.fromkeys([*(name for name in library.tests if name in done), *usual])
    fitting = set(suitable_tests(answers, library))
    return tuple(name for name in wanted if name in fitting)
