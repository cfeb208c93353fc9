"""Renewed analysis of a visit's stored photos, after an update of the estimator."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from posture.analysis.correct import correct
from posture.analysis.result import Analysis
from posture.clients.capture import capture, hints_of
from posture.clients.errors import ClientsError
from posture.clients.model import Capture, Client, Shot, Visit, provenance_of
from posture.clients.store import ClientStore
from posture.codec import try_decode
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints
from posture.view.gate import StoredView


class PhotoAnalyzer(Protocol):
    """Anything that analyses one photo, such as :class:`posture.Analyzer`."""

    def analyze(self, source: bytes, *, hints: Hints, name: str) -> Analysis:
        """Analyse one photo."""
        ...


def analyze_again(store: ClientStore, visit_id: str, analyzer: PhotoAnalyzer) -> Visit:
    """Replace the results of a visit with those of this version.

    The hints given at the time are used again wherever the client file has nothing newer, and
    points that were corrected by hand keep their positions.

    Raises
    ------
    ClientsError
        ``no_photos`` when photos were not kept.
    PostureError
        When this version cannot read a photo; the old results then stay.
    """
    visit = store.visit(visit_id)
    if "a photo" in visit.damaged:
        # Its results would be dropped with those that are replaced.
        raise ClientsError(
            "A photo of this visit is damaged: restore a backup first, or delete the visit.",
            code="damaged_visit",
        )
    client = store.get(visit.client_id)
    return store.replace_shots(
        visit.id, [_reanalysed(store, client, visit, shot, analyzer) for shot in visit.shots]
    )


def _reanalysed(
    store: ClientStore, client: Client, visit: Visit, shot: Shot, analyzer: PhotoAnalyzer
) -> Capture:
    photo = store.photo(shot.id)
    if photo is None and shot.photo_kept:
        raise ClientsError(
            "A photo of this visit is damaged: restore a backup first, or delete the visit.",
            code="damaged_visit",
        )
    if photo is None:
        raise ClientsError(
            "The photos of this visit were not kept, so they cannot be analysed again.",
            code="no_photos",
        )
    hints = hints_of(client.details, visit.protocol, given=_hints_of_shot(shot))
    analysis = analyzer.analyze(photo, hints=hints, name=str(shot.result.get("photo", "")))
    corrections = shot.result.get("corrections")
    if corrections is not None:
        analysis = correct(analysis, Corrections.from_dict(corrections))
    return capture(analysis)


def _hints_of_shot(shot: Shot) -> Hints:
    """Return the hints that a photo was measured with, whatever their source."""
    view = try_decode(StoredView, shot.result.get("view"))
    placed = Hints(
        facing=shot.outline.in_photo.frame.facing,
        roll_deg=view.roll_deg if view is not None and view.roll_source == "given" else None,
    )
    provenance = provenance_of(shot.result)
    if provenance is None:
        return placed
    # Results of version 0.1.0 lack some of these.
    return replace(
        placed,
        sex=provenance.sex,
        clothing=provenance.clothing,
        height_cm=provenance.height_cm,
        camera_height_cm=provenance.camera_height_cm,
        camera_distance_cm=provenance.camera_distance_cm,
    )
