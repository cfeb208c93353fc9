"""Analyse the stored photos of a visit again, after a new version of the estimator."""

from __future__ import annotations

from typing import Protocol

from posture.analysis.correct import correct
from posture.analysis.result import Analysis
from posture.clients.capture import capture
from posture.clients.errors import ClientsError
from posture.clients.model import Capture, Client, Shot, Visit
from posture.clients.store import ClientStore
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints


class Analyses(Protocol):
    """Whatever analyses one photo, such as :class:`posture.Analyzer`."""

    def analyze(self, source: bytes, *, hints: Hints) -> Analysis:
        """Analyse one photo."""
        ...


def analyze_again(store: ClientStore, visit_id: str, analyzer: Analyses) -> Visit:
    """Replace the results of a visit by those of this version.

    Facing, clothing and camera roll that were given at the time are given again, and points that
    were corrected by hand are put where they were.

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
    analysis = analyzer.analyze(photo, hints=_hints(client, visit, shot))
    corrections = shot.result.get("corrections")
    if corrections is not None:
        analysis = correct(analysis, Corrections.from_dict(corrections))
    renewed = capture(analysis)
    # Stored photos have no name of their own.
    renewed.result["photo"] = shot.result["photo"]
    return renewed


def _hints(client: Client, visit: Visit, shot: Shot) -> Hints:
    view = shot.result["view"]
    given = view is not None and view["roll_source"] == "given"
    # What the client file does not say may have been said beside the photo.
    told = shot.result["provenance"]
    return Hints(
        facing=shot.outline.in_photo.frame.facing,
        roll_deg=view["roll_deg"] if view is not None and given else None,
        sex=client.details.sex or (told and told.get("sex")),
        clothing=visit.protocol.clothing or (told and told.get("clothing")),
        height_cm=client.details.height_cm,
    )
