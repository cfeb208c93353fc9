"""Changes and repeatability in plain sentences, never as a bare arrow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from posture.analysis.record import Unlike
from posture.comparison.change import Change, Comparison, Reason
from posture.comparison.further_photo import FurtherPhoto
from posture.comparison.repeatability import Repeatability
from posture.comparison.sides import SideDifference
from posture.estimator.model import LINE, POSITION
from posture.messages import message
from posture.texts import MINUS, UNIT_SIGNS, label, trainer_label, with_unit

DRAWN_IN: Final = (
    "Single values are drawn toward the average of adults, changes are not. So a change can be "
    "larger than the difference of the two values."
)
"""Beside changes whose slope :func:`say_slope` names."""

REASONS: Final[Mapping[Reason, str]] = {
    "absent_before": "Not to be seen at the first of the two visits.",
    "absent_after": "Not to be seen at the second of the two visits.",
    "other_version": "Computed by different versions: analyse the photos of both visits again.",
    "no_error_known": "The result does not say how sure a change is: analyse the photos again.",
    "different_view": "Read in different ways at the two visits: from other parts of the back, or "
    "from points that were placed by hand.",
    "told_differently": "Estimated with other knowledge of sex or clothes: write both down and "
    "analyse the photos again.",
    "back_covered": "The back is covered at one of the two visits: a change of the arch can only "
    "be read where the back is in clear view at both.",
}


BY_CHANCE: Final = "With so many measures, about one in twenty changes by chance alone."


def comparison_lines(comparison: Comparison) -> tuple[str, ...]:
    """Say what changed between two visits: one plain sentence a change, the rest in a line.

    Returns
    -------
    tuple of str
        Tilt and arch first: what really changed, what is unchanged as far as photos can tell and
        what would settle it, what cannot be compared; then other measures that really changed.
    """
    changes = comparison.changes
    main = [changes[name] for name in comparison.main if name in changes]
    real = [change for change in main if change.verdict == "real_change"]
    others = other_changes(comparison)
    return (
        *map(real_sentence, real),
        *_still(comparison, main),
        *_obstacles(main),
        *map(real_sentence, others),
        *((BY_CHANCE,) if others else ()),
    )


def other_changes(comparison: Comparison) -> tuple[Change, ...]:
    """Return the measures besides tilt and arch that really changed."""
    return tuple(
        change
        for name, change in comparison.changes.items()
        if name not in comparison.main and change.verdict == "real_change"
    )


def real_sentence(change: Change) -> str:
    """Say a real change in one sentence, with its range.

    The amount is that in the body: single values are drawn toward the average of adults, changes
    are not, so it may be larger than the difference of the two values.
    """
    low, high = sorted((abs(change.low or 0.0), abs(change.high or 0.0)))
    gaps = {
        "amount": with_unit(abs(change.change or 0.0), change.unit),
        "low": with_unit(low, change.unit),
        "high": with_unit(high, change.unit),
    }
    more = (change.change or 0.0) > 0
    if change.name == POSITION:
        return _tips(gaps, more=more)
    if change.name == "lumbar_lordosis_deg":
        return _arches(gaps, more=more)
    if change.name == LINE:
        return _slopes(gaps, more=more)
    measure = message(label(change.name))
    if more:
        return message(
            "{measure}: {amount} more than before (most likely {low} to {high}).",
            measure=measure,
            **gaps,
        )
    return message(
        "{measure}: {amount} less than before (most likely {low} to {high}).",
        measure=measure,
        **gaps,
    )


def _tips(gaps: Mapping[str, str], *, more: bool) -> str:
    if more:
        return message(
            "The pelvis tips {amount} more forward than before (most likely {low} to {high}).",
            **gaps,
        )
    return message(
        "The pelvis tips {amount} less forward than before (most likely {low} to {high}).", **gaps
    )


def _slopes(gaps: Mapping[str, str], *, more: bool) -> str:
    if more:
        return message(
            "The ASIS–PSIS line slopes {amount} more forward than before (most likely {low} to "
            "{high}).",
            **gaps,
        )
    return message(
        "The ASIS–PSIS line slopes {amount} less forward than before (most likely {low} to "
        "{high}).",
        **gaps,
    )


def _arches(gaps: Mapping[str, str], *, more: bool) -> str:
    if more:
        return message(
            "The low back arches {amount} more than before (most likely {low} to {high}).", **gaps
        )
    return message(
        "The low back arches {amount} less than before (most likely {low} to {high}).", **gaps
    )


def _still(comparison: Comparison, main: Iterable[Change]) -> Iterator[str]:
    """Yield what is unchanged as far as photos can tell, and how many photos would settle it."""
    still = [c for c in main if c.verdict != "real_change" and c.reason is None]
    if not still:
        return
    yield message("Unchanged, as far as photos can tell: {measures}.", measures=_labels(still))
    pelvis = next((c for c in still if c.name == comparison.pelvis), None)
    if pelvis is None or pelvis.verdict != "cannot_tell":
        return
    if pelvis.more_photos == 1:
        yield "One more photo of the later visit can settle whether the tilt changed."
    elif pelvis.more_photos:
        yield message(
            "{count} more photos of the later visit can settle whether the tilt changed.",
            count=pelvis.more_photos,
        )
    elif pelvis.photos_per_visit:
        yield message(
            "{count} photos at each visit can settle whether the tilt changed.",
            count=pelvis.photos_per_visit,
        )


def _obstacles(main: Iterable[Change]) -> Iterator[str]:
    """Yield each reason why something cannot be compared once, with all that it concerns."""
    hindered: dict[Reason, list[Change]] = {}
    for change in main:
        if change.reason is not None:
            hindered.setdefault(change.reason, []).append(change)
    for reason, changes in hindered.items():
        yield message(
            "{measures}: {reason}", measures=_labels(changes), reason=message(REASONS[reason])
        )


def _labels(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(label(change.name) for change in changes)


def say_change(change: Change) -> str:
    """Say what is known about a change.

    Returns
    -------
    str
        For example "Real change: 4° more (between 1° and 7°)."
    """
    if change.reason is not None:
        return REASONS[change.reason]
    if change.change is None or change.low is None or change.high is None:
        return REASONS["no_error_known"]
    if change.verdict == "real_change":
        word = "more" if change.change > 0 else "less"
        low, high = sorted((abs(change.low), abs(change.high)))
        return (
            f"Real change: {with_unit(abs(change.change), change.unit)} {word} "
            f"(between {with_unit(low, change.unit)} and {with_unit(high, change.unit)})."
        )
    if change.verdict == "no_change_larger_than":
        return f"No change larger than {at_most(change.bound or 0.0, change.unit)}."
    return f"Cannot tell yet: {_advice(change)}."


SLOPE_TOLERANCE: Final = 0.05
"""A slope this close to 1 does not alter any figure as it is shown."""


def say_slope(change: Change) -> str:
    """Say why a change is not the difference of the two values; empty if both read the same.

    Returns
    -------
    str
        For example "An estimate shows only part of a change: the values differ by 3°, which stands
        for 5° in the body."
    """
    errors = change.errors
    if errors is None or change.change is None or abs(errors.slope - 1) < SLOPE_TOLERANCE:
        return ""
    size = abs(change.change)
    apart, stands_for = (with_unit(each, change.unit) for each in (size * errors.slope, size))
    if apart == stands_for:
        return ""
    return (
        f"An estimate shows only part of a change: the values differ by {apart}, which stands for "
        f"{stands_for} in the body."
    )


def say_repeatability(found: Repeatability) -> str:
    """Say what a studio's photos can show of one quantity."""
    unit = found.unit
    one, *_, three = found.means
    return message(
        "{measure}: a change between two visits counts as real from {mdc_one} with one photo each, "
        "and from {mdc_three} with three. Photos of one session scatter by {within} (SD), sessions "
        "by another {between}. The standard error of a mean of {photos} photos is {sem} (95 % "
        "interval {sem_low} to {sem_high}), the ICC {icc} ({icc_low} to {icc_high}); {people} "
        "people.",
        measure=message(trainer_label(found.name)),
        mdc_one=amount(one.mdc95, unit),
        mdc_three=amount(three.mdc95, unit),
        within=amount(found.within_session_sd, unit),
        between=amount(found.between_session_sd, unit),
        photos=found.photos,
        sem=amount(found.sem.value, unit),
        sem_low=amount(found.sem.low, unit),
        sem_high=amount(found.sem.high, unit),
        icc=f"{found.icc.value:.2f}",
        icc_low=f"{found.icc.low:.2f}",
        icc_high=f"{found.icc.high:.2f}",
        people=found.people,
    )


