"""Mean of one visit's photos, with an interval that does not promise too much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import variance

from posture.analysis.record import Record
from posture.comparison.likeness import unlike_the_first
from posture.comparison.measurement_error import Errors, errors_of, shrunk_sd
from posture.comparison.visit_data import VisitData, quantities
from posture.estimator.leans import Leans
from posture.estimator.model import TARGETS, Estimates
from posture.quantity import Quantity
from posture.screening.grade import Screening, screen
from posture.types import Sex
from posture.view.findings import Finding, by_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """One quantity over the photos of one visit.

    Parameters
    ----------
    quantity : Quantity
        Mean and its 90 % interval; absent when no photo shows it.
    values : tuple of float
        One value per photo that shows it.
    sd : float or None
        Standard deviation between the photos; ``None`` with fewer than two.
    """

    quantity: Quantity
    values: tuple[float, ...]
    sd: float | None


def average(visit: VisitData) -> dict[str, Average]:
    """Average the photos of one visit.

    Parameters
    ----------
    visit : VisitData

    Returns
    -------
    dict of str to Average
        By quantity, estimates first.

    Notes
    -----
    Photos of one visit share bone shape, clothes and place of the camera. Only the part of the
    error that differs from photo to photo shrinks with the number k of photos: variance = (one
    photo's variance - within-session variance) + within-session variance / k.
    """
    rows = [quantities(record) for record in visit.records]
    names = dict.fromkeys(name for row in rows for name in row)
    return {
        name: _average(name, visit, [row[name] for row in rows if name in row]) for name in names
    }


def merged(records: Sequence[Record], *, sex: Sex | None = None) -> Record:
    """Merge the photos of one visit into one record: means, and the screening of the means.

    Parameters
    ----------
    records : sequence of Record
        At least one.
    sex : {"female", "male"}, optional
        Chooses the norms of the screening.

    Returns
    -------
    Record
        Photo and provenance are those of the first; the status is poor when all photos are.
        Each finding of any photo is listed once, at its largest cost, the costliest first.
        ``unlike`` names photos that may show somebody else, as far as their proportions are known.
    """
    first = records[0]
    visit = unsaved_visit(records)
    means = {name: item.quantity for name, item in average(visit).items()}
    estimates = replace(
        first.estimates,
        pelvic_tilt_deg=means["pelvic_tilt_deg"],
        lumbar_lordosis_deg=means["lumbar_lordosis_deg"],
        lumbar_depth_pct=means["lumbar_depth_pct"],
        asis_psis_deg=means["asis_psis_deg"],
        outline_position_deg=None,
        bone_line_estimate_deg=means.get("bone_line_estimate_deg"),
        correlation=_mean_of([record.estimates.correlation for record in records]),
        leans=_mean_leans([record.estimates.leans for record in records]),
    )
    # Lordosis and depth are also plain measures; under these names the means hold the estimates.
    outlined = [dict(record.measures) for record in records]
    measures = {
        name: means[name] if name not in TARGETS else _plain_mean(name, outlined)
        for name in first.measures
    }
    return replace(
        first,
        status="poor" if all(record.status == "poor" for record in records) else "ok",
        findings=_worst(records, back_seen=not visit.back_covered),
        measures=measures,
        estimates=estimates,
        screening=_screened(records, estimates, measures, sex),
        build={},
        unlike=unlike_the_first([record.build for record in records]),
    )


def _screened(
    records: Sequence[Record],
    estimates: Estimates,
    measures: Mapping[str, Quantity],
    sex: Sex | None,
) -> Screening:
    """Screen the means; a visit that an earlier rule graded keeps the grade of its first photo."""
    if all(record.screening.earlier_rule for record in records):
        return records[0].screening
    male = _mean_of([record.male for record in records])
    return screen(estimates, measures, sex=sex, male=male)


def _mean_leans(found: Sequence[Leans | None]) -> Leans | None:
    """Return the mean leans of the photos that have them."""
    known = [leans for leans in found if leans is not None]
    trunk = _mean_of([leans.trunk_deg for leans in known])
    if trunk is None:
        return None
    return Leans(
        trunk_deg=trunk,
        leg_deg=_mean_of([leans.leg_deg for leans in known]),
        thigh_deg=_mean_of([leans.thigh_deg for leans in known]),
    )


def _mean_of(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are known."""
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _plain_mean(name: str, rows: Sequence[Mapping[str, Quantity]]) -> Quantity:
    """Return the mean of plain measures; its interval is as wide as that of one photo."""
    present = [row[name] for row in rows if row[name].value is not None]
    if not present:
        return rows[0][name]
    count = len(present)
    sd = math.sqrt(math.fsum((item.sd or 0.0) ** 2 for item in present) / count)
    mean = math.fsum(item.value or 0.0 for item in present) / count
    first = present[0]
    return Quantity.known(mean, sd, unit=first.unit, reference=first.reference, flags=first.flags)


def _worst(records: Sequence[Record], *, back_seen: bool) -> tuple[Finding, ...]:
    """Return each finding once; a back that one photo hides another may show."""
    found: dict[str, Finding] = {}
    for record in records:
        for finding in record.findings:
            known = found.get(finding.code)
            if known is None or (finding.cost_deg or 0.0) > (known.cost_deg or 0.0):
                found[finding.code] = finding
    if back_seen:
        found.pop("back_covered", None)
    return by_cost(found.values())


def unsaved_visit(records: Sequence[Record]) -> VisitData:
    """Return unsaved photos as a visit of today."""
    return VisitData(key="", day=date.today(), records=tuple(records))


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorParts:
    """Error variance of the photos of one visit, in the squared unit of the quantity.

    Parameters
    ----------
    shared : float
        Of bone shape, build, clothes and place of the camera: no number of photos averages it out.
    own : float
        Of each single photo.
    """

    shared: float
    own: float

    def sd(self, photos: int) -> float:
        """Return the SD of the error of the mean of ``photos`` photos."""
        return math.sqrt(self.shared + self.own / photos)


def error_parts(shown: Sequence[Quantity], errors: Errors | None) -> ErrorParts:
    """Split the error of a visit's photos into what they share and what each has of its own.

    Parameters
    ----------
    shown : sequence of Quantity
        One per photo, all present.
    errors : Errors or None
        Default errors of the quantity; without them nothing averages out.
    """
    whole = math.fsum((item.sd or 0.0) ** 2 for item in shown) / len(shown)
    if errors is None:
        return ErrorParts(shared=whole, own=0.0)
    # One photo's interval contains the default within-session variance; the visit's own repeats
    # then take its place.
    default = errors.within_session_sd * errors.slope
    spread, freedom = _variance([item.value or 0.0 for item in shown])
    own = shrunk_sd(default, spread, freedom) if freedom else default
    return ErrorParts(shared=max(whole - default**2, 0.0), own=own**2)


def mean_of(shown: Sequence[Quantity], errors: Errors | None) -> Quantity:
    """Return the mean over the photos of a visit; parameters as in :func:`error_parts`."""
    first = shown[0]
    return Quantity.known(
        math.fsum(item.value or 0.0 for item in shown) / len(shown),
        error_parts(shown, errors).sd(len(shown)),
        unit=first.unit,
        reference=first.reference,
        flags=tuple(dict.fromkeys(flag for item in shown for flag in item.flags)),
    )


def _average(name: str, visit: VisitData, items: Sequence[Quantity]) -> Average:
    shown = visit.shown(name)
    if not shown:
        return Average(quantity=items[0], values=(), sd=None)
    values = visit.values(name)
    spread, freedom = _variance(values)
    return Average(
        quantity=mean_of(shown, errors_of(name, [visit])),
        values=values,
        sd=math.sqrt(spread) if freedom else None,
    )


def _variance(values: Sequence[float]) -> tuple[float, int]:
    """Return the variance between photos and its degrees of freedom."""
    return (variance(values) if len(values) > 1 else 0.0), len(values) - 1
