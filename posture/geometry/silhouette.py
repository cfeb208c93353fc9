"""The silhouette: contour of the body and both edges of the trunk, traced in the mask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.geometry.arms import ArmModel
from posture.geometry.edges import (
    BACK_SPAN,
    CELL,
    MASK_LEVEL,
    Edge,
    body_axis,
    cut_at_border,
    find_edges,
    judge_back,
    judge_front,
    levels,
    upright_mask,
)
from posture.geometry.frame import BodyFrame, midpoint
from posture.landmarks import HIPS, SHOULDERS
from posture.types import BoolArray, FloatArray

NEEDED_SPAN: Final = (0.72, -0.12)
"""Shortest stretch that contains the thoracic and the gluteal apex in every posture."""

MAX_GAP: Final = 0.22
"""Longest covered stretch that is bridged, in trunk lengths (about 11 cm)."""

LOW_BACK: Final = (0.5, 0.0)
"""Levels of the lumbar hollow: from the lowest ribs to the hip joint."""

LOW_BACK_SHARE: Final = 0.25
"""An arm covers the low back from this share of its levels on: about 6 cm of it."""

SLOPE_REACH: Final = 0.06
"""Stretch beside a gap, in trunk lengths, that gives the slope of the outline there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silhouette:
    """Contour of the person, and the two edges of the trunk level by level.

    Parameters
    ----------
    frame : BodyFrame
        Frame of all coordinates but ``contour_px``.
    levels : ndarray, shape (M,)
        Heights above the mid-hip in trunk lengths, from top to bottom.
    contour_px : ndarray, shape (N, 2)
        Closed outline of the whole body in pixels of the image.
    top, bottom : float
        Highest and lowest level of the body.
    cut : frozenset of str
        Borders of the photo that cut off the body: "top", "bottom", "left", "right".
    flags : tuple of str
        Remarks: ``back_step`` (something breaks the outline), ``hair_on_back``,
        ``arm_on_back``, ``arm_on_front``.
    """

    frame: BodyFrame
    levels: FloatArray
    back: Edge
    front: Edge
    arms: ArmModel
    contour_px: FloatArray
    top: float
    bottom: float
    cut: frozenset[str]
    flags: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height of the visible body in trunk lengths."""
        return self.top - self.bottom

    def stature(self, parts: Collection[str]) -> float | None:
        """Return the height of the body in trunk lengths; ``None`` unless all of it is seen.

        Parameters
        ----------
        parts : collection of str
            Parts in frame, see :func:`posture.view.stance.parts_in_frame`.

        Notes
        -----
        The whole body is in the picture when head and feet are, and neither the upper nor the lower
        border cuts the contour. Landmarks alone are not enough: soles and crown lie beyond them.
        """
        whole = {"head", "feet"} <= set(parts) and not self.cut & {"top", "bottom"}
        return self.height if whole else None

    def back_points(self) -> FloatArray | None:
        """Return the back outline from C7 to below the gluteal fold, shape (N, 2).

        Covered stretches of up to 0.22 trunk lengths are bridged by a smooth curve, and covered
        ends are left out. ``None`` when a longer stretch is covered, or when the back is not seen
        all the way from the shoulder blades to the buttock.
        """
        rows = (self.levels <= BACK_SPAN[0]) & (self.levels >= BACK_SPAN[1])
        known = np.flatnonzero(rows & self.back.seen)
        if not len(known):
            return None
        stretch = slice(known[0], known[-1] + 1)
        heights, x, seen = self.levels[stretch], self.back.x[stretch], self.back.seen[stretch]
        reaches = heights[0] >= NEEDED_SPAN[0] and heights[-1] <= NEEDED_SPAN[1]
        if not reaches or longest_gap(seen) * CELL > MAX_GAP:
            return None
        return np.column_stack([bridge(heights, x, seen), heights])

    @property
    def arm_over_low_back(self) -> bool:
        """Whether an arm is the outline over much of the low back."""
        rows = (self.levels <= LOW_BACK[0]) & (self.levels >= LOW_BACK[1])
        return bool(self.back.arm[rows].mean() >= LOW_BACK_SHARE)

    def covered_share(self, edge: Edge, span: tuple[float, float]) -> float:
        """Return the share of the levels within ``span`` (high, low) that is not seen."""
        rows = (self.levels <= span[0]) & (self.levels >= span[1])
        return float(1 - edge.seen[rows].mean()) if rows.any() else 1.0

    def front_at(self, high: float, low: float) -> FloatArray | None:
        """Return the front outline between two levels where it is seen, shape (N, 2).

        ``None`` when less than two thirds of it is seen.
        """
        rows = (self.levels <= high) & (self.levels >= low) & self.front.seen
        expected = (high - low) / CELL
        if rows.sum() < 2 * expected / 3:
            return None
        return np.column_stack([self.front.x[rows], self.levels[rows]])

    def middle_at(self, level: float) -> float | None:
        """Return the middle between both edges at a level; ``None`` when one is hidden there."""
        row = int(np.argmin(np.abs(self.levels - level)))
        if not (self.back.seen[row] and self.front.seen[row]):
            return None
        return float(self.back.x[row] + self.front.x[row]) / 2.0

    @property
    def nape_seen(self) -> bool:
        """Whether the outline is seen at the level of C7."""
        row = int(np.argmin(np.abs(self.levels - BACK_SPAN[0])))
        return bool(self.back.seen[row])


def trace_silhouette(
    mask: NDArray[np.float32], landmarks_px: FloatArray, frame: BodyFrame
) -> Silhouette:
    """Trace contour and edges of a person in a mask.

    Parameters
    ----------
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    landmarks_px : ndarray, shape (33, 2)
        Pose landmarks in pixels.
    """
    body, contour = main_body(mask, landmarks_px)
    heights = levels()
    axis_at, axis_x = body_axis(landmarks_px, frame)
    axis = np.interp(heights[::-1], axis_at, axis_x)[::-1]
    size = (mask.shape[1], mask.shape[0])
    back_x, front_x = (
        cut_at_border(x, heights, frame, size)
        for x in find_edges(upright_mask(body, contour, frame), axis)
    )
    arms = ArmModel.from_landmarks(landmarks_px, frame)
    back, back_flags = judge_back(back_x, heights, arms)
    front, front_flags = judge_front(front_x, heights, arms)
    top, bottom = _extent(contour, frame)
    return Silhouette(
        frame=frame,
        levels=heights,
        back=back,
        front=front,
        arms=arms,
        contour_px=contour,
        top=top,
        bottom=bottom,
        cut=_cut_borders(body),
        flags=(*back_flags, *front_flags),
    )


def main_body(
    mask: NDArray[np.float32], landmarks_px: FloatArray
) -> tuple[NDArray[np.float32], FloatArray]:
    """Keep only the connected part of the mask that contains the trunk; zero elsewhere.

    Parameters
    ----------
    mask : ndarray of float32, shape (H, W)
    landmarks_px : ndarray, shape (33, 2)

    Returns
    -------
    ndarray of float32, shape (H, W)
    ndarray, shape (N, 2)
        Closed contour of what was kept, in pixels; empty without a body.
    """
    outlines = _outlines(mask)
    if len(outlines) > 1:
        mask = _part_with_trunk(mask, landmarks_px)
        outlines = _outlines(mask)
    longest = max(outlines, key=len, default=np.empty((0, 1, 2)))
    return mask, longest[:, 0, :].astype(np.float64)


def _outlines(mask: NDArray[np.float32]) -> list[NDArray[np.int32]]:
    """Return the outer contour of each connected part of a mask, shape (N, 1, 2)."""
    body = (mask > MASK_LEVEL).view(np.uint8)
    contours, tree = cv2.findContours(body, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    # Contours with a parent are those of holes.
    found = zip(contours, tree[0, :, 3] < 0, strict=True) if contours else ()
    return [np.asarray(contour, dtype=np.int32) for contour, outer in found if outer]


def _part_with_trunk(mask: NDArray[np.float32], landmarks_px: FloatArray) -> NDArray[np.float32]:
    count, labels = cv2.connectedComponents((mask > MASK_LEVEL).astype(np.uint8))
    trunk = np.linspace(midpoint(landmarks_px, SHOULDERS), midpoint(landmarks_px, HIPS), 15)
    column = np.clip(trunk[:, 0].round().astype(int), 0, mask.shape[1] - 1)
    row = np.clip(trunk[:, 1].round().astype(int), 0, mask.shape[0] - 1)
    votes = np.bincount(labels[row, column], minlength=count)
    votes[0] = 0
    keep = votes.argmax() if votes.any() else 1 + np.bincount(labels.ravel())[1:].argmax()
    # The soft rim, below the level, belongs to the part that it surrounds.
    part = cv2.dilate((labels == keep).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(part > 0, mask, np.float32(0)).astype(np.float32)


def _extent(contour: FloatArray, frame: BodyFrame) -> tuple[float, float]:
    """Return the highest and the lowest level of the body along true vertical."""
    if not len(contour):
        return 0.0, 0.0
    heights = frame.to_body(contour)[:, 1]
    return float(heights.max()), float(heights.min())


def _cut_borders(body: NDArray[np.float32]) -> frozenset[str]:
    """Name the borders of the photo at which more than a sliver of the body is cut off."""
    sliver = 3
    borders = {"top": body[0], "bottom": body[-1], "left": body[:, 0], "right": body[:, -1]}
    return frozenset(name for name, line in borders.items() if (line > MASK_LEVEL).sum() > sliver)


def longest_gap(seen: BoolArray) -> int:
    """Return the length of the longest run of ``False``."""
    edges = np.flatnonzero(np.concatenate([[True], seen, [True]]))
    return int(np.diff(edges).max() - 1)


def bridge(levels: FloatArray, x: FloatArray, seen: BoolArray) -> FloatArray:
    """Fill the gaps in an outline with cubics that keep position and slope at both ends.

    Parameters
    ----------
    levels, x : ndarray, shape (M,)
        Evenly spaced levels, and the position of the outline at each; both ends are seen.
    seen : ndarray of bool, shape (M,)

    Returns
    -------
    ndarray, shape (M,)
    """
    filled = np.where(seen, x, np.nan)
    known = np.flatnonzero(seen)
    for left, right in pairwise(known):
        if right - left > 1:
            inner = np.arange(left + 1, right)
            filled[inner] = _hermite(levels, x, seen, int(left), int(right), inner)
    return filled


def _hermite(
    levels: FloatArray,
    x: FloatArray,
    seen: BoolArray,
    left: int,
    right: int,
    inner: NDArray[np.int_],
) -> FloatArray:
    span = levels[right] - levels[left]
    t = (levels[inner] - levels[left]) / span
    slope_left = _end_slope(levels, x, seen, left, -1)
    slope_right = _end_slope(levels, x, seen, right, +1)
    cubic: FloatArray = (
        (2 * t**3 - 3 * t**2 + 1) * x[left]
        + (t**3 - 2 * t**2 + t) * span * slope_left
        + (3 * t**2 - 2 * t**3) * x[right]
        + (t**3 - t**2) * span * slope_right
    )
    return cubic


def _end_slope(
    levels: FloatArray, x: FloatArray, seen: BoolArray, end: int, direction: int
) -> float:
    """Return the slope dx/dlevel of the outline beside a gap, over a stretch of fixed length."""
    reach = max(3, round(SLOPE_REACH / abs(float(levels[1] - levels[0]))))
    rows = np.arange(end, end + direction * reach, direction)
    rows = rows[(rows >= 0) & (rows < len(x))]
    rows = rows[seen[rows]]
    if len(rows) < 3:
        return 0.0
    return float(np.polyfit(levels[rows], x[rows], 1)[0])
