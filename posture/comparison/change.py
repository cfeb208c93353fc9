"""Change of a quantity between two visits, and whether it is real.

Standard error of measurement (SEM) of the mean of k photos:
sqrt(between_session_sd² + within_session_sd²/k). Minimal detectable change (MDC95):
1.96 · sqrt(SEM_before² + SEM_after²), which is 2.77 · SEM when both visits have k photos.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from posture.comparison.differences import (
    Difference,
    differences_of,
    same_details,
    same_method,
)
from posture.comparison.measurement_error import Errors, errors_of, estimator_errors
from posture.comparison.visit_data import ARCH, VisitData, names_of, unit_of
from posture.estimator.model import TARGETS
from posture.inputs.protocol import MOST_PHOTOS

Z95: Final = 1.959963984540054
"""Half-width of a two-sided 95 % normal interval in standard deviations."""

MAX_SLOPE_RATIO: Final = 1.25
"""Estimates whose slopes differ by more than this factor come from photos that show different
parts of the back: their difference need not be one of the person."""

Verdict = Literal["real_change", "no_change_larger_than", "cannot_tell"]
Reason = Literal[
    "absent_before",
    "absent_after",
    "other_version",
    "no_error_known",
    "different_view",
    "told_differently",
    "back_covered",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One quantity at two visits.

    Parameters
    ----------
    name, unit : str
    before, after : float or None
        Means over the photos of each visit.
    photos_before, photos_after : int
        Number of photos that show the quantity.
    change : float or None
        True change: difference of the means, divided by the slope of the estimate.
    low, high : float or None
        95 % interval of the true change; it excludes 0 exactly when the change is real.
    mdc95 : float or None
        Minimal detectable change with these photos.
    verdict : {"real_change", "no_change_larger_than", "cannot_tell"}
    bound : float or None
        The true change, in either direction, is not larger than this (95 %).
    more_photos : int or None
        Further photos of the later visit that would make the present change a real one.
    photos_per_visit : int or None
        Photos at each of two visits that would do so; ``None`` when nine would not.
    errors : Errors or None
    reason : str or None
        Why nothing can be said.
    """

    name: str
    unit: str
    before: float | None
    after: float | None
    photos_before: int
    photos_after: int
    verdict: Verdict
    change: float | None = None
    low: float | None = None
    high: float | None = None
    mdc95: float | None = None
    bound: float | None = None
    more_photos: int | None = None
    photos_per_visit: int | None = None
    errors: Errors | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Comparison of two visits.

    Parameters
    ----------
    before, after : VisitData
    changes : mapping of str to Change
        By quantity, estimates first.
    differences : tuple of Difference
        What else differed between the visits.
    """

    before: VisitData
    after: VisitData
    changes: Mapping[str, Change]
    differences: tuple[Difference, ...]


def compare(
    before: VisitData,
    after: VisitData,
    *,
    history: Sequence[VisitData] = (),
    studio: Mapping[str, Errors] | None = None,
) -> Comparison:
    """Compare two visits, quantity by quantity.

    Parameters
    ----------
    before, after : VisitData
    history : sequence of VisitData
        Other visits of the client, whose repeats show how far this client's photos lie apart.
        The two visits themselves always count and may be among them.
    studio : mapping of str to Errors, optional
        Errors that the studio measured with its own set-up, in place of the defaults.

    Returns
    -------
    Comparison
    """
    pair = (before, after)
    # Values of another method have another slope, so their repeats do not count here.
    visits = [*pair, *(visit for visit in history if same_method((before, visit)))]
    reason: Reason | None = None if same_method(pair) else "other_version"
    changes = {}
    for name in names_of(pair):
        errors = errors_of(name, pair, history=visits, studio=studio)
        if reason is not None:
            changes[name] = _undecided(name, pair, reason)
        elif name in TARGETS and not same_details(pair):
            changes[name] = _undecided(name, pair, "told_differently")
        elif name in ARCH and any(visit.back_covered and visit.values(name) for visit in pair):
            # Slope and errors of a change of the arch were measured on backs in view.
            changes[name] = _undecided(name, pair, "back_covered")
        elif _seen_differently(name, pair):
            changes[name] = _undecided(name, pair, "different_view")
        else:
            changes[name] = change_of(name, before, after, errors)
    return Comparison(
        before=before, after=after, changes=changes, differences=differences_of(before, after)
    )


def sem(errors: Errors, photos: int) -> float:
    """Return the SEM of the mean of ``photos`` photos, in units of true change."""
    return math.sqrt(errors.between_session_sd**2 + errors.within_session_sd**2 / photos)


def mdc95(errors: Errors, photos_before: int, photos_after: int) -> float:
    """Return the minimal detectable change between two means (95 % confidence)."""
    return Z95 * math.hypot(sem(errors, photos_before), sem(errors, photos_after))


def change_of(name: str, before: VisitData, after: VisitData, errors: Errors | None) -> Change:
    """Judge one quantity at two visits."""
    pair = (before, after)
    first, second = before.values(name), after.values(name)
    if not first or not second:
        return _undecided(name, pair, "absent_after" if first else "absent_before")
    if errors is None:
        return _undecided(name, pair, "no_error_known")
    change = (_mean(second) - _mean(first)) / errors.slope
    smallest = mdc95(errors, len(first), len(second))
    judged = Change(
        name=name,
        unit=unit_of(pair, name),
        before=_mean(first),
        after=_mean(second),
        photos_before=len(first),
        photos_after=len(second),
        change=change,
        low=change - smallest,
        high=change + smallest,
        mdc95=smallest,
        bound=abs(change) + smallest,
        verdict="real_change" if abs(change) > smallest else "cannot_tell",
        errors=errors,
    )
    return judged if judged.verdict == "real_change" else _with_advice(judged, errors)


def _with_advice(change: Change, errors: Errors) -> Change:
    """Add the number of photos that would settle it, if any would."""
    # One answer for the next time (each), one for what can still be done today (total).
    size = abs(change.change or 0.0)
    each = next((k for k in range(1, MOST_PHOTOS + 1) if size > mdc95(errors, k, k)), None)
    present = change.photos_after
    total = next(
        (
            k
            for k in range(present + 1, MOST_PHOTOS + 1)
            if size > mdc95(errors, change.photos_before, k)
        ),
        None,
    )
    return replace(
        change,
        verdict="no_change_larger_than" if each is None else "cannot_tell",
        photos_per_visit=each,
        more_photos=None if total is None else total - present,
    )


def _seen_differently(name: str, pair: Sequence[VisitData]) -> bool:
    found = [estimator_errors(name, [visit]) for visit in pair]
    slopes = [errors.slope for errors in found if errors is not None]
    return len(slopes) == 2 and max(slopes) / min(slopes) > MAX_SLOPE_RATIO


def _undecided(name: str, pair: tuple[VisitData, VisitData], reason: Reason) -> Change:
    first, second = (visit.values(name) for visit in pair)
    return Change(
        name=name,
        unit=unit_of(pair, name),
        before=_mean(first) if first else None,
        after=_mean(second) if second else None,
        photos_before=len(first),
        photos_after=len(second),
        verdict="cannot_tell",
        reason=reason,
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
