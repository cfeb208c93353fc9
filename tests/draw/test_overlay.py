"""The overlay as a whole: viewport, legend, tags, files and text."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support.drawn import absent, analysis_of
from support.paper_doll import Doll

from posture.analysis.result import Analysis
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg, encode_png, thumbnail
from posture.draw import legend as legend_module
from posture.draw.face import head_ellipse
from posture.draw.lettering import text_mask, wrap
from posture.draw.lines import build_marks
from posture.draw.marks import Marks
from posture.draw.tags import COARSE, occupied_map, place_tags
from posture.draw.viewport import fit, person_window
from posture.errors import SettingsError
from posture.estimator.model import TARGETS
from posture.quantity import Quantity


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return analysis_of(Doll())


def test_nothing_is_drawn_and_nothing_fails_when_everything_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    write = legend_module.Panel.write

    def listen(panel: legend_module.Panel, x: float, y: float, text: str, **style: object) -> float:
        said.append(text)
        return write(panel, x, y, text, **style)  # type: ignore[arg-type]

    monkeypatch.setattr(legend_module.Panel, "write", listen)
    analysis = analysis_of(
        Doll(),
        parts=frozenset(),
        tilt=absent("outside_calibration"),
        depth=absent("back_covered", "%trunk"),
        lordosis=absent("no_lumbar_hollow"),
        curve=False,
    )
    nothing = replace(analysis.geometry.silhouette, contour_px=np.empty((0, 2)))
    silhouette = replace(nothing, back=replace(nothing.back, seen=np.zeros_like(nothing.back.seen)))
    analysis = replace(analysis, geometry=replace(analysis.geometry, silhouette=silhouette))
    assert draw_overlay(analysis).dtype == np.uint8
    assert thumbnail(analysis).ndim == 3
    words = " ".join(said)
    assert "Unlike any body" in words
    assert "covered or out of the picture" in words
    assert "no hollow" in words
    assert "the ankle is not in the picture" in words


def test_the_legend_has_values_and_intervals(
    plain: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        legend_module.Panel, "write", lambda _s, _x, y, text, **_: (said.append(text), y + 9)[1]
    )
    draw_overlay(plain)
    assert {"Pelvic tilt", "14°", "6° to 22°", "8.2 %", "7.0 to 9.4 %"} <= set(said)


def test_the_legend_is_below_the_whole_photo(plain: Analysis) -> None:
    picture = draw_overlay(plain)
    view = fit(person_window(plain.geometry), long_side=1440, below=legend_module.PANEL_SHARE)
    centre, axes = head_ellipse(plain.geometry)
    chin = view.to_picture(centre + axes)[1]
    assert chin < view.height < picture.shape[0]
    panel = picture[view.height + 2 :]
    assert (panel[:, : view.width // 40] == 255).all()


@pytest.mark.parametrize("facing", ["left", "right"])
def test_tags_cover_neither_body_nor_face(facing: str) -> None:
    analysis = analysis_of(Doll(facing=facing))
    view = fit(person_window(analysis.geometry), long_side=1200)
    marks = build_marks(analysis).moved(view.to_picture)
    contour = view.to_picture(analysis.geometry.silhouette.contour_px)
    body = occupied_map((view.height, view.width), contour, Marks())
    occupied = occupied_map((view.height, view.width), contour, marks)
    placed = place_tags(marks.tags, occupied, bounds=(0, 0, view.width, view.height), size=32)
    assert len(placed) == 2
    for tag, (left, top, right, bottom) in placed:
        assert not body[top // COARSE : bottom // COARSE, left // COARSE : right // COARSE].any()
        centre, axes = head_ellipse(analysis.geometry)
        assert top > view.to_picture(centre + axes)[1], tag.name


def test_a_small_person_is_shown_large() -> None:
    doll = Doll(unit_px=120.0, hip_px=(700.0, 500.0), size=(1280, 960))
    analysis = analysis_of(doll)
    left, top, right, bottom = person_window(analysis.geometry)
    body = np.ptp(analysis.geometry.silhouette.contour_px[:, 1])
    assert body > 0.85 * (bottom - top)
    assert left > 0
    assert right < 1280


@pytest.mark.parametrize("long_side", [600, 1440, 2200])
def test_the_long_side_is_as_requested(plain: Analysis, long_side: int) -> None:
    bare = draw_overlay(plain, options=OverlayOptions(long_side=long_side, show_legend=False))
    assert max(bare.shape) == long_side
    whole = draw_overlay(plain, options=OverlayOptions(long_side=long_side))
    assert max(whole.shape) == pytest.approx(long_side, rel=0.06)


@pytest.mark.parametrize("long_side", [0, 10_000])
def test_absurd_sizes_are_refused(long_side: int) -> None:
    with pytest.raises(SettingsError, match="between 64 and 8192"):
        OverlayOptions(long_side=long_side)


def test_the_photo_is_not_changed(plain: Analysis) -> None:
    before = plain.geometry.image.copy()
    draw_overlay(plain, options=OverlayOptions(blur_face=True))
    assert (plain.geometry.image == before).all()


def test_encoded_pictures_decode_to_the_same(plain: Analysis) -> None:
    picture = thumbnail(plain, long_side=200)
    assert max(picture.shape) == 200
    with Image.open(io.BytesIO(encode_png(picture))) as png:
        assert (np.asarray(png) == picture).all()
    with Image.open(io.BytesIO(encode_jpeg(picture))) as jpeg:
        assert np.abs(np.asarray(jpeg).astype(int) - picture).mean() < 3


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
@pytest.mark.parametrize("sign", list("°–−äöüÄÖÜßéñçøšž%±≈…"))
def test_the_font_has_all_signs(weight: str, sign: str) -> None:
    missing = text_mask("\ufffe", weight, 40)
    drawn = text_mask(sign, weight, 40)
    assert drawn.any()
    assert drawn.shape != missing.shape or (drawn != missing).any()


def test_wrapped_text_fits_and_keeps_every_word() -> None:
    text = "The picture shows too little to say more than a guess would."
    lines = wrap(text, "Regular", 20, 150)
    assert " ".join(lines) == text
    assert all(text_mask(line, "Regular", 20).shape[1] <= 152 for line in lines)


def test_every_target_is_in_the_legend(plain: Analysis) -> None:
    assert set(legend_module.tiles_of(plain)) == set(TARGETS)


def test_a_placed_line_leads_in_the_legend_and_the_position_is_said(
    plain: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        legend_module.Panel, "write", lambda _s, _x, y, text, **_: (said.append(text), y + 9)[1]
    )
    line = Quantity(value=19.0, unit="deg", low=12.0, high=26.0)
    placed = replace(plain, estimates=replace(plain.estimates, asis_psis_deg=line))
    draw_overlay(placed)
    assert {"ASIS–PSIS line", "19°", "12° to 26°"} <= set(said)
    assert "Pelvic tilt" not in said
    assert "Pelvic tilt that the finding builds on: 14° (6° to 22°)." in " ".join(said)
    (stroke,) = build_marks(placed).named("tilt")
    run = np.subtract(*stroke.points)
    assert np.degrees(np.arctan2(abs(run[1]), abs(run[0]))) == pytest.approx(19.0)
