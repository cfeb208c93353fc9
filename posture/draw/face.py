"""Irreversible blurring of faces."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.result import Bystander, Geometry
from posture.landmarks import FACE
from posture.types import FloatArray
from posture.view.stance import trunk_length_px

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


SURE: Final = 0.9
"""Probability from which a pixel is the person's, even beside somebody else."""

RIM: Final = 0.05
"""Width painted over around somebody else, in their trunk lengths: hair and hands."""

FACE_HEIGHT: Final = 0.2
"""Least height of a face from eyes to mouth, or its length in profile, in trunk lengths: sets the
size of somebody whose trunk is hidden or foreshortened."""


def head_ellipse(geometry: Geometry) -> tuple[FloatArray, FloatArray]:
    """Return centre and half axes of an ellipse around the head, in pixels, shape (2,) each."""
    return _ellipse(geometry.landmarks_px, geometry.frame.unit_px)


def in_head(geometry: Geometry, points_px: FloatArray) -> NDArray[np.bool_]:
    """Tell which points of the photo, shape (N, 2), lie within the ellipse of the head, (N,)."""
    centre, axes = head_ellipse(geometry)
    inside: NDArray[np.bool_] = (((points_px - centre) / axes) ** 2).sum(axis=1) < 1
    return inside


def without_face(geometry: Geometry) -> NDArray[np.uint8]:
    """Return the photo with every face replaced by a few blocks of mean colour.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        A copy. The ellipses hold nothing but means of blocks, so nothing finer can be restored.
    """
    image = geometry.image.copy()
    _blur_others(image, geometry)
    _blur(image, geometry.landmarks_px, geometry.frame.unit_px)
    return image


def without_others(geometry: Geometry, backdrop: int) -> NDArray[np.uint8]:
    """Return the photo with everybody else painted over, and the person as they are.

    Parameters
    ----------
    backdrop : int
        Grey level that replaces them.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        The photo itself if nobody else is in it.
    """
    if not geometry.others:
        return geometry.image
    image = geometry.image.copy()
    _blur_others(image, geometry)
    for other in geometry.others:
        side = 2 * round(RIM * _size(other.landmarks_px)) + 1
        around = cv2.dilate(other.area.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        image[around & ~_is_own(geometry, other)] = backdrop
    return image


def _blur_others(image: NDArray[np.uint8], geometry: Geometry) -> None:
    for other in geometry.others:
        own = _is_own(geometry, other)
        before = image[own]
        _blur(image, other.landmarks_px, _size(other.landmarks_px))
        image[own] = before


def _is_own(geometry: Geometry, other: Bystander) -> NDArray[np.bool_]:
    """Tell which pixels are the person's even beside somebody else."""
    own: NDArray[np.bool_] = (geometry.mask > SURE) & ~other.area
    return own


def _size(landmarks_px: FloatArray) -> float:
    """Return somebody's trunk length in pixels, as far as the trunk or the face shows it."""
    face = landmarks_px[list(FACE)]
    seen = float(np.linalg.norm(face.max(axis=0) - face.min(axis=0))) / FACE_HEIGHT
    return max(trunk_length_px(landmarks_px), seen)


def _ellipse(landmarks_px: FloatArray, unit_px: float) -> tuple[FloatArray, FloatArray]:
    face = landmarks_px[list(FACE)]
    low, high = face.min(axis=0), face.max(axis=0)
    axes = (high - low) / 2 * np.sqrt(2) + HEAD_MARGIN * unit_px
    return (low + high) / 2, np.maximum(axes, HEAD_RADIUS * unit_px)


def _blur(image: NDArray[np.uint8], landmarks_px: FloatArray, unit_px: float) -> None:
    """Replace one face in the picture."""
    centre, axes = _ellipse(landmarks_px, unit_px)
    block = max(BLOCK * unit_px, 3.0)
    feather = max(FEATHER * unit_px, 1.0)
    low = np.maximum(np.floor(centre - axes - 3 * feather), 0).astype(int)
    high = np.minimum(np.ceil(centre + axes + 3 * feather), image.shape[1::-1]).astype(int)
    width, height = high - low
    if width < 1 or height < 1:
        return
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
