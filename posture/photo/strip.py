"""Strips: a few columns or rows of a picture, in which edges along its borders are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.types import FloatArray

SAMPLES: Final = 48
"""Places at which an edge is looked at, evenly spaced along it."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Evenly spaced columns of a picture, to look for edges that run along its rows.

    Parameters
    ----------
    pixels : ndarray (N, M, 3) uint8
    change : ndarray (N - 2, M) uint8
        Change of brightness from a row to the next but one.
    """

    pixels: NDArray[np.uint8]
    change: NDArray[np.uint8]

    @classmethod
    def of(cls, image: NDArray[np.uint8]) -> Strip:
        """Return the strip of the rows of a picture, (H, W, 3)."""
        step = max(1, image.shape[1] // SAMPLES)
        pixels = np.ascontiguousarray(image[:, step // 2 :: step])
        if len(pixels) < 3:
            return cls(pixels, np.zeros((0, pixels.shape[1]), np.uint8))
        change = cv2.cvtColor(cv2.absdiff(pixels[2:], pixels[:-2]), cv2.COLOR_RGB2GRAY)
        return cls(pixels, np.asarray(change, np.uint8))

    def part(self, start: float, end: float) -> Strip:
        """Return the strip between two shares of its width."""
        count = self.pixels.shape[1]
        kept = slice(int(np.ceil(start * count)), max(1, int(end * count)))
        return Strip(self.pixels[:, kept], self.change[:, kept])


def share_above(values: NDArray[np.uint8], limit: int, *, axis: int) -> FloatArray:
    """Return the share of each row (axis 1) or column (axis 0) of values, (N, M), above a limit."""
    above = cv2.threshold(values, limit, 1, cv2.THRESH_BINARY)[1]
    count = cv2.reduce(above, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    share: FloatArray = np.asarray(count, np.float64).ravel() / values.shape[axis]
    return share


Strips: TypeAlias = tuple[Strip, Strip]
"""The strip of the rows of a picture, and that of its columns."""


def strips(image: NDArray[np.uint8]) -> Strips:
    """Return the strips of the rows and of the columns of a picture, (H, W, 3)."""
    return Strip.of(image), Strip.of(image.transpose(1, 0, 2))
