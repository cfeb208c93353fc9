"""A quantity over all visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from posture.comparison.average import average
from posture.comparison.change import mdc95
from posture.comparison.model import Errors, VisitData
from posture.comparison.spread import errors_of
from posture.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """One visit on a time line.

    Parameters
    ----------
    key : str
    day : date
    quantity : Quantity
        Mean of the photos with the 90 % interval of the value itself.
    photos : int
        Photos that show it.
    half_bar : float or None
        Half the length of a bar around the mean, in its unit, such that the bars of two visits
        with as many photos lie apart when the change between them is real (MDC95 / 2); ``None``
        when nothing is known about changes of this quantity.
    """

    key: str
    day: date
    quantity: Quantity
    photos: int
    half_bar: float | None


def timeline(
    sessions: Sequence[VisitData], name: str, *, studio: Mapping[str, Errors] | None = None
) -> tuple[TimePoint, ...]:
    """Return a quantity over all visits of a client, oldest first.

    Parameters
    ----------
    sessions : sequence of VisitData
        All visits: the repeats in them tell how far this client's photos lie apart.
    name : str
    studio : mapping of str to Errors, optional
        What the studio measured of its own set-up.

    Returns
    -------
    tuple of TimePoint
        Visits whose photos do not show the quantity have an absent one.
    """
    points = []
    for session in sorted(sessions, key=lambda item: item.day):
        found = average(session).get(name)
        if found is not None:
            errors = errors_of(name, [session], history=sessions, studio=studio)
            points.append(
                TimePoint(
                    key=session.key,
                    day=session.day,
                    quantity=found.quantity,
                    photos=len(found.values),
                    half_bar=_half_bar(errors, len(found.values)),
                )
            )
    return tuple(points)


def _half_bar(errors: Errors | None, photos: int) -> float | None:
    if errors is None or not photos:
        return None
    return mdc95(errors, photos, photos) / 2 * errors.slope
