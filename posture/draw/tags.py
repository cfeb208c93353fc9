"""Tags with values beside the body, moved outwards until they cover none of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.draw.colours import SHADE
from posture.draw.lettering import text_mask
from posture.draw.marks import Marks, Stroke, Tag
from posture.draw.pen import blend
from posture.types import FloatArray

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the picture."""

PADDING: Final = (0.45, 0.16)
"""Padding around the text of a tag, sideways and up, in text sizes."""

GROUND_OPACITY: Final = 0.82
COARSE: Final = 4
"""Pixels per cell of the map of occupied places; tags keep at least this distance."""

RISES: Final = (0.0, -0.7, 0.7, -1.4, 1.4, -2.1, 2.1)
"""Vertical offsets that are tried, in heights of the tag."""

RISE_COST: Final = 1.6
"""Cost of a vertical offset relative to one sideways: tags should stay level with their anchor."""


def place_tags(
    tags: tuple[Tag, ...], occupied: NDArray[np.uint8], *, bounds: Box, size: int
) -> list[tuple[Tag, Box]]:
    """Find a place for each tag beside its anchor, clear of the body and of everything drawn.

    Parameters
    ----------
    occupied : ndarray of uint8, shape (H / 4, W / 4)
        Not 0 where nothing may be covered; every tag placed is added to it.
    bounds : Box
        Area for tags.
    size : int
        Text size in pixels.

    Returns
    -------
    list of (Tag, Box)
        Tags that find no place are left out: the legend has their value anyway.
    """
    placed = []
    for tag in tags:
        area = _extent(tag.text, size)
        box = _free_box(tag, area, occupied, bounds)
        if box is not None:
            left, top, right, bottom = (edge // COARSE for edge in box)
            occupied[max(top - 1, 0) : bottom + 2, max(left - 1, 0) : right + 2] = 255
            placed.append((tag, box))
    return placed


def occupied_map(shape: tuple[int, ...], contour: FloatArray, marks: Marks) -> NDArray[np.uint8]:
    """Return a coarse map of the body and the marks, which tags must not cover."""
    occupied = np.zeros((-(-shape[0] // COARSE), -(-shape[1] // COARSE)), np.uint8)
    areas = [contour, *(patch.points for patch in marks.patches)]
    for area in areas:
        if len(area):
            cv2.fillPoly(occupied, [_coarse(area)], 255)
    for stroke in marks.strokes:
        cv2.polylines(occupied, [_coarse(stroke.points)], isClosed=False, color=255, thickness=2)
    return np.asarray(cv2.dilate(occupied, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def leader(tag: Tag, box: Box) -> Stroke:
    """Return the thin line from a tag to its anchor."""
    left, top, right, bottom = box
    edge = left if tag.side > 0 else right
    near = np.array([edge, np.clip(tag.points[1], top + 4, bottom - 4)])
    return Stroke(
        name="leader", points=np.vstack([tag.points, near]), colour=tag.colour, weight=0.8
    )


def write_tag(picture: Picture, tag: Tag, box: Box, *, size: int) -> None:
    """Draw one tag on the picture, in place."""
    left, top, right, bottom = box
    ground = rounded_mask(right - left, bottom - top, radius=(bottom - top) // 3)
    blend(picture, ground, (left, top), SHADE, GROUND_OPACITY)
    text = text_mask(tag.text, "SemiBold", size)
    at = (
        left + (right - left - text.shape[1]) // 2,
        top + (bottom - top - text.shape[0]) // 2,
    )
    blend(picture, text, at, tag.colour, 1.0)


def _free_box(
    tag: Tag, area: tuple[int, int], occupied: NDArray[np.uint8], bounds: Box
) -> Box | None:
    sums = np.asarray(cv2.integral(occupied // 255), dtype=np.int32)
    for left, top in _candidates(tag, area, bounds):
        box = (left, top, left + area[0], top + area[1])
        inside = left >= bounds[0] and top >= bounds[1]
        if inside and box[2] <= bounds[2] and box[3] <= bounds[3] and not _covers(sums, box):
            return box
    return None


def _candidates(tag: Tag, area: tuple[int, int], bounds: Box) -> Iterator[tuple[int, int]]:
    """Yield upper left corners, those nearest to the anchor first."""
    wide, high = area
    distances = range(3 * COARSE, bounds[2] - bounds[0], 2 * COARSE)
    tries = [(distance, rise * high) for distance in distances for rise in RISES]
    for distance, rise in sorted(tries, key=lambda way: way[0] + RISE_COST * abs(way[1])):
        x = tag.points[0] + (distance if tag.side > 0 else -distance - wide)
        yield int(x), int(tag.points[1] + rise - high / 2)


def _covers(sums: NDArray[np.int32], box: Box) -> bool:
    left, top = box[0] // COARSE, box[1] // COARSE
    right = min(-(-box[2] // COARSE), sums.shape[1] - 1)
    bottom = min(-(-box[3] // COARSE), sums.shape[0] - 1)
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return bool(total > 0)


def _extent(text: str, size: int) -> tuple[int, int]:
    high, wide = text_mask(text, "SemiBold", size).shape
    return wide + round(2 * PADDING[0] * size), high + round(2 * PADDING[1] * size)


def rounded_mask(wide: int, high: int, *, radius: int) -> NDArray[np.uint8]:
    """Return a mask of a rectangle with round corners, shape (high, wide)."""
    mask = np.zeros((high, wide), np.uint8)
    cv2.rectangle(mask, (radius, 0), (wide - radius - 1, high - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (wide - 1, high - radius - 1), 255, -1)
    for x in (radius, wide - radius - 1):
        for y in (radius, high - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def _coarse(points: FloatArray) -> NDArray[np.int32]:
    return np.round(points / COARSE).astype(np.int32)
