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
from posture.estimator.model import LINE, OLD_LINE, POSITION, TARGETS
from posture.inputs.protocol import MOST_PHOTOS

Z95: Final = 1.959963984540054
"""Half-width of a two-sided 95 % normal interval in standard deviations."""

MAX_SLOPE_RATIO: Final = 1.25
"""Estimates whose slopes differ by more than this factor come from photos that show different
parts of the back: their difference need not be one of the person."""

METHOD_FREE: Final = frozenset({LINE})
"""Quantities that a person read off the photo: neither the estimator nor its version counts."""

ESTIMATED: Final = frozenset({*TARGETS, OLD_LINE})
"""Quantities that depend on what is known of sex and clothes."""

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
    repeats_left_out : int
        Visits of the client with several photos whose scatter does not count, because another
        version read them.
    """

    before: VisitData
    after: VisitData
    changes: Mapping[str, Change]
    differences: tuple[Difference, ...]
    repeats_left_out: int = 0

    @property
    def pelvis(self) -> str:
        """Name of the quantity that tells how the pelvis changed.

        The bone line where both visits have it, the position otherwise: one is never compared with
        the other. Between two visits of version 0.1 it is the line as that version estimated it.
        """
        if self.before.line_placed and self.after.line_placed:
            return LINE
        records = (*self.before.records, *self.after.records)
        old = all(record.old for record in records) and OLD_LINE in self.changes
        return OLD_LINE if old else POSITION

    @property
    def main(self) -> tuple[str, ...]:
        """Names of the quantities shown first: pelvis, arch angle, arch depth."""
        return (self.pelvis, "lumbar_lordosis_deg", "lumbar_depth_pct")


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
    changes = {}
    for name in names_of(pair):
        repeats = [*pair, *history] if name in METHOD_FREE else visits
        errors = errors_of(name, pair, history=repeats, studio=studio)
        reason = obstacle(name, pair)
        changes[name] = (
            change_of(name, before, after, errors)
            if reason is None
            else _undecided(name, pair, reason)
        )
    kept = {visit.key for visit in visits}
    return Comparison(
        before=before,
        after=after,
        changes=changes,
        differences=differences_of(before, after),
        repeats_left_out=sum(len(visit.records) > 1 and visit.key not in kept for visit in history),
    )


def obstacle(name: str, pair: tuple[VisitData, VisitData]) -> Reason | None:
    """Return why values of two visits must not be compared, or ``None``."""
    if name not in METHOD_FREE and not same_method(pair):
        return "other_version"
    if name in ESTIMATED and not same_details(pair):
        return "told_differently"
    if name in ARCH and any(visit.back_covered and visit.values(name) for visit in pair):
        # Slope and errors of a change of the arch were measured on backs in view.
        return "back_covered"
    return "different_view" if _seen_differently(name, pair) else None


def sem(errors: Errors, photos: int) -> float:
    """Return the SEM of the mean of ``photos`` photos, in units of true change."""
    return math.sqrt(errors.between_session_sd**2 + errors.within_session_sd**2 / photos)


def mdc95(errors: Errors, photos_before: int, photos_after: int) -> float:
    """Return the minimal detectable change between two means (95 % confidence)."""
    return Z95 * math.hypot(sem(errors, photos_before), sem(errors, photos_after))


def change_of(name: str, before: VisitData, after: VisitData, errors: Errors | None) -> Change:
    """Judge one quantity at two visits."""
    pair = (before, after)
    first, second = before.readings(name), after.readings(name)
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
    first, second = (visit.readings(name) for visit in pair)
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
