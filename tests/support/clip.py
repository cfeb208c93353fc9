"""Clips for the fake camera of a browser: sample photos in front of their own wall."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
SIZE = (1280, 720)


def camera_frame(number: int, *, shade: float = 1.0) -> NDArray[np.uint8]:
    """Return a sample photo as a laptop's camera would see it: BGR, shape (720, 1280, 3)."""
    path = next((ROOT / "sample_images").glob(f"{number:02d}_*.jpg"))
    picture = cv2.imread(str(path))
    assert picture is not None
    width, height = SIZE
    small = cv2.resize(
        picture,
        None,
        fx=height / len(picture),
        fy=height / len(picture),
        interpolation=cv2.INTER_AREA,
    )
    left = (width - small.shape[1]) // 2
    right = width - small.shape[1] - left
    wide = cv2.copyMakeBorder(small, 0, 0, left, right, cv2.BORDER_REPLICATE)
    return np.clip(shade * wide, 0, 255).astype(np.uint8)


def write_clip(path: Path, scenes: Iterable[tuple[NDArray[np.uint8], int]]) -> Path:
    """Write scenes of so many frames each, with the noise of a camera, as motion JPEG."""
    rng = np.random.default_rng(1)
    with path.open("wb") as clip:
        for frame, count in scenes:
            noisy = [np.clip(frame + rng.normal(0.0, 3.0, frame.shape), 0, 255) for _ in range(4)]
            pictures = [cv2.imencode(".jpg", each.astype(np.uint8))[1].tobytes() for each in noisy]
            clip.writelines(pictures[number % 4] for number in range(count))
    return path
