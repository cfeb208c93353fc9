"""From the segmentation mask to the trunk's back and front profile in the body frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.arms import ArmModel
from posture.frame import BodyFrame, midpoint
from posture.landmarks import ANKLES, EARS, HIPS, KNEES, SHOULDERS

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CELL: Final = 1 / 160
"""Grid of the upright mask in trunk lengths: 3 mm, a third of the network's own cell."""

TOP: Final = 2.2
BOTTOM: Final = -2.8
REACH: Final = 1.4
"""Extent of the upright mask in trunk lengths above, below and beside the mid-hip."""

MASK_LEVEL: Final = 0.5
"""Probability at which the body begins."""

STEP_SLOPE: Final = 2.6
STEP_REACH: Final = 3
"""Run of the outline (sideways per unit down, about 69 degrees, over six cells or 2 cm) that
backs do not reach between nape and gluteal fold; hems, bags and chairs do."""

STEP_MARGIN: Final = 0.05
"""Stretch on either side of a step that is not read, in trunk lengths."""

NAPE_SPAN: Final = (1.20, 1.12)
UPPER_BACK_SPAN: Final = (0.95, 0.75)
MIN_NAPE_HOLLOW: Final = 0.02
HAIR_END: Final = 0.85
"""The root of a bare neck lies in front of the upper back by 0.06 trunk lengths or more. Where
it does not, hair or a hood covers it, and nothing above the shoulder blades is read."""

BACK_SPAN: Final = (1.08, -0.34)
"""Levels between which the back is read: C7 to just below the gluteal fold (the fold lies
0.15-0.25 trunk lengths below the hip joint)."""

NEEDED_SPAN: Final = (0.72, -0.12)
"""Least stretch that holds the thoracic and the gluteal apex of every posture."""

