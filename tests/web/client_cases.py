"""Invented visits, made from one real analysis."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from posture.analysis.result import Analysis, AnalysisDict
from posture.clients import Capture, ClientStore, Details
from posture.clients.capture import capture
from posture.inputs.protocol import Protocol

DAY = date(2025, 3, 3)
LATER = date(2025, 4, 28)
HOW = Protocol(arms="crossed_high", clothing="tight", camera_height_cm=95.0)


def photos(analysis: Analysis, *shifts: float, first: int = 0) -> list[Capture]:
    """Return captures as if of several photos, each with its tilt shifted by some degrees."""
    kept = _captured(analysis)
    return [
        replace(kept, result=_moved(kept.result, shift, f"{number:064x}"))
        for number, shift in enumerate(shifts, start=first)
    ]


def two_visits(store: ClientStore, analysis: Analysis, change: float, name: str = "Anna") -> str:
    """Save a client with two visits of three photos each; return the client's id."""
    before = photos(analysis, -0.5, 0.0, 0.5)
    after = photos(analysis, change - 0.5, change, change + 0.5, first=10)
    visit = store.add_visit(Details(name=name), before, day=DAY, protocol=HOW)
    store.add_visit(visit.client_id, after, day=LATER, protocol=HOW)
    return visit.client_id


_known: dict[str, Capture] = {}


def _captured(analysis: Analysis) -> Capture:
    """Encode the pictures of a photo only once."""
    key = analysis.provenance.photo_sha256
    if key not in _known:
        _known[key] = capture(analysis)
    return _known[key]


def _moved(result: AnalysisDict, shift: float, sha256: str) -> AnalysisDict:
    moved: AnalysisDict = json.loads(json.dumps(result))
    assert moved["estimates"] is not None
    assert moved["provenance"] is not None
    tilt = moved["estimates"]["pelvic_tilt_deg"]
    for key in ("value", "low", "high"):
        tilt[key] += shift
    moved["provenance"]["photo_sha256"] = sha256
    return moved
