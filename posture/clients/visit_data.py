"""Stored visits, ready to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posture.analysis.record import Record
from posture.case.result_file import ResultDict
from posture.clients.model import Visit
from posture.comparison.visit_data import PhotoView, VisitData
from posture.errors import SettingsError


def visit_data(visit: Visit) -> VisitData:
    """Return a stored visit, ready to be compared; photos of another version are only counted."""
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
        views=tuple(view for _, result in readable for view in _views(result)),
        corrected=frozenset(
            name for record, _ in readable for name in record.corrected if name != "facing"
        ),
        unreadable=len(visit.shots) - len(readable),
    )


def _views(result: ResultDict) -> Iterator[PhotoView]:
    """Yield the view of a photo, unless an imported result holds none that can be read."""
    view: Mapping[str, object] = result.get("view") or {}
    facing, yaw, roll = (view.get(name) for name in ("facing", "yaw_deg", "roll_deg"))
    if isinstance(facing, str) and isinstance(yaw, int | float) and isinstance(roll, int | float):
        yield PhotoView(facing=facing, yaw_deg=float(yaw), roll_deg=float(roll))