MAX_GAP: Final = 0.22
"""Longest covered stretch that is bridged, in trunk lengths (about 11 cm)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One side of the trunk along the levels of a silhouette.

    Parameters
    ----------
    x : ndarray, shape (M,)
        Anterior position of the edge in trunk lengths; NaN where the mask has none.
    seen : ndarray of bool, shape (M,)
        Whether the edge there is the trunk's own outline.
    """

    x: FloatArray
    seen: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Silhouette:
    """The person's outline, and the trunk's two edges read level by level.

    Parameters
    ----------
    frame : BodyFrame
        Frame of all coordinates below.
    levels : ndarray, shape (M,)
        Heights above the mid-hip in trunk lengths, from top to bottom.
    back, front : Edge
        The two edges.
    contour_px : ndarray, shape (N, 2)
        Outline of the whole body in pixels of the image.
    top, bottom : float
        Highest and lowest level of the body.
    cut : frozenset of str
        Borders of the photo that cut the body: "top", "bottom", "left", "right".
    flags : tuple of str
        Remarks: ``back_step`` (something hangs on the outline), ``hair_on_back``,
        ``arm_on_back``, ``arm_on_front``.
    """

    frame: BodyFrame
    levels: FloatArray
    back: Edge
    front: Edge
    contour_px: FloatArray
    top: float
    bottom: float
    cut: frozenset[str]
    flags: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height of the visible body in trunk lengths."""
        return self.top - self.bottom

    def back_points(self) -> FloatArray | None:
        """Return the back outline from C7 to below the gluteal fold, shape (N, 2).

        Covered stretches of up to 0.22 trunk lengths are bridged by a smooth curve and covered
        ends are left out; ``None`` when a longer stretch is covered, or when what is seen does
        not reach from the shoulder blades to the buttock.
        """
        rows = (self.levels <= BACK_SPAN[0]) & (self.levels >= BACK_SPAN[1])
        levels, x, seen = self.levels[rows], self.back.x[rows], self.back.seen[rows]
        known = np.flatnonzero(seen)
        if not len(known):
            return None
        levels, x, seen = (array[known[0] : known[-1] + 1] for array in (levels, x, seen))
        reaches = levels[0] >= NEEDED_SPAN[0] and levels[-1] <= NEEDED_SPAN[1]
        if not reaches or longest_gap(seen) * CELL > MAX_GAP:
            return None
        return np.column_stack([_bridged(levels, x, seen), levels])

    def covered_share(self, edge: Edge, span: tuple[float, float]) -> float:
        """Return which share of the levels between ``span`` (high, low) is not seen."""
        rows = (self.levels <= span[0]) & (self.levels >= span[1])
        return float(1 - edge.seen[rows].mean()) if rows.any() else 1.0

    def front_at(self, high: float, low: float) -> FloatArray | None:
        """Return the seen front outline between two levels, shape (N, 2), or ``None``.

        ``None`` when less than two thirds of it is seen.
        """
        rows = (self.levels <= high) & (self.levels >= low) & self.front.seen
        expected = (high - low) / CELL
        if rows.sum() < 2 * expected / 3:
            return None
        return np.column_stack([self.front.x[rows], self.levels[rows]])

    @property
    def nape_seen(self) -> bool:
        """Whether the outline is seen at the level of C7."""
        row = int(np.argmin(np.abs(self.levels - BACK_SPAN[0])))
        return bool(self.back.seen[row])


def trace_silhouette(
    mask: NDArray[np.float32], landmarks_px: FloatArray, frame: BodyFrame
) -> Silhouette:
    """Read the trunk's edges from a mask.

    Parameters
    ----------
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    landmarks_px : ndarray, shape (33, 2)
        Pose landmarks in pixels.
    frame : BodyFrame
        Where the body stands and which way is up.

    Returns
    -------
    Silhouette
    """
    body = main_body(mask, landmarks_px)
    upright = _upright(body, frame)
    levels = TOP - CELL * np.arange(upright.shape[0])
    axis = np.interp(levels[::-1], *_axis(landmarks_px, frame))[::-1]
    back_x, front_x = _edges(upright, axis)
    arms = ArmModel.from_landmarks(landmarks_px, frame)
    back, remarks = _back_edge(back_x, levels, arms)
    on_front = arms.covers(np.column_stack([front_x, levels]), "front")
    front = Edge(x=front_x, seen=np.isfinite(front_x) & ~on_front)
    top, bottom = _extent(body, frame)
    return Silhouette(
        frame=frame,
        levels=levels,
        back=back,
        front=front,
        contour_px=outline(body),
        top=top,
        bottom=bottom,
        cut=_cut_borders(body),
        flags=(*remarks, *_front_flags(levels, front)),
    )


def main_body(mask: NDArray[np.float32], landmarks_px: FloatArray) -> NDArray[np.float32]:
    """Keep the connected part of the mask that holds the trunk; zero elsewhere.

    Parameters
    ----------
    mask : ndarray of float32, shape (H, W)
    landmarks_px : ndarray, shape (33, 2)

    Returns
    -------
    ndarray of float32, shape (H, W)
    """
    count, labels = cv2.connectedComponents((mask > MASK_LEVEL).astype(np.uint8))
    if count <= 2:
        return mask
    trunk = np.linspace(midpoint(landmarks_px, SHOULDERS), midpoint(landmarks_px, HIPS), 15)
    column = np.clip(trunk[:, 0].round().astype(int), 0, mask.shape[1] - 1)
    row = np.clip(trunk[:, 1].round().astype(int), 0, mask.shape[0] - 1)
    votes = np.bincount(labels[row, column], minlength=count)
    votes[0] = 0
    keep = votes.argmax() if votes.any() else 1 + np.bincount(labels.ravel())[1:].argmax()
    # The soft rim below the level belongs to the part it surrounds.
    part = cv2.dilate((labels == keep).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(part > 0, mask, np.float32(0))


def outline(body: NDArray[np.float32]) -> FloatArray:
    """Return the longest closed contour of a body mask, shape (N, 2), in pixels."""
    contours, _ = cv2.findContours(
        (body > MASK_LEVEL).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not contours:
        return np.empty((0, 2))
    return max(contours, key=len)[:, 0, :].astype(np.float64)


def longest_gap(seen: BoolArray) -> int:
    """Return the length of the longest run of ``False``."""
    edges = np.flatnonzero(np.concatenate([[True], seen, [True]]))
    return int(np.diff(edges).max() - 1)


def _upright(body: NDArray[np.float32], frame: BodyFrame) -> NDArray[np.float32]:
    """Resample the mask to the body frame: facing right, true vertical, one scale for all."""
    columns = np.arange(-REACH, REACH + CELL / 2, CELL)
    rows = np.arange(TOP, BOTTOM - CELL / 2, -CELL)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1)
    at = frame.to_image(grid).astype(np.float32)
    return cv2.remap(body, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=0.0)


def _axis(landmarks_px: FloatArray, frame: BodyFrame) -> tuple[FloatArray, FloatArray]:
    """Levels (rising) and positions of a line that runs inside the body from ankle to ear."""
    pairs = (ANKLES, KNEES, HIPS, SHOULDERS, EARS)
    points = np.array([frame.to_body(midpoint(landmarks_px, pair)) for pair in pairs])
    order = np.argsort(points[:, 1])
    return points[order, 1], points[order, 0]


def _edges(upright: NDArray[np.float32], axis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Back and front edge of the run of body that holds the axis, with sub-cell position."""
    start = np.clip(np.round((axis + REACH) / CELL).astype(int), 0, upright.shape[1] - 1)
    front = _first_crossing(upright, start)
    mirrored = _first_crossing(upright[:, ::-1], upright.shape[1] - 1 - start)
    back = upright.shape[1] - 1 - mirrored
    return back * CELL - REACH, front * CELL - REACH


