"""The body frame: documented axes, exact values in tiny scenes, and the way back."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.geometry.frame import BodyFrame, midpoint, slope_from_vertical_deg

FRAMES = st.builds(
    BodyFrame,
    origin_px=st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
    unit_px=st.floats(20, 2000),
    facing=st.sampled_from(["left", "right"]),
    roll_deg=st.floats(-45, 45),
)
POINTS = st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=5)


def frame(
    facing: Literal["left", "right"] = "right", roll_deg: float = 0.0, unit_px: float = 100.0
) -> BodyFrame:
    return BodyFrame(origin_px=(50.0, 80.0), unit_px=unit_px, facing=facing, roll_deg=roll_deg)


@pytest.mark.parametrize(
    ("facing", "pixel", "body"),
    [
        ("right", (50, 80), (0, 0)),
        ("right", (150, 80), (1, 0)),
        ("right", (50, -20), (0, 1)),
        ("right", (0, 130), (-0.5, -0.5)),
        ("left", (150, 80), (-1, 0)),
        ("left", (0, 80), (0.5, 0)),
        ("left", (50, -20), (0, 1)),
    ],
)
def test_axes_without_roll(
    facing: Literal["left", "right"], pixel: tuple[float, float], body: tuple[float, float]
) -> None:
    assert frame(facing).to_body(np.array(pixel)) == pytest.approx(np.array(body), abs=1e-12)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("roll", [-20.0, 5.0, 30.0])
def test_true_up_is_turned_clockwise_by_the_roll(
    facing: Literal["left", "right"], roll: float
) -> None:
    turned = frame(facing, roll)
    angle = np.radians(roll)
    up = np.array([50 + 100 * np.sin(angle), 80 - 100 * np.cos(angle)])
    assert turned.to_body(up) == pytest.approx(np.array([0, 1]), abs=1e-12)


@pytest.mark.parametrize(("facing", "side"), [("right", 1), ("left", -1)])
def test_anterior_is_the_side_that_the_person_faces(
    facing: Literal["left", "right"], side: int
) -> None:
    ahead = frame(facing, 10.0).to_image(np.array([1.0, 0.0]))
    assert np.sign(ahead[0] - 50) == side


@given(made=FRAMES, points=POINTS)
def test_to_image_undoes_to_body(made: BodyFrame, points: list[tuple[float, float]]) -> None:
    there = made.to_image(np.array(points))
    assert made.to_body(there) == pytest.approx(np.array(points), abs=1e-8)


@given(made=FRAMES, points=POINTS)
def test_lengths_are_in_trunk_lengths(made: BodyFrame, points: list[tuple[float, float]]) -> None:
    offset = made.to_image(np.array(points)) - np.array(made.origin_px)
    length = np.hypot(*offset.T) / made.unit_px
    assert length == pytest.approx(np.hypot(*np.array(points).T), abs=1e-8)


@given(made=FRAMES, points=POINTS, width=st.integers(100, 3000))
def test_a_mirrored_photo_gives_the_same_numbers(
    made: BodyFrame, points: list[tuple[float, float]], width: int
) -> None:
    def flip(pixels: np.ndarray) -> np.ndarray:
        return pixels * (-1, 1) + (width - 1, 0)

    x, y = flip(np.array(made.origin_px))
    mirrored = BodyFrame(
        origin_px=(x, y),
        unit_px=made.unit_px,
        facing="left" if made.facing == "right" else "right",
        roll_deg=-made.roll_deg,
    )
    pixels = made.to_image(np.array(points))
    assert mirrored.to_body(flip(pixels)) == pytest.approx(made.to_body(pixels), abs=1e-8)


def test_arrays_keep_their_shape() -> None:
    pixels = np.zeros((4, 3, 2))
    assert frame().to_body(pixels).shape == (4, 3, 2)
    assert frame().to_image(pixels).shape == (4, 3, 2)


def test_midpoint() -> None:
    points = np.array([[0.0, 0.0], [9.0, 9.0], [4.0, -2.0]])
    assert midpoint(points, (0, 2)).tolist() == [2.0, -1.0]


@pytest.mark.parametrize(
    ("upper", "expected"),
    [((0, 1), 0), ((1, 1), 45), ((-1, 1), -45), ((1, 0), 90), ((-1, 0), -90), ((1, -1), 135)],
)
def test_slope_from_vertical_is_positive_forward(
    upper: tuple[float, float], expected: float
) -> None:
    lower = np.array([3.0, -2.0])
    slope = slope_from_vertical_deg(lower + np.array(upper), lower)
    assert slope == pytest.approx(expected)
