"""Shading of the pictures: soft light, crisp outlines, a pale floor with a line, soft shadows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.arrays import Bytes, Floats
from calibration.illustrations.props import FIRST_NUMBER
from calibration.illustrations.raster import Buffers
from calibration.illustrations.views import View

WALL = np.array([1.0, 1.0, 1.0])
FLOOR = np.array([0.945, 0.945, 0.935])
FLOOR_LINE = np.array([0.80, 0.80, 0.79])
OUTLINE = np.array([0.165, 0.185, 0.215])
TINT = np.array([0.885, 0.365, 0.265])
TINT_STRENGTH = 0.82
LIGHT = np.array([-0.35, 0.72, 0.60])
"""Direction towards the light: right, up, towards the eye."""
DEPTH_STEP_M = 0.022
CREASE = 0.55
LINE_PX = 1.5
FLOOR_BEHIND_M = 0.55
"""Distance of the floor's far edge behind the figure."""


def shaded(buffers: Buffers, shadow: Floats, view: View, floor_line_y: float) -> Bytes:
    """Return the picture without arrows, shape (H, W, 3), RGB, still oversampled.

    Parameters
    ----------
    buffers : Buffers
        From :func:`calibration.illustrations.raster.rasterise`.
    shadow : ndarray, shape (H, W)
        Darkness of the floor, 0..1.
    floor_line_y : float
        Row where the floor meets the background.
    """
    image = _background(shadow, view, floor_line_y)
    solid = buffers.number > 0
    image[solid] = _lit(buffers)[solid]
    strength = _outline(buffers)[..., None]
    image = image * (1.0 - strength) + OUTLINE * strength
    return np.asarray(np.clip(image * 255.0 + 0.5, 0, 255), dtype=np.uint8)


def _background(shadow: Floats, view: View, floor_line_y: float) -> Floats:
    rows = np.arange(view.height)[:, None, None]
    floor = np.clip(rows - floor_line_y + 0.5, 0.0, 1.0)
    image = np.broadcast_to(WALL * (1 - floor) + FLOOR * floor, (view.height, view.width, 3)).copy()
    line = np.clip(1.6 - np.abs(rows - floor_line_y), 0.0, 1.0)
    image = image * (1 - line) + FLOOR_LINE * line
    return np.asarray(image * (1.0 - 0.42 * (shadow * floor[..., 0])[..., None]))


def _lit(buffers: Buffers) -> Floats:
    """Return colours under wrapped light from above left, with darker rims and hollows."""
    light = LIGHT / np.linalg.norm(LIGHT)
    lit = np.clip(0.5 + 0.5 * (buffers.normal @ light), 0.0, 1.0)
    facing = np.clip(buffers.normal[..., 2], 0.0, 1.0)
    amount = 0.66 + 0.40 * lit - 0.10 * (1.0 - facing) ** 2 - 0.30 * _hollows(buffers)
    share = (TINT_STRENGTH * buffers.tint)[..., None]
    colour = buffers.colour * (1 - share) + TINT * share
    return np.asarray(np.clip(colour * amount[..., None], 0.0, 1.0))


def _hollows(buffers: Buffers) -> Floats:
    """Return cheap ambient occlusion: how far a pixel lies behind its surroundings."""
    depth = buffers.depth.astype(np.float32)
    solid = (buffers.number > 0).astype(np.float32)
    total = np.zeros_like(depth)
    for size in (25, 71):
        weight = cv2.blur(solid, (size, size)) + 1e-4
        around = cv2.blur(depth * solid, (size, size)) / weight
        behind = depth - around  # far behind is another object, not a hollow
        near = np.clip(1.0 - (behind - 0.06) / 0.08, 0.0, 1.0)
        total += (np.clip(behind / 0.09, 0.0, 1.0) * near).astype(np.float32)
    # Upright props behind the figure would get a halo; only flat ones are shaded by it.
    takes = (buffers.number < FIRST_NUMBER) | (buffers.normal[..., 1] > 0.7)
    return np.asarray(total / 2 * solid * takes, dtype=np.float64)


def _outline(buffers: Buffers) -> Floats:
    """Return the strength of the outline at each pixel: silhouettes, overlaps and thin hems."""
    depth = np.where(buffers.number > 0, buffers.depth, 50.0)
    strong = np.zeros(depth.shape, dtype=np.float32)
    weak = np.zeros(depth.shape, dtype=np.float32)
    for axis in (0, 1):
        far = np.abs(np.diff(depth, 2, axis=axis)) > DEPTH_STEP_M
        mid = (slice(1, -1), slice(None)) if axis == 0 else (slice(None), slice(1, -1))
        strong[mid] = np.maximum(strong[mid], far)
        other = np.diff(buffers.number, axis=axis) != 0
        bend = np.diff(buffers.normal, axis=axis)
        crease = (np.linalg.norm(bend, axis=2) > CREASE) & ~other
        first = (slice(0, -1), slice(None)) if axis == 0 else (slice(None), slice(0, -1))
        weak[first] = np.maximum(weak[first], np.maximum(0.55 * other, 0.40 * crease))
    lines = np.maximum(_thick(strong), 0.8 * cv2.GaussianBlur(weak, (0, 0), 0.8))
    return np.asarray(np.clip(lines, 0.0, 1.0), dtype=np.float64)


def _thick(lines: NDArray[np.float32]) -> Floats:
    wide = cv2.GaussianBlur(lines, (0, 0), LINE_PX * 0.8)
    return np.asarray(np.clip(wide * 2.2, 0.0, 0.92))


def floor_shadow(mask: Floats) -> Floats:
    """Return the soft shadow of a mask on the floor: dark at contacts, fading around them."""
    near = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 7.0)
    wide = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 26.0)
    return np.asarray(0.55 * near + 0.45 * wide, dtype=np.float64)
