"""Analyse the stored photos of a visit again, after a new version of the estimator."""

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


class Analyses(Protocol):
    """Whatever analyses one photo, such as :class:`posture.Analyzer`."""

    def analyze(self, source: bytes, *, hints: Hints, name: str) -> Analysis:
        """Analyse one photo."""
        ...


def analyze_again(store: ClientStore, visit_id: str, analyzer: Analyses) -> Visit:
    """Replace the results of a visit by those of this version.

    Everything that was told at the time is told again, as far as nothing else is written down by
    now, and points that were corrected by hand are put where they were.

    Parameters
    ----------
    store : ClientStore
    visit_id : str
    analyzer : Analyses

    Returns
    -------
    Visit

    Raises
    ------
    ClientsError
        ``no_photos`` when photos were not kept.
    PostureError
        When this version cannot read a photo; the old results then stay.
    """
    visit = store.visit(visit_id)
    client = store.get(visit.client_id)
    return store.replace_shots(
        visit.id, [_again(store, client, visit, shot, analyzer) for shot in visit.shots]
    )


def _again(
    store: ClientStore, client: Client, visit: Visit, shot: Shot, analyzer: Analyses
) -> Capture:
    photo = store.photo(shot.id)
    if photo is None:
        raise ClientsError(
            "The photos of this visit were not kept, so that they cannot be analysed again.",
            code="no_photos",
        )
    hints = hints_of(client.details, visit.protocol, said=_said(shot))
    analysis = analyzer.analyze(photo, hints=hints, name=shot.result["photo"])
    corrections = shot.result.get("corrections")
    if corrections is not None:
        analysis = correct(analysis, Corrections.from_dict(corrections))
    return capture(analysis)


def _said(shot: Shot) -> Hints:
    """Return what a photo was measured with, whoever said it."""
    view = try_decode(StoredView, shot.result.get("view"))
    alone = Hints(
        facing=shot.outline.in_photo.frame.facing,
        roll_deg=view.roll_deg if view is not None and view.roll_source == "given" else None,
    )
    told = provenance_of(shot.result)
    if told is None:
        return alone
    # Results of version 0.1.0 do not say all of it.
    return replace(
        alone,
        sex=told.sex,
        clothing=told.clothing,
        height_cm=told.height_cm,
        camera_height_cm=told.camera_height_cm,
        camera_distance_cm=told.camera_distance_cm,
    )
