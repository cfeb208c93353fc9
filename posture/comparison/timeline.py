"""Time line of a quantity over all visits of a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from posture.comparison.average import average
from posture.comparison.change import mdc95
from posture.comparison.measurement_error import Errors, errors_of
from posture.comparison.visit_data import VisitData
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
        Number of photos that show it.
    half_bar : float or None
        Half the length of an error bar around the mean, in its unit: MDC95 / 2, so that the bars
        of two visits with as many photos do not overlap when the change between them is real.
        ``None`` when the error of a change is not known.
    """

    key: str
    day: date
    quantity: Quantity
    photos: int
    half_bar: float | None


def timeline(
    visits: Sequence[VisitData], name: str, *, studio: Mapping[str, Errors] | None = None
) -> tuple[TimePoint, ...]:
    """Return a quantity over all visits of a client, oldest first.

    Parameters
    ----------
    visits : sequence of VisitData
        All visits; their repeats show how far this client's photos lie apart.
    name : str
    studio : mapping of str to Errors, optional
        Errors that the studio measured with its own set-up, in place of the defaults.

    Returns
    -------
    tuple of TimePoint
        The quantity is absent for visits whose photos do not show it.
    """
    points = []
    for visit in sorted(visits, key=lambda item: item.day):
        found = average(visit).get(name)
        if found is not None:
            errors = errors_of(name, [visit], history=visits, studio=studio)
            points.append(
                TimePoint(
                    key=visit.key,
                    day=visit.day,
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
