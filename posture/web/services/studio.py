"""Repeatability of a studio: people with two sessions each, and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from posture.analysis.result import Method
from posture.clients import ClientStore, Visit
from posture.clients.repeatability_store import (
    StoredRepeatability,
    load_repeatability,
    method_of,
)
from posture.clients.visit_data import visit_data
from posture.comparison.repeatability import Study, study

MIN_PHOTOS: Final = 2
"""Fewer photos in a session say nothing about how much photos differ; three are better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person in the measurement.

    Parameters
    ----------
    id, name : str
    visits : tuple of Visit
        The visits with enough photos, oldest first.
    """

    id: str
    name: str
    visits: tuple[Visit, ...]

    @property
    def complete(self) -> bool:
        """Whether there are at least two sessions."""
        return len(self.visits) >= 2


def person_of(store: ClientStore, client_id: str, name: str) -> Person:
    """Return a client with the visits that have enough photos."""
    visits = store.visits(client_id)
    return Person(
        id=client_id,
        name=name,
        visits=tuple(visit for visit in visits if len(visit.shots) >= MIN_PHOTOS),
    )


def closest_pair(visits: Sequence[Visit]) -> tuple[int, int]:
    """Return the places of the two neighbouring visits with the fewest days between them.

    The less time between them, the less the person can have changed.
    """
    gaps = [(other.day - one.day).days for one, other in pairwise(visits)]
    first = gaps.index(min(gaps))
    return first, first + 1


def result_of(chosen: Mapping[str, tuple[Visit, Visit]]) -> Study:
    """Return the repeatability from two sessions of each person.

    Raises
    ------
    SettingsError
        ``bad_study`` if there are too few people or photos.
    """
    return study([[visit_data(visit) for visit in pair] for pair in chosen.values()])


def newest_method(visits: Sequence[Visit]) -> Method | None:
    """Return the method of the newest readable photo, or ``None`` if there is none."""
    return next(filter(None, (method_of(visit_data(visit)) for visit in reversed(visits))), None)


def repeatability_of(store: ClientStore, visits: Sequence[Visit]) -> StoredRepeatability | None:
    """Return the stored result of the studio, if it holds for these visits."""
    method = newest_method(visits)
    return None if method is None else load_repeatability(store, method=method)


def last_day(chosen: Mapping[str, tuple[Visit, Visit]]) -> date:
    """Return the day of the newest session."""
    return max(visit.day for pair in chosen.values() for visit in pair)
