"""Lines drawn over a photo are taken out; those of a room stay."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posture.photo.lines import drawn_lines, without_lines
from posture.photo.load import load_photo
from posture.photo.strip import strips

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))
COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "white": (255, 255, 255), "black": (0, 0, 0)}


@pytest.fixture(scope="module")
def photo() -> NDArray[np.uint8]:
    return load_photo(SAMPLES[2]).image


def drawn(
    photo: NDArray[np.uint8],
    *,
    step: int,
    colour: str,
    width: int = 2,
    opacity: float = 1.0,
    level: bool = True,
) -> NDArray[np.uint8]:
    """Draw a grid, or upright lines alone, over a photo."""
    over = photo.copy()
    height, across = photo.shape[:2]
    for x in range(step // 2, across, step):
        cv2.line(over, (x, 0), (x, height - 1), COLOURS[colour], width)
    for y in range(step // 2, height if level else 0, step):
        cv2.line(over, (0, y), (across - 1, y), COLOURS[colour], width)
    return np.rint(photo + opacity * (over.astype(float) - photo)).astype(np.uint8)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("step", [45, 120])
@pytest.mark.parametrize("width", [1, 3])
def test_a_grid_is_taken_out(photo: NDArray[np.uint8], colour: str, step: int, width: int) -> None:
    lined = drawn(photo, step=step, colour=colour, width=width)
    rows, columns = drawn_lines(*strips(lined))
    height, across = photo.shape[:2]
    for bands, side in ((rows, height), (columns, across)):
        for line in range(step // 2, side, step):
            assert any(band.start < line < band.stop for band in bands)
    cleared = without_lines(lined, rows, columns).astype(float)
    before = np.abs(lined.astype(float) - photo).mean()
    assert np.abs(cleared - photo).mean() < 0.15 * before


@pytest.mark.parametrize("colour", COLOURS)
def test_one_plumb_line_is_taken_out(photo: NDArray[np.uint8], colour: str) -> None:
    lined = drawn(photo, step=photo.shape[1] - 1, colour=colour, level=False)
    rows, columns = drawn_lines(*strips(lined))
    assert (len(rows), len(columns)) == (0, 1)


def test_a_level_gap_of_the_floor_is_not_a_grid(photo: NDArray[np.uint8]) -> None:
    image = photo.copy()
    image[-30:-28] = 20
    assert drawn_lines(*strips(image)) == ([], [])


@pytest.mark.parametrize("roll", [0.3, 1.0])
def test_a_door_that_the_camera_sees_tilted_is_not_drawn(
    photo: NDArray[np.uint8], roll: float
) -> None:
    image = photo.copy()
    height = image.shape[0]
    shift = round(height * np.tan(np.radians(roll)))
    cv2.line(image, (100, 0), (100 + shift, height), (20, 20, 20), 2)
    assert drawn_lines(*strips(image)) == ([], [])


def test_stripes_are_a_pattern() -> None:
    stripes = np.zeros((400, 300, 3), np.uint8)
    stripes[:, ::3] = 200
    assert drawn_lines(*strips(stripes)) == ([], [])
