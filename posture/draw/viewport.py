"""Viewport: the part of the photo that is shown, and its scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.result import Geometry
from posture.draw.colours import SURROUND
from posture.types import FloatArray

SIDE_MARGIN: Final = 0.62
"""Room to the left and right of the body, in trunk lengths: for the tags."""

END_MARGIN: Final = 0.14
"""Room above the head and below the feet, in trunk lengths."""

WANTED_ASPECT: Final = 0.62
"""Width of the view divided by its height, if the photo is wide enough."""

MIN_ASPECT: Final = 0.54
"""Narrower photos are placed on a plain ground: the legend below has the width of the view, and in
a narrow strip nobody could read it on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """A window on the photo, with plain ground beyond the photo's borders.

    Parameters
    ----------
    left, top, right, bottom : int
        Pixels of the photo that are shown.
    scale : float
        Pixels of the picture per pixel of the photo.
    width, height : int
        Size of the picture.
    """

    left: int
    top: int
    right: int
    bottom: int
    scale: float
    width: int
    height: int

    @property
    def photo_box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the photo within the picture."""
        wide = round((self.right - self.left) * self.scale)
        high = round((self.bottom - self.top) * self.scale)
        left, top = (self.width - wide) // 2, (self.height - high) // 2
        return left, top, left + wide, top + high

    def to_picture(self, points_px: FloatArray) -> FloatArray:
        """Convert pixels of the photo, shape (..., 2), to pixels of the picture."""
        left, top, right, bottom = self.photo_box
        size = np.array([right - left, bottom - top], dtype=np.float64)
        span = np.array([self.right - self.left, self.bottom - self.top], dtype=np.float64)
        # Pixel centres lie half a pixel inside the border, in both pictures.
        inside = (points_px - (self.left, self.top) + 0.5) * (size / span) - 0.5
        placed: FloatArray = inside + np.array([left, top])
        return placed

    def render(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the view, shape (height, width, 3), of a photo of the same size."""
        left, top, right, bottom = self.photo_box
        crop = _halved(image[self.top : self.bottom, self.left : self.right], self.scale)
        method = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(crop, (right - left, bottom - top), interpolation=method)
        if (right - left, bottom - top) == (self.width, self.height):
            return np.asarray(scaled, dtype=np.uint8)
        picture = np.full((self.height, self.width, 3), SURROUND, np.uint8)
        picture[top:bottom, left:right] = scaled
        return picture


def _halved(crop: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Return a picture that is to be made much smaller at half its size.

    OpenCV halves a picture in a tenth of the time in which it makes one smaller by 4.2. An odd row
    or column is left out, which moves nothing by more than a quarter of a pixel in the end.
    """
    high, wide = (side // 2 for side in crop.shape[:2])
    if scale > 1 / 3 or not high or not wide:
        return crop
    even = crop[: 2 * high, : 2 * wide]
    return np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def person_window(geometry: Geometry) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the photo around the person, with room for tags."""
    high, wide = geometry.image.shape[:2]
    contour = geometry.silhouette.contour_px
    if not len(contour):
        return 0, 0, wide, high
    margin = geometry.frame.unit_px * np.array([SIDE_MARGIN, END_MARGIN])
    low = np.floor(contour.min(axis=0) - margin)
    far = np.ceil(contour.max(axis=0) + margin) + 1
    top, bottom = max(int(low[1]), 0), min(int(far[1]), high)
    least = min(round(WANTED_ASPECT * (bottom - top)), wide)
    left, right = max(int(low[0]), 0), min(int(far[0]), wide)
    if right - left < least:
        left = min(max((left + right - least) // 2, 0), wide - least)
        right = left + least
    return left, top, right, bottom


def fit(window: tuple[int, int, int, int], *, long_side: int, below: float = 0.0) -> Viewport:
    """Return the view of a window for a picture with a given long side.

    Parameters
    ----------
    window : tuple of int
        Left, top, right and bottom in pixels of the photo.
    long_side : int
        Long side of the whole picture in pixels.
    below : float
        Height of anything below the view, in widths.
    """
    left, top, right, bottom = window
    wide, high = max(right - left, 1), max(bottom - top, 1)
    aspect = max(wide / high, MIN_ASPECT)
    across = long_side * min(1.0, 1 / (1 / aspect + below))
    width, height = round(across), max(1, round(across / aspect))
    scale = min(width / wide, height / high)
    return Viewport(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        scale=scale,
        width=width,
        height=height,
    )
