"""One to three photos of one person taken together: their mean, their spread, their files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posture.comparison.average import average, session_of
from posture.estimation import Estimates
from posture.findings import by_cost
from posture.program import PlanRequest
from posture.quantity import Quantity
from posture.record import Record
from posture.result import Analysis
from posture.screening import screen
from posture.signs import Sex
from posture.starter import plan_request
from posture.web.services.examine import Outcome, document_of

MOST_PHOTOS: Final = 3
"""What differs from photo to photo falls to 58 % in a mean of three, and with a fourth only to
50 %: not worth the client's patience."""

TARGETS: Final = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the good ones among one to three photos say together.

    Parameters
    ----------
    analyses : tuple of Analysis
        At least one.
    record : Record
        Of the only photo, or the mean of all.
    untouched : Record or None
        The same before points were moved by hand; ``None`` when none was moved.
    spreads : mapping of str to float
        Greatest minus smallest value of each estimate that two photos or more show.
    """

    analyses: tuple[Analysis, ...]
    record: Record
    untouched: Record | None
    spreads: Mapping[str, float]


def visit_of(outcomes: Sequence[Outcome], *, sex: Sex | None) -> Visit | None:
    """Return the mean of all photos that could be used, or ``None`` when none could.

    Parameters
    ----------
    outcomes : sequence of Outcome
    sex : {"female", "male"} or None
        Chooses norms.

    Returns
    -------
    Visit or None
    """
    analyses = tuple(each.analysis for each in outcomes if each.analysis is not None)
    if not analyses:
        return None
    records = [Record.of(analysis) for analysis in analyses]
    untouched = None
    if any(analysis.original is not None for analysis in analyses):
        before = [Record.of(analysis.original or analysis) for analysis in analyses]
        untouched = _together(before, sex)
    return Visit(
        analyses=analyses,
        record=_together(records, sex),
        untouched=untouched,
        spreads=_spreads(records),
    )


def first_request(record: Record, *, today: date) -> PlanRequest:
    """Return what the first programme for a finding is made from."""
    return plan_request(record.screening, start=today)


def visit_file(outcomes: Sequence[Outcome], visit: Visit) -> str:
    """Return the JSON file to take away: one result, or all of them with their mean."""
    results = [document_of(outcome) for outcome in outcomes]
    if len(results) == 1:
        return _written(results[0])
    record = visit.record
    mean = {
        "photos": [analysis.photo for analysis in visit.analyses],
        "estimates": record.estimates.to_dict(),
        "measures": {name: value.to_dict() for name, value in record.measures.items()},
        "screening": record.screening.to_dict(),
    }
    return _written({"mean": mean, "photos": results})


def _together(records: Sequence[Record], sex: Sex | None) -> Record:
    if len(records) == 1:
        return records[0]
    means = _means(records)
    # Two of the estimates are measures as well, read straight from the outline.
    outlines = _means([_with_outline(record) for record in records])
    estimates = _with(records[0].estimates, means)
    measures = {
        name: outlines[name] if name in TARGETS else means[name] for name in records[0].measures
    }
    findings = {finding.code: finding for record in records for finding in record.findings}
    poor = all(record.status == "poor" for record in records)
    return replace(
        records[0],
        status="poor" if poor else "ok",
        findings=by_cost(findings.values()),
        measures=measures,
        estimates=estimates,
        screening=screen(estimates, measures, sex=sex),
    )


def _means(records: Sequence[Record]) -> dict[str, Quantity]:
    means = average(session_of(records))
    return {name: mean.quantity for name, mean in means.items()}


def _with_outline(record: Record) -> Record:
    return replace(record, estimates=_with(record.estimates, record.measures))


def _with(estimates: Estimates, values: Mapping[str, Quantity]) -> Estimates:
    tilt, arch, depth = (values.get(name, getattr(estimates, name)) for name in TARGETS)
    return replace(
        estimates, pelvic_tilt_deg=tilt, lumbar_lordosis_deg=arch, lumbar_depth_pct=depth
    )


def _spreads(records: Sequence[Record]) -> dict[str, float]:
    spreads = {}
    for name in TARGETS:
        found = [getattr(record.estimates, name).value for record in records]
        values = [value for value in found if value is not None]
        if len(values) > 1:
            spreads[name] = max(values) - min(values)
    return spreads


def _written(result: object) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