def say_further_photo(gain: FurtherPhoto) -> str:
    """Say what one more photo would bring, also when that is little.

    Returns
    -------
    str
        For example "One more photo like this would bring little: pelvic tilt ±8.7° instead of
        ±9.0°."
    """
    measure = (label(gain.name),)
    then, now = (f"±{amount(half, gain.unit)}" for half in (gain.then, gain.now))
    if gain.is_little:
        return message(
            "One more photo like this would bring little: {measure} {then} instead of {now}.",
            measure=measure,
            then=then,
            now=now,
        )
    return message(
        "One more photo like this would narrow the range: {measure} {then} instead of {now}.",
        measure=measure,
        then=then,
        now=now,
    )


def say_sides(found: SideDifference) -> str:
    """Say how the two sides of a visit differ, beside what photos can tell apart."""
    gaps = {
        "measure": message(label(found.name)),
        "left": amount(found.left, found.unit),
        "right": amount(found.right, found.unit),
        "detectable": amount(found.detectable, found.unit),
    }
    if found.is_real:
        return message(
            "{measure}: {left} from the left, {right} from the right. That is more than the "
            "{detectable} by which photos of two equal sides can differ; take both once more to "
            "see whether it stays.",
            **gaps,
        )
    return message(
        "{measure}: {left} from the left, {right} from the right. That is no difference: photos "
        "show one only from {detectable} on.",
        **gaps,
    )


