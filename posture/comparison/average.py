"""Mean of one visit's photos, with an interval that does not promise too much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from posture.analysis.record import Record
from posture.comparison.measurement_error import errors_of, pooled_variance
from posture.comparison.visit_data import VisitData, quantities
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
    return {name: _average(name, visit, [row[name] for row in rows]) for name in names}


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
    """
    first = records[0]
    means = {name: item.quantity for name, item in average(unsaved_visit(records)).items()}
    estimates = replace(
        first.estimates,
        pelvic_tilt_deg=means["pelvic_tilt_deg"],
        lumbar_lordosis_deg=means["lumbar_lordosis_deg"],
        lumbar_depth_pct=means["lumbar_depth_pct"],
        correlation=_mean_of([record.estimates.correlation for record in records]),
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
        findings=_worst(records, arch_known=estimates.lumbar_depth_pct.present),
        measures=measures,
        estimates=estimates,
        screening=_screened(records, estimates, measures, sex),
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


def _worst(records: Sequence[Record], *, arch_known: bool) -> tuple[Finding, ...]:
    """Return each finding once; a back that one photo hides may be known from another."""
    found: dict[str, Finding] = {}
    for record in records:
        for finding in record.findings:
            known = found.get(finding.code)
            if known is None or (finding.cost_deg or 0.0) > (known.cost_deg or 0.0):
                found[finding.code] = finding
    if arch_known:
        found.pop("back_covered", None)
    return by_cost(found.values())


def unsaved_visit(records: Sequence[Record]) -> VisitData:
    """Return unsaved photos as a visit of today."""
    return VisitData(key="", day=date.today(), records=tuple(records))


def _average(name: str, visit: VisitData, items: Sequence[Quantity]) -> Average:
    present = [item for item in items if item.value is not None]
    if not present:
        return Average(quantity=items[0], values=(), sd=None)
    values = visit.values(name)
    count = len(values)
    variance, freedom = pooled_variance(name, [visit])
    errors = errors_of(name, [visit], history=[visit])
    whole = math.fsum((item.sd or 0.0) ** 2 for item in present) / count
    # One photo's interval contains the default within-session variance; this visit's own takes
    # its place.
    base = errors_of(name, [visit])
    default = 0.0 if base is None else (base.within_session_sd * base.slope) ** 2
    within = 0.0 if errors is None else (errors.within_session_sd * errors.slope) ** 2
    sd = math.sqrt(max(whole - default, 0.0) + within / count)
    first = present[0]
    return Average(
        quantity=Quantity.known(
            math.fsum(values) / count,
            sd,
            unit=first.unit,
            reference=first.reference,
            flags=tuple(dict.fromkeys(flag for item in present for flag in item.flags)),
        ),
        values=values,
        sd=math.sqrt(variance) if freedom else None,
    )
