"""Marks lie where the body frame puts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.drawn import absent, analysis_of, one
from support.paper_doll import Doll

from posture.analysis.result import Analysis
from posture.draw import OverlayOptions, draw_overlay
from posture.draw.colours import PLUMB
from posture.draw.lines import build_marks
from posture.draw.pen import dashes
from posture.draw.viewport import fit, person_window


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return analysis_of(Doll())


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("roll", [-7.0, 0.0, 5.0])
def test_the_plumb_line_is_the_true_vertical_through_the_ankle(facing: str, roll: float) -> None:
    analysis = analysis_of(Doll(facing=facing, roll_deg=roll))
    top, bottom = one(build_marks(analysis), "plumb")
    up = (top - bottom) / np.hypot(*(top - bottom))
    assert up == pytest.approx([np.sin(np.radians(roll)), -np.cos(np.radians(roll))])
    ankle = analysis.geometry.frame.to_image(analysis.geometry.joints.ankle)
    off = ankle - bottom
    assert abs(up[0] * off[1] - up[1] * off[0]) < 1e-6


def test_the_viewport_keeps_angles_and_places(plain: Analysis) -> None:
    view = fit(person_window(plain.geometry), long_side=1440, below=0.4)
    tilt = one(build_marks(plain), "tilt")
    before, after = np.diff(tilt, axis=0)[0], np.diff(view.to_picture(tilt), axis=0)[0]
    turn = np.degrees(np.arctan2(after[1], after[0]) - np.arctan2(before[1], before[0]))
    assert abs(turn) < 0.1


def test_a_mirrored_analysis_gives_mirrored_lines() -> None:
    doll = Doll(roll_deg=3.0)
    marks = build_marks(analysis_of(doll))
    other = build_marks(analysis_of(doll.mirrored()))
    for name in ("plumb", "chord", "depth", "tilt", "horizontal", "fan_front", "hip", "tilt_tag"):
        flipped = one(other, name) * (-1, 1) + (doll.size[0] - 1, 0)
        assert flipped == pytest.approx(one(marks, name), abs=0.6), name


@pytest.mark.parametrize("roll", [0.0, 5.0])
@pytest.mark.parametrize("side", ["fan_front", "fan_back"])
def test_fan_ends_are_the_interval_ends(roll: float, side: str) -> None:
    analysis = analysis_of(Doll(roll_deg=roll, facing="left"))
    centre, *rim = analysis.geometry.frame.to_body(one(build_marks(analysis), side))
    towards = 1 if side == "fan_front" else -1
    rays = towards * (np.array(rim) - centre)
    angles = np.degrees(np.arctan2(-rays[:, 1], rays[:, 0]))
    assert (angles[0], angles[-1]) == pytest.approx((6.0, 22.0))


@pytest.mark.parametrize(("facing", "ahead"), [("left", -1), ("right", 1)])
def test_an_anterior_tilt_line_is_lower_at_the_front(facing: str, ahead: int) -> None:
    tilt = one(build_marks(analysis_of(Doll(facing=facing))), "tilt")
    front, back = sorted(tilt, key=lambda end: -ahead * end[0])
    assert front[1] > back[1]


def test_the_horizontal_is_perpendicular_to_the_plumb_line() -> None:
    marks = build_marks(analysis_of(Doll(roll_deg=5.0)))
    along, down = (np.diff(one(marks, name), axis=0)[0] for name in ("horizontal", "plumb"))
    assert along @ down == pytest.approx(0.0, abs=1e-6)


def test_the_depth_line_is_perpendicular_to_the_chord_and_as_long_as_the_depth(
    plain: Analysis,
) -> None:
    marks = build_marks(plain)
    chord, depth = np.diff(one(marks, "chord"), axis=0)[0], np.diff(one(marks, "depth"), axis=0)[0]
    assert chord @ depth == pytest.approx(0.0, abs=1e-6)
    expected = plain.geometry.curve.depth * plain.geometry.frame.unit_px
    assert np.hypot(*depth) == pytest.approx(expected)


@pytest.mark.parametrize("curve", [True, False])
def test_unseen_stretches_of_the_back_are_dashed(curve: bool) -> None:  # noqa: FBT001
    analysis = analysis_of(Doll(), curve=curve)
    silhouette = analysis.geometry.silhouette
    hidden = (silhouette.levels < 0.3) & (silhouette.levels > 0.2)
    back = replace(silhouette.back, seen=silhouette.back.seen & ~hidden)
    geometry = replace(analysis.geometry, silhouette=replace(silhouette, back=back))
    marks = build_marks(replace(analysis, geometry=geometry))
    (gap,) = marks.named("back_unseen")
    levels = geometry.frame.to_body(gap.points)[:, 1]
    assert gap.dashed
    assert (levels.max(), levels.min()) == pytest.approx((0.3, 0.2), abs=0.02)
    assert all(not stroke.dashed for stroke in marks.named("back"))


def test_dashes_begin_and_end_with_the_line() -> None:
    line = np.array([[0.0, 0.0], [100.0, 0.0]])
    pieces = list(dashes(line, 6, 4))
    assert pieces[0][0, 0] == 0
    assert pieces[-1][-1, 0] == pytest.approx(100)
    assert len(pieces) == 10


def test_an_absent_tilt_has_neither_line_nor_fan() -> None:
    marks = build_marks(analysis_of(Doll(), tilt=absent("outside_calibration")))
    assert not marks.patches
    assert not [mark for mark in marks if mark.name in ("tilt", "horizontal", "tilt_tag")]


def test_a_line_has_its_colour_where_it_belongs(plain: Analysis) -> None:
    options = OverlayOptions(show_legend=False, show_tags=False)
    picture = draw_overlay(plain, options=options)
    view = fit(person_window(plain.geometry), long_side=options.long_side)
    ends = view.to_picture(one(build_marks(plain), "plumb"))
    x, y = np.round(ends[0] + 0.35 * (ends[1] - ends[0])).astype(int)
    assert tuple(picture[y, x]) == PLUMB
