"""Painting of marks: smooth lines with a dark halo, visible on any photo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.draw.colours import SHADE, YELLOW, Colour
from posture.draw.marks import Dot, Marks, Patch, Stroke
from posture.types import FloatArray

Picture = NDArray[np.uint8]

SHIFT: Final = 4
"""Fractional bits of the coordinates passed to OpenCV: a sixteenth of a pixel."""

HALO: Final = 0.9
SOFTNESS: Final = 0.35
HALO_OPACITY: Final = 0.58
DASH: Final = (4.0, 6.5)
DOT_RADIUS: Final = 2.7
DOT_CORE: Final = 1.5
"""Lengths in line units; the opacity from 0 to 1."""


def paint(picture: Picture, marks: Marks, *, unit: float) -> None:
    """Paint patches, strokes and dots, in this order, onto a picture.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        Changed in place.
    marks : Marks
        In pixels of the picture.
    unit : float
        Pixels per line unit: the width of a line of weight 1.
    """
    for patch in marks.patches:
        _fill(picture, patch)
    _shade(picture, marks, unit)
    for stroke in marks.strokes:
        for piece in _pieces(stroke, unit):
            _line(picture, piece, stroke.colour, _thickness(stroke.weight, unit))
    for dot in marks.dots:
        shape = _square if dot.placed else _disc
        shape(picture, dot, DOT_RADIUS * unit, YELLOW if dot.placed else (255, 255, 255))
        shape(picture, dot, DOT_CORE * unit, SHADE)


def blend(
    picture: Picture, mask: NDArray[np.uint8], at: tuple[int, int], colour: Colour, opacity: float
) -> None:
    """Blend a colour into a picture where a mask says so, in place.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
    mask : ndarray of uint8, shape (h, w)
        255 where the colour has its full ``opacity``; parts outside the picture are cut off.
    at : tuple of int
        Column and row of the upper left corner of the mask.
    opacity : float
        From 0 to 1.
    """
    left, top = max(at[0], 0), max(at[1], 0)
    right = min(at[0] + mask.shape[1], picture.shape[1])
    bottom = min(at[1] + mask.shape[0], picture.shape[0])
    if right <= left or bottom <= top:
        return
    part = mask[top - at[1] : bottom - at[1], left - at[0] : right - at[0]]
    share = part[:, :, None].astype(np.float32) * np.float32(opacity / 255)
    region = picture[top:bottom, left:right]
    region[:] = region + share * (np.array(colour, np.float32) - region) + 0.5


def dashes(points: FloatArray, on: float, off: float) -> Iterator[FloatArray]:
    """Yield the dashes of a line, each shape (N, 2), beginning and ending with a dash."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(1, round((length[-1] + off) / (on + off)))
    share = on / (on + off)
    period = length[-1] / (count - 1 + share)
    for i in range(count):
        start, stop = i * period, min(i * period + share * period, length[-1])
        inner = length[(length > start) & (length < stop)]
        at = np.concatenate([[start], inner, [stop]])
        yield np.column_stack([np.interp(at, length, points[:, axis]) for axis in (0, 1)])


def _pieces(stroke: Stroke, unit: float) -> Iterator[FloatArray]:
    if stroke.dashed:
        yield from dashes(stroke.points, DASH[0] * unit, DASH[1] * unit)
    else:
        yield stroke.points


def _shade(picture: Picture, marks: Marks, unit: float) -> None:
    """Darken the photo softly under every line and dot."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    for stroke in marks.strokes:
        for piece in _pieces(stroke, unit):
            _line(mask, piece, 255, _thickness(stroke.weight + 2 * HALO, unit))
    for dot in marks.dots:
        _disc(mask, dot, (DOT_RADIUS + HALO) * unit, 255)
    if not mask.any():
        return
    softness = max(SOFTNESS * unit, 0.4)
    rows, columns = _window(mask, margin=int(np.ceil(4 * softness)))
    part = cv2.GaussianBlur(mask[rows, columns], (0, 0), softness)
    keep = cv2.cvtColor(255 - cv2.convertScaleAbs(part, alpha=HALO_OPACITY), cv2.COLOR_GRAY2RGB)
    region = picture[rows, columns]
    cv2.multiply(region, keep, dst=region, scale=1 / 255)


def _window(mask: NDArray[np.uint8], *, margin: int) -> tuple[slice, slice]:
    """Return the rows and columns that contain everything set in a mask, and a margin."""
    x, y, width, height = cv2.boundingRect(mask)
    rows = slice(max(y - margin, 0), y + height + margin)
    return rows, slice(max(x - margin, 0), x + width + margin)


def _fill(picture: Picture, patch: Patch) -> None:
    low = np.floor(patch.points.min(axis=0)).astype(int) - 1
    high = np.ceil(patch.points.max(axis=0)).astype(int) + 2
    size = high - low
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [_fixed(patch.points - low)], 255, cv2.LINE_AA, SHIFT)
    blend(picture, mask, (int(low[0]), int(low[1])), patch.colour, patch.opacity)


def _line(picture: Picture, points: FloatArray, colour: Colour | int, thickness: int) -> None:
    cv2.polylines(
        picture,
        [_fixed(points)],
        isClosed=False,
        color=colour,
        thickness=thickness,
        lineType=cv2.LINE_AA,
        shift=SHIFT,
    )


def _disc(picture: Picture, dot: Dot, radius: float, colour: Colour | int) -> None:
    x, y = (int(value) for value in _fixed(dot.points))
    cv2.circle(picture, (x, y), round(radius * 2**SHIFT), colour, -1, cv2.LINE_AA, SHIFT)


def _square(picture: Picture, dot: Dot, radius: float, colour: Colour | int) -> None:
    corners = dot.points + radius * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    cv2.fillConvexPoly(picture, _fixed(corners), colour, cv2.LINE_AA, SHIFT)


def _fixed(points: FloatArray) -> NDArray[np.int32]:
    return np.round(points * 2**SHIFT).astype(np.int32)


def _thickness(weight: float, unit: float) -> int:
    return max(1, round(weight * unit))