def _first_crossing(image: NDArray[np.float32], start: NDArray[np.int_]) -> FloatArray:
    """Column, with fraction, where each row first falls below the level right of ``start``."""
    rows = np.arange(len(image))
    column = np.arange(image.shape[1])
    outside = (image < MASK_LEVEL) & (column >= start[:, None])
    first = outside.argmax(axis=1)
    valid = outside.any(axis=1) & (first > start)
    inner = np.where(valid, first - 1, 0)
    high, low = image[rows, inner], image[rows, np.where(valid, first, 1)]
    share = (high - MASK_LEVEL) / np.maximum(high - low, 1e-6)
    return np.where(valid, inner + share, np.nan)


def _back_edge(
    x: FloatArray, levels: FloatArray, arms: ArmModel
) -> tuple[Edge, tuple[str, ...]]:
    """The back edge with what is not trunk marked as not seen, and what that was."""
    covered = arms.covers(np.column_stack([x, levels]), "back")
    steps = _steps(x, levels) & ~covered
    reach = round(STEP_MARGIN / CELL)
    widened = np.convolve(steps, np.ones(2 * reach + 1), "same") > 0
    hair = (levels > HAIR_END) if _nape_covered(x, levels) else np.zeros_like(covered)
    seen = np.isfinite(x) & ~covered & ~widened & ~hair
    trunk = (levels < HAIR_END) & (levels > BACK_SPAN[1])
    found = {
        "arm_on_back": covered[trunk].mean() > 0.02,
        "back_step": steps.any(),
        "hair_on_back": hair.any(),
    }
    return Edge(x=x, seen=seen), tuple(name for name, there in found.items() if there)


def _nape_covered(x: FloatArray, levels: FloatArray) -> bool:
    nape = x[(levels < NAPE_SPAN[0]) & (levels > NAPE_SPAN[1])]
    back = x[(levels < UPPER_BACK_SPAN[0]) & (levels > UPPER_BACK_SPAN[1])]
    nape, back = nape[np.isfinite(nape)], back[np.isfinite(back)]
    return bool(len(nape) and len(back) and nape.min() - back.min() < MIN_NAPE_HOLLOW)


def _steps(x: FloatArray, levels: FloatArray) -> BoolArray:
    """Levels within the back at which the outline jumps sideways."""
    rise = np.full_like(x, np.nan)
    rise[STEP_REACH:-STEP_REACH] = x[2 * STEP_REACH :] - x[: -2 * STEP_REACH]
    slope = np.abs(rise) / (2 * STEP_REACH * CELL)
    within = (levels < BACK_SPAN[0]) & (levels > BACK_SPAN[1])
    jump: BoolArray = np.nan_to_num(slope, nan=0.0) > STEP_SLOPE
    return jump & within


def _extent(body: NDArray[np.float32], frame: BodyFrame) -> tuple[float, float]:
    """Highest and lowest level of the body along true vertical."""
    contour = outline(body)
    if not len(contour):
        return 0.0, 0.0
    heights = frame.to_body(contour)[:, 1]
    return float(heights.max()), float(heights.min())


def _cut_borders(body: NDArray[np.float32]) -> frozenset[str]:
    """Borders of the photo at which more than a sliver of the body ends."""
    sliver = 3
    inside = body > MASK_LEVEL
    borders = {
        "top": inside[0],
        "bottom": inside[-1],
        "left": inside[:, 0],
        "right": inside[:, -1],
    }
    return frozenset(name for name, line in borders.items() if line.sum() > sliver)


def _front_flags(levels: FloatArray, front: Edge) -> tuple[str, ...]:
    rows = (levels < 0.9) & (levels > BACK_SPAN[1])
    hidden = (~front.seen[rows] & np.isfinite(front.x[rows])).mean() > 0.25
    return ("arm_on_front",) if hidden else ()


def _bridged(levels: FloatArray, x: FloatArray, seen: BoolArray) -> FloatArray:
    """Fill what is not seen by a cubic that keeps position and slope at both ends."""
    filled = np.where(seen, x, np.nan)
    known = np.flatnonzero(seen)
    for left, right in zip(known, known[1:], strict=False):
        if right - left > 1:
            inner = np.arange(left + 1, right)
            filled[inner] = _hermite(levels, x, seen, left, right, inner)
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
    return (
        (2 * t**3 - 3 * t**2 + 1) * x[left]
        + (t**3 - 2 * t**2 + t) * span * slope_left
        + (3 * t**2 - 2 * t**3) * x[right]
        + (t**3 - t**2) * span * slope_right
    )


def _end_slope(
    levels: FloatArray, x: FloatArray, seen: BoolArray, end: int, direction: int
) -> float:
    """Slope dx/dlevel of the seen outline beside a gap, from a stretch of 0.06 trunk lengths."""
    reach = round(0.06 / CELL)
    rows = np.arange(end, end + direction * reach, direction)
    rows = rows[(rows >= 0) & (rows < len(x))]
    rows = rows[seen[rows]]
    if len(rows) < 3:
        return 0.0
    return float(np.polyfit(levels[rows], x[rows], 1)[0])
