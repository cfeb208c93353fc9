"""A quantity over all visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posture.comparison.average import average
from posture.comparison.model import Session
from posture.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """One visit on a time line: the mean of its photos, with its 90 % interval."""

    key: str
    day: date
    quantity: Quantity
    photos: int


def timeline(sessions: Sequence[Session], name: str) -> tuple[TimePoint, ...]:
    """Return a quantity over visits, oldest first; visits that do not show it have no value."""
    points = []
    for session in sorted(sessions, key=lambda item: item.day):
        found = average(session).get(name)
        if found is not None:
            points.append(
                TimePoint(
                    key=session.key,
                    day=session.day,
                    quantity=found.quantity,
                    photos=len(found.values),
                )
            )
    return tuple(points)
