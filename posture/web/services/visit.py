"""Photos of one person taken together: their mean, their spread, their files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.case.starter import plan_request
from posture.comparison.average import merged
from posture.program import PlanRequest
from posture.types import Sex
from posture.web.services.examine import Examined, document_of

TARGETS: Final = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the good ones among the photos of one person say together.

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


def visit_of(outcomes: Sequence[Examined], *, sex: Sex | None) -> Visit | None:
    """Return the mean of all photos that could be used, or ``None`` when none could.

    Parameters
    ----------
    outcomes : sequence of Examined
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


def visit_file(outcomes: Sequence[Examined], visit: Visit) -> str:
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
    return records[0] if len(records) == 1 else merged(records, sex=sex)


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