def say_unlike(found: Unlike) -> str:
    """Ask about photos of a visit that may show somebody else, and say what to do then."""
    *most, last = map(str, found.others)
    if not most:
        return message(
            "Photo {number} may show a different person from photo {first}, as the proportions of "
            "the body differ: if so, leave it out or begin anew.",
            number=last,
            first=found.first,
        )
    return message(
        "Photos {most} and {last} may show a different person from photo {first}, as the "
        "proportions of the body differ: if so, leave them out or begin anew.",
        most=", ".join(most),
        last=last,
        first=found.first,
    )


def amount(number: float, unit: str) -> str:
    """Return a spread or a threshold with one decimal, and its unit.

    A value beside its interval is told by :func:`posture.texts.with_unit`, as everywhere else.
    """
    text = f"{number:.1f}"
    text = text.removeprefix("-") if float(text) == 0 else text.replace("-", MINUS)
    return text + UNIT_SIGNS.get(unit, f" {unit}")


def at_most(number: float, unit: str) -> str:
    """Return a bound, rounded away from zero so that it still holds."""
    # The small step back keeps binary rounding from turning 5.0 into 5.1.
    return amount(math.ceil(number * 10 - 1e-9) / 10, unit)


def _advice(change: Change) -> str:
    if change.more_photos is not None:
        return f"take {_photos(change.more_photos, 'more ')}"
    return f"take {_photos(change.photos_per_visit or 1, '')} at each visit"


def _photos(count: int, more: str) -> str:
    return f"{count} {more}{'photo' if count == 1 else 'photos'}"
