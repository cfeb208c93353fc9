"""Irreversible blurring of the face."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.result import Geometry
from posture.landmarks import FACE
from posture.types import FloatArray

HEAD_RADIUS: Final = 0.32
"""Least half axis of the blurred ellipse in trunk lengths, 17 cm: a head is 23 cm high, and the
landmarks of the face lie in front of its middle."""

HEAD_MARGIN: Final = 0.14
"""Least distance between a face landmark and the rim of the ellipse, in trunk lengths."""

BLOCK: Final = 0.14
"""Side of a mosaic block in trunk lengths: three to four blocks across a face leave neither eyes
nor a profile."""

FEATHER: Final = 0.02
"""Half the width of the soft rim, in trunk lengths."""


def head_ellipse(geometry: Geometry) -> tuple[FloatArray, FloatArray]:
    """Return centre and half axes of an ellipse around the head, in pixels, shape (2,) each."""
    face = geometry.landmarks_px[list(FACE)]
    low, high = face.min(axis=0), face.max(axis=0)
    unit = geometry.frame.unit_px
    axes = np.maximum((high - low) / 2 * np.sqrt(2) + HEAD_MARGIN * unit, HEAD_RADIUS * unit)
    return (low + high) / 2, axes


def in_head(geometry: Geometry, points_px: FloatArray) -> NDArray[np.bool_]:
    """Tell which points of the photo, shape (N, 2), lie within the ellipse of the head, (N,)."""
    centre, axes = head_ellipse(geometry)
    inside: NDArray[np.bool_] = (((points_px - centre) / axes) ** 2).sum(axis=1) < 1
    return inside


def without_face(geometry: Geometry) -> NDArray[np.uint8]:
    """Return the photo with the face replaced by a few blocks of mean colour.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        A copy. The ellipse holds nothing but means of blocks, so nothing finer can be restored.
    """
    image = geometry.image.copy()
    centre, axes = head_ellipse(geometry)
    block = max(BLOCK * geometry.frame.unit_px, 3.0)
    feather = max(FEATHER * geometry.frame.unit_px, 1.0)
    low = np.maximum(np.floor(centre - axes - 3 * feather), 0).astype(int)
    high = np.minimum(np.ceil(centre + axes + 3 * feather), image.shape[1::-1]).astype(int)
    width, height = high - low
    if width < 1 or height < 1:
        return image
    region = image[low[1] : high[1], low[0] : high[0]]
    cells = (max(1, round(width / block)), max(1, round(height / block)))
    coarse = cv2.resize(region, cells, interpolation=cv2.INTER_AREA)
    mosaic = cv2.resize(coarse, (int(width), int(height)), interpolation=cv2.INTER_NEAREST)
    mosaic = cv2.GaussianBlur(mosaic, (0, 0), block / 3)
    rows, columns = np.mgrid[low[1] : high[1], low[0] : high[0]]
    inside = ((columns - centre[0]) / axes[0]) ** 2 + ((rows - centre[1]) / axes[1]) ** 2
    # Full strength within the ellipse; the soft rim lies outside it.
    share = np.clip(1 - (np.sqrt(inside) - 1) * axes.min() / (2 * feather), 0, 1)[..., None]
    region[:] = np.round(mosaic * share + region * (1 - share)).astype(np.uint8)
    return image
