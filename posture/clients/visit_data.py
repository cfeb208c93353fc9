"""Stored visits in the form that comparisons need."""

from __future__ import annotations

from dataclasses import replace

from posture.analysis.record import Record
from posture.clients.model import Visit
from posture.codec import try_decode
from posture.comparison.visit_data import PhotoView, VisitData
from posture.errors import SettingsError
from posture.geometry.proportions import proportions
from posture.screening.build import chance_by_outline


def visit_data(visit: Visit) -> VisitData:
    """Return a stored visit for comparison; photos of another version are only counted."""
    records: list[Record] = []
    views: list[PhotoView | None] = []
    for shot in visit.shots:
        try:
            record = shot.record()
        except SettingsError:
            continue
        outline = shot.outline
        build, male = proportions(outline), chance_by_outline(outline)
        records.append(replace(record, build=build, male=male))
        views.append(try_decode(PhotoView, shot.result.get("view")))
    return VisitData(
        key=visit.id,
        day=visit.day,
        records=tuple(records),
        protocol=visit.protocol,
        views=tuple(view for view in views if view is not None),
        corrected=frozenset(
            name for record in records for name in record.corrected if name != "facing"
        ),
        unreadable=len(visit.shots) - len(records),
    )
