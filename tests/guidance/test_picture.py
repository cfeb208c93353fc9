"""Dark and blurred frames, on edges whose smear is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posture.guidance.picture import MAX_SMEAR, ROWS, dark, smeared

Image = NDArray[np.uint8]


def scene(*, smear: float, low: int = 90, high: int = 190, noise: float = 0.0) -> Image:
    """Return somebody's shape on a wall, at the height at which frames are judged."""
    grey = np.full((ROWS, 240), low, np.float32)
    cv2.ellipse(grey, (120, 160), (28, 130), 0, 0, 360, float(high), -1)
    if smear:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), smear), np.float32)
    grey = grey + np.random.default_rng(1).normal(0.0, noise, grey.shape)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("contrast", [40, 100, -60])
@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_a_frame_is_smeared_from_the_stated_smear_on_whatever_its_contrast(
    contrast: int, noise: float
) -> None:
    for smear, expected in ((0.0, False), (0.7 * MAX_SMEAR, False), (1.3 * MAX_SMEAR, True)):
        assert smeared(scene(smear=smear, high=90 + contrast, noise=noise)) is expected


def test_the_size_of_the_frame_does_not_matter() -> None:
    for smear in (0.7 * MAX_SMEAR, 1.3 * MAX_SMEAR):
        frame = scene(smear=smear)
        larger = np.asarray(cv2.resize(frame, None, fx=2, fy=2), np.uint8)
        assert smeared(larger) is smeared(frame)


def test_one_sharp_thing_shows_that_the_camera_is_in_focus() -> None:
    frame = scene(smear=2.0 * MAX_SMEAR)
    assert smeared(frame)
    frame[40:120, 10:60] = 20
    assert not smeared(frame)


def test_a_bare_wall_is_not_blurred() -> None:
    wall = np.full((ROWS, 240, 3), 128, np.uint8)
    assert not smeared(wall)
    shaded = wall + np.linspace(0, 60, 240).astype(np.uint8)[None, :, None]
    assert not smeared(np.asarray(shaded, np.uint8))


def test_black_clothes_in_a_bright_room_are_not_the_dark() -> None:
    assert not dark(scene(smear=0.0, low=150, high=5))
    assert dark(scene(smear=0.0, low=20, high=60))
