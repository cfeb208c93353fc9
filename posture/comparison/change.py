"""Whether a difference between two visits is a change in the person.

SEM of the mean of k photos = sqrt(day_sd² + photo_sd²/k); MDC95 = 1.96 · sqrt(SEM_before² +
SEM_after²), which is 2.77 · SEM when both visits have k photos.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from posture.comparison.model import (
    Z95,
    Change,
    Comparison,
    Errors,
    Reason,
    VisitData,
    names_of,
    unit_of,
)
from posture.comparison.protocol import differences_of, same_version, told_alike
from posture.comparison.spread import errors_of, stated_errors
from posture.estimator.model import TARGETS
from posture.inputs.protocol import MOST_PHOTOS

MAX_SLOPE_RATIO: Final = 1.25
"""Estimates that show a change in more different shares than this come from pictures that show
different parts of the back: their difference is not one of the person."""


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
        Other visits of the client: their repeats tell how far this client's photos lie apart.
        The two visits themselves always count and may be among them.
    studio : mapping of str to Errors, optional
        What the studio measured of its own set-up, in the place of the defaults.

    Returns
    -------
    Comparison
    """
    pair = (before, after)
    # Values of another version have another slope: their repeats are not those of this one.
    visits = [*pair, *(session for session in history if same_version((before, session)))]
    reason: Reason | None = None if same_version(pair) else "other_version"
    changes = {}
    for name in names_of(pair):
        errors = errors_of(name, pair, history=visits, studio=studio)
        if reason is not None:
            changes[name] = _untold(name, pair, reason)
        elif name in TARGETS and not told_alike(pair):
            changes[name] = _untold(name, pair, "told_differently")
        elif _seen_differently(name, pair):
            changes[name] = _untold(name, pair, "different_view")
        else:
            changes[name] = change_of(name, before, after, errors)
    return Comparison(
        before=before, after=after, changes=changes, differences=differences_of(before, after)
    )


def sem(errors: Errors, photos: int) -> float:
    """Return the standard error of the mean of ``photos`` photos, in units of true change."""
    return math.sqrt(errors.between_session_sd**2 + errors.within_session_sd**2 / photos)


def mdc95(errors: Errors, photos_before: int, photos_after: int) -> float:
    """Return the smallest change between two means that is real with 95 % confidence."""
    return Z95 * math.hypot(sem(errors, photos_before), sem(errors, photos_after))


def change_of(name: str, before: VisitData, after: VisitData, errors: Errors | None) -> Change:
    """Judge one quantity at two visits."""
    pair = (before, after)
    first, second = before.values(name), after.values(name)
    if not first or not second:
        return _untold(name, pair, "absent_after" if first else "absent_before")
    if errors is None:
        return _untold(name, pair, "no_error_known")
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
    """Say how many photos would settle it, or that photos would not."""
    # Two questions: what to do next time, and what can still be done today.
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
    found = [stated_errors(name, [session]) for session in pair]
    slopes = [errors.slope for errors in found if errors is not None]
    return len(slopes) == 2 and max(slopes) / min(slopes) > MAX_SLOPE_RATIO


def _untold(name: str, pair: tuple[VisitData, VisitData], reason: Reason) -> Change:
    first, second = (session.values(name) for session in pair)
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
