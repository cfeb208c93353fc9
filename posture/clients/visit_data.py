"""Stored visits in the form in which visits are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posture.analysis.record import Record
from posture.case.result_file import ResultDict
from posture.clients.model import Visit
from posture.comparison.model import Seen, VisitData
from posture.errors import SettingsError


def visit_data(visit: Visit) -> VisitData:
    """Return a stored visit as comparisons see it; photos of another version are counted only."""
    readable: list[tuple[Record, ResultDict]] = []
    for shot in visit.shots:
        try:
            readable.append((shot.record(), shot.result))
        except SettingsError:
            continue
    return VisitData(
        key=visit.id,
        day=visit.day,
        records=tuple(record for record, _ in readable),
        protocol=visit.protocol,
        seen=tuple(seen for _, result in readable for seen in _seen(result)),
        corrected=frozenset(
            name for record, _ in readable for name in record.corrected if name != "facing"
        ),
        unreadable=len(visit.shots) - len(readable),
    )


def _seen(result: ResultDict) -> Iterator[Seen]:
    """Read how a photo saw the person, from a result that may have been imported."""
    view: Mapping[str, object] = result.get("view") or {}
    facing, yaw, roll = (view.get(name) for name in ("facing", "yaw_deg", "roll_deg"))
    if isinstance(facing, str) and isinstance(yaw, int | float) and isinstance(roll, int | float):
        yield Seen(facing=facing, yaw_deg=float(yaw), roll_deg=float(roll))
