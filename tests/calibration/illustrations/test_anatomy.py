"""Drawings of bones and flexors: geometry, attachments, and the shipped files."""

from __future__ import annotations

import math
import re

import pytest

from calibration.illustrations.anatomy import drawings
from calibration.illustrations.chain import LEVEL, TIPPED, _lumbar
from calibration.illustrations.flexors import FEMUR, HIP_BONE, LEVELS, MUSCLES
from calibration.illustrations.vector import Drawing, Point, Points, band, smooth_path
from posture.program import load_library
from posture.program.library import flexors, story_picture

ASIS, PSIS = (6.6, 8.2), (-8.0, 10.0)


def test_a_band_has_its_width_on_both_sides_of_its_line() -> None:
    inner, outer = band((0.0, 0.0, 2.0), (0.0, -10.0, 4.0))
    assert inner == [pytest.approx((-1.0, 0.0)), pytest.approx((-2.0, -10.0))]
    assert outer == [pytest.approx((1.0, 0.0)), pytest.approx((2.0, -10.0))]


def test_a_smooth_line_goes_through_all_its_points() -> None:
    points = [(0.0, 0.0), (10.0, 5.0), (20.0, 0.0), (10.0, -8.0)]
    path = smooth_path(points, closed=True)
    ends = re.findall(r"C\S+ \S+ \S+ \S+ (\S+) (\S+)", path)
    assert [(float(x), float(y)) for x, y in ends] == [*points[1:], points[0]]


def test_centimetres_become_pixels_from_the_top_left() -> None:
    drawing = Drawing(window=(-2.0, 10.0, 8.0, 0.0))
    assert drawing.size == (60.0, 60.0)
    assert drawing.move((-2.0, 10.0)) == (0.0, 0.0)
    assert drawing.move((8.0, 0.0)) == (60.0, 60.0)


def _near(point: Point, outline: Points, reach: float = 1.6) -> bool:
    return any(math.dist(point, corner) <= reach for corner in outline)


def _middle(muscle: str, end: int) -> Point:
    a, b = MUSCLES[muscle].inner[end], MUSCLES[muscle].outer[end]
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


LESSER_TROCHANTER, ASIS_FRONT, PUBIS = (9.8, -6.0), (12.9, 8.6), (1.5, -1.5)
ENDS = [
    ("psoas_major", (2.2, LEVELS[-1]), LESSER_TROCHANTER),
    ("iliacus", (9.4, 12.5), LESSER_TROCHANTER),
    ("psoas_minor", (2.2, LEVELS[-1]), (5.6, 2.4)),
    ("rectus_femoris", (11.1, 4.6), (8.6, -39.2)),
    ("sartorius", ASIS_FRONT, (7.0, -50.4)),
    ("tensor_fasciae_latae", (13.4, 9.6), (15.3, -11.0)),
    ("pectineus", (5.1, 1.6), (10.9, -8.0)),
    ("adductor_longus", PUBIS, (10.4, -21.5)),
    ("adductor_brevis", (2.0, -3.6), (11.1, -13.0)),
    ("gracilis", (1.5, -3.2), (6.5, -49.6)),
    ("gluteus_anterior", (13.5, 12.0), (14.0, 1.0)),
]


@pytest.mark.parametrize(("muscle", "origin", "insertion"), ENDS, ids=[row[0] for row in ENDS])
def test_each_muscle_ends_where_the_atlas_says(
    muscle: str, origin: Point, insertion: Point
) -> None:
    assert math.dist(_middle(muscle, 0), origin) < 1.6
    assert math.dist(_middle(muscle, -1), insertion) < 1.6


def test_the_landmarks_lie_on_the_bones() -> None:
    assert _near(ASIS_FRONT, HIP_BONE, 0.1)
    assert _near(LESSER_TROCHANTER, FEMUR, 0.1)
    assert set(MUSCLES) == {muscle.id for muscle in flexors(load_library())}


def _slope(stance: object) -> float:
    a, b = stance.pelvis(ASIS), stance.pelvis(PSIS)  # type: ignore[attr-defined]
    return math.degrees(math.atan2(b[1] - a[1], a[0] - b[0]))


def test_the_tipped_pelvis_slopes_by_its_angle_and_the_arch_deepens() -> None:
    assert _slope(TIPPED) - _slope(LEVEL) == pytest.approx(TIPPED.tip_deg)

    def arch(stance: object) -> float:
        spine = _lumbar(stance)  # type: ignore[arg-type]
        (lower, upper) = (math.degrees(math.atan2(u, v)) for _, (u, v) in (spine[0], spine[-1]))
        return lower - upper

    assert arch(TIPPED) > arch(LEVEL) + 8
    assert TIPPED.thigh((0.0, 0.0)) == (1.0, 0.0)
    assert TIPPED.thigh((1.0, -40.0)) == (1.0, -40.0)


@pytest.mark.parametrize("name", list(drawings()))
def test_the_shipped_drawing_is_the_one_that_is_drawn_here(name: str) -> None:
    assert story_picture(f"{name}.svg").decode() == drawings()[name]
