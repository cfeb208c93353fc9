"""Whole body in the picture, or not: one answer for everything that needs the height."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.drawn import analysis_of
from support.paper_doll import SOLE, TOP, Doll

from posture.analysis import correct
from posture.analysis.result import Analysis
from posture.clients.capture import cutout_of, outline_of
from posture.inputs.hints import Hints
from posture.measures.traced_body import trace_body
from posture.pelvis.line import TRUNK_MM
from posture.pelvis.stickers import StickerSearch, find_stickers
from posture.view.stance import parts_in_frame
from posture.web.services.estimate_cards import estimate_cards
from posture.web.services.examine import ExaminedPhoto
from posture.web.services.visit import visit_of

PLAIN = Doll()
HEIGHT_CM = 173.0
TRUNKS_HIGH = TOP - SOLE


def cropped(*, top: int = 0, bottom: int = 0, left: int = 0) -> Doll:
    """Cut margins off the plain doll's picture, in pixels."""
    width, height = PLAIN.size
    x, y = PLAIN.hip_px
    return PLAIN.but(size=(width - left, height - top - bottom), hip_px=(x - left, y - top))


KINDS = {
    "whole": (cropped(), set(), set(), True),
    "margins cut, not the body": (cropped(top=20, bottom=30, left=50), set(), set(), True),
    "back cut": (cropped(left=230), set(), {"left"}, True),
    "head cut": (cropped(top=130), {"head"}, {"top"}, False),
    "crown at the edge, face seen": (cropped(top=60), set(), {"top"}, False),
    "feet cut": (cropped(bottom=60), {"feet"}, {"bottom"}, False),
    "soles at the edge, feet seen": (cropped(bottom=50), set(), {"bottom"}, False),
    "head and feet cut": (cropped(top=130, bottom=60), {"head", "feet"}, {"top", "bottom"}, False),
}
"""Picture, parts that it does not show, borders that cut the body, and whether it is whole."""


def seen(doll: Doll) -> Analysis:
    analysis = analysis_of(doll, parts=parts_in_frame(doll.landmarks, doll.mask))
    return replace(analysis, hints=Hints(height_cm=HEIGHT_CM))


@pytest.mark.parametrize("kind", KINDS)
def test_the_pictures_are_what_they_are_called(kind: str) -> None:
    doll, missing, cut, _ = KINDS[kind]
    found = parts_in_frame(doll.landmarks, doll.mask)
    assert parts_in_frame(PLAIN.landmarks, PLAIN.mask) - found == missing
    assert doll.silhouette().cut == cut


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_has_a_height_only_when_it_is_whole(kind: str) -> None:
    doll, _, _, whole = KINDS[kind]
    silhouette = doll.silhouette()
    stature = silhouette.stature(parts_in_frame(doll.landmarks, doll.mask))
    assert stature == (silhouette.height if whole else None)
    if whole:
        assert stature == pytest.approx(TRUNKS_HIGH, rel=0.01)


def test_parts_that_are_not_seen_take_the_height_from_a_whole_outline() -> None:
    silhouette = PLAIN.silhouette()
    parts = parts_in_frame(PLAIN.landmarks, PLAIN.mask)
    assert silhouette.stature(parts) is not None
    for part in ("head", "feet"):
        assert silhouette.stature(parts - {part}) is None
    assert silhouette.stature(parts - {"knees"}) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_measures_points_files_and_page_agree(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    doll, _, _, whole = KINDS[kind]
    analysis = seen(doll)
    geometry, parts = analysis.geometry, analysis.view.parts

    body = trace_body(geometry.silhouette, geometry.joints, parts=parts, roll_sd_deg=0.3)
    assert (body.stature is not None) == whole

    assert (analysis.keypoints.stature_px is not None) == whole

    outline = outline_of(analysis, thumbnail=cutout_of(geometry).placing)
    assert (outline.stature is not None) == whole

    scales = []

    def searched(*picture: object, trunk_mm: float) -> StickerSearch:
        scales.append(trunk_mm)
        return find_stickers(*picture, trunk_mm=trunk_mm)

    monkeypatch.setattr(correct, "find_stickers", searched)
    correct.stickers_of(analysis)
    expected = 10 * HEIGHT_CM / TRUNKS_HIGH if whole else TRUNK_MM
    assert scales == [pytest.approx(expected, rel=0.01)]

    visit = visit_of([ExaminedPhoto(photo="doll.png", analysis=analysis, error=None)], sex=None)
    assert visit is not None
    depth = estimate_cards(visit, sex=None, height_cm=HEIGHT_CM)[2]
    assert depth.meaning.startswith("That is about") == whole
