"""Sub-cell edges of the trunk in a mask, told apart from arms, hems, bags and hair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.geometry.arms import ArmModel
from posture.geometry.frame import BodyFrame, midpoint
from posture.landmarks import ANKLES, EARS, HIPS, KNEES, SHOULDERS
from posture.types import BoolArray, FloatArray

CELL: Final = 1 / 160
"""Cell of the upright mask in trunk lengths: 3 mm, a third of the network's own cell."""

TOP: Final = 2.2
BOTTOM: Final = -2.8
HALF_WIDTH: Final = 1.4
"""Extent of the upright mask in trunk lengths above, below and beside the mid-hip."""

MASK_LEVEL: Final = 0.5
"""Probability at which the body begins."""

STEP_SLOPE: Final = 2.6
STEP_LEVELS: Final = 3
"""Slope of the outline (sideways per unit down, about 69 degrees, over six cells or 2 cm) that
no back reaches between nape and gluteal fold, but hems, bags and chairs do."""

STEP_MARGIN: Final = 0.05
"""Stretch on either side of a step that is left out, in trunk lengths."""

BORDER_PX: Final = 1.5
"""An edge this close to the border of the photo is where the picture ends, not the body."""

NAPE_SPAN: Final = (1.20, 1.12)
UPPER_BACK_SPAN: Final = (0.95, 0.75)
MIN_NAPE_HOLLOW: Final = 0.02
HAIR_END: Final = 0.85
"""The root of a bare neck lies 0.06 trunk lengths or more in front of the upper back. Where it
does not, hair or a hood covers it, and nothing above the shoulder blades is read."""

BACK_SPAN: Final = (1.08, -0.34)
"""Levels between which the back is read: C7 to just below the gluteal fold (the fold lies
0.15-0.25 trunk lengths below the hip joint)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Outline of the trunk on one side, at each level of a silhouette.

    Parameters
    ----------
    x : ndarray, shape (M,)
        Anterior position in trunk lengths; NaN where the mask has no edge.
    seen : ndarray of bool, shape (M,)
        Whether the edge is the trunk's own outline there.
    arm : ndarray of bool, shape (M,)
        Whether an arm is the outline there; the trunk then ends somewhere further in.
    """

    x: FloatArray
    seen: BoolArray
    arm: BoolArray


def levels() -> FloatArray:
    """Return the heights of an upright mask's rows above the mid-hip, in trunk lengths."""
    return TOP - CELL * np.arange(round((TOP - BOTTOM) / CELL) + 1, dtype=np.float64)


def upright_mask(
    body: NDArray[np.float32], contour: FloatArray, frame: BodyFrame
) -> NDArray[np.float32]:
    """Resample the mask to the body frame: facing right, upright, the same scale for everyone.

    Parameters
    ----------
    body : ndarray of float32, shape (H, W)
    contour : ndarray, shape (N, 2)
        Closed contour of the body in pixels; beyond it all is 0.

    Returns
    -------
    ndarray of float32, shape (len(levels()), C)
    """
    corners = np.array([[-HALF_WIDTH, TOP], [-HALF_WIDTH + CELL, TOP], [-HALF_WIDTH, TOP - CELL]])
    origin, right, down = frame.to_image(corners)
    upright = np.zeros((len(levels()), round(2 * HALF_WIDTH / CELL) + 1), np.float32)
    rows, columns = _cells_around(contour, frame, upright.shape)
    part = upright[rows, columns]
    if part.size:
        across, along = right - origin, down - origin
        first = origin + columns.start * across + rows.start * along
        cv2.warpAffine(
            body,
            np.column_stack([across, along, first]),
            part.shape[::-1],
            dst=part,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
    return upright


def _cells_around(
    contour: FloatArray, frame: BodyFrame, shape: tuple[int, ...]
) -> tuple[slice, slice]:
    """Return rows and columns of an upright mask with a body and two pixels of rim around it."""
    if not len(contour):
        return slice(0), slice(0)
    margin = 2 / frame.unit_px + 2 * CELL
    points = frame.to_body(contour)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    first = np.floor([(TOP - high[1]) / CELL, (low[0] + HALF_WIDTH) / CELL])
    last = np.ceil([(TOP - low[1]) / CELL, (high[0] + HALF_WIDTH) / CELL]) + 1
    (top, left), (bottom, right) = np.clip([first, last], 0, shape).astype(int).tolist()
    return slice(top, bottom), slice(left, right)


def body_axis(landmarks_px: FloatArray, frame: BodyFrame) -> tuple[FloatArray, FloatArray]:
    """Return rising levels, and positions there, of a line inside the body from ankle to ear."""
    pairs = (ANKLES, KNEES, HIPS, SHOULDERS, EARS)
    points = np.array([frame.to_body(midpoint(landmarks_px, pair)) for pair in pairs])
    order = np.argsort(points[:, 1])
    return points[order, 1], points[order, 0]


def find_edges(upright: NDArray[np.float32], axis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find both edges of the stretch of body around the axis, with sub-cell precision.

    Parameters
    ----------
    upright : ndarray of float32, shape (M, C)
    axis : ndarray, shape (M,)
        A position inside the body on each level.

    Returns
    -------
    back, front : ndarray, shape (M,)
        In trunk lengths; NaN where there is no edge.
    """
    start = np.clip(np.round((axis + HALF_WIDTH) / CELL).astype(int), 0, upright.shape[1] - 1)
    rows, outside = np.arange(len(upright)), upright < MASK_LEVEL
    # Gaps between neighbouring pixels, counted row by row, in which the outline passes; the first
    # and the last entry are gaps of no row.
    gaps = upright.shape[1] - 1
    passes = np.flatnonzero(outside[:, 1:] != outside[:, :-1])
    passes = np.concatenate([[-1], passes, [gaps * len(upright)]])
    after = np.searchsorted(passes, rows * gaps + start)
    back, front = (
        _crossing(upright, passes[after + at], step, ~outside[rows, start])
        for at, step in ((-1, -1), (0, 1))
    )
    return back * CELL - HALF_WIDTH, front * CELL - HALF_WIDTH


def _crossing(
    image: NDArray[np.float32], gap: NDArray[np.int_], step: int, valid: BoolArray
) -> FloatArray:
    """Return the fractional column at which each row falls below 0.5 in a gap between pixels.

    The step leads outwards; NaN where a row is not valid or the gap is not in it.
    """
    rows = np.arange(len(image))
    row, left = np.divmod(gap, image.shape[1] - 1)
    valid = valid & (row == rows)
    left = np.where(valid, left, 0)
    inner, outer = (left, left + 1) if step > 0 else (left + 1, left)
    high, low = image[rows, inner], image[rows, outer]
    share = (high - MASK_LEVEL) / np.maximum(high - low, 1e-6)
    return np.where(valid, inner + step * share, np.nan)


def cut_at_border(
    x: FloatArray, levels: FloatArray, frame: BodyFrame, size: tuple[int, int]
) -> FloatArray:
    """Return an edge with NaN wherever it is only the border of a photo of size (width, height)."""
    at = frame.to_image(np.column_stack([x, levels]))
    border = (at < BORDER_PX) | (at > np.array(size) - 1 - BORDER_PX)
    return np.where(border.any(axis=1), np.nan, x)


def judge_back(x: FloatArray, levels: FloatArray, arms: ArmModel) -> tuple[Edge, tuple[str, ...]]:
    """Return the back edge, not seen wherever it is not the trunk's, and flags that say why."""
    covered = arms.covers(np.column_stack([x, levels]), "back")
    steps = _steps(x, levels)
    # The rim of an arm is not a hem; but where the arm's outline returns to the trunk, so does the
    # edge.
    steps[covered & (steps < 0)] = 0
    rims = (steps != 0) & ~covered
    reach = round(STEP_MARGIN / CELL)
    widened = np.convolve(rims, np.ones(2 * reach + 1), "same") > 0
    hair = (levels > HAIR_END) if _nape_covered(x, levels) else np.zeros_like(covered)
    seen = np.isfinite(x) & ~covered & ~widened & ~_bag_or_seat(steps, levels) & ~hair
    trunk = (levels < HAIR_END) & (levels > BACK_SPAN[1])
    found = {
        "arm_on_back": covered[trunk].mean() > 0.02,
        "back_step": rims.any(),
        "hair_on_back": hair.any(),
    }
    return Edge(x=x, seen=seen, arm=covered), tuple(name for name, there in found.items() if there)


def _nape_covered(x: FloatArray, levels: FloatArray) -> bool:
    nape = x[(levels < NAPE_SPAN[0]) & (levels > NAPE_SPAN[1])]
    back = x[(levels < UPPER_BACK_SPAN[0]) & (levels > UPPER_BACK_SPAN[1])]
    nape, back = nape[np.isfinite(nape)], back[np.isfinite(back)]
    return bool(len(nape) and len(back) and nape.min() - back.min() < MIN_NAPE_HOLLOW)


def _steps(x: FloatArray, levels: FloatArray) -> NDArray[np.int_]:
    """Mark where the back jumps sideways on the way down: -1 backwards, 1 forwards, 0 elsewhere."""
    rise = np.full_like(x, np.nan)
    rise[STEP_LEVELS:-STEP_LEVELS] = x[2 * STEP_LEVELS :] - x[: -2 * STEP_LEVELS]
    slope = np.nan_to_num(rise, nan=0.0) / (2 * STEP_LEVELS * CELL)
    within = (levels < BACK_SPAN[0]) & (levels > BACK_SPAN[1])
    return np.where((np.abs(slope) > STEP_SLOPE) & within, np.sign(slope), 0).astype(int)


def _bag_or_seat(steps: NDArray[np.int_], levels: FloatArray) -> BoolArray:
    """Mark the levels of a bag or a seat: from a step backwards down to the next step forwards.

    A seat goes on to the bottom. A step that begins above the shoulder blades and never ends is a
    collar: the rest of the jacket follows the back.
    """
    latest = np.maximum.accumulate(np.where(steps != 0, np.arange(len(steps)), 0))
    marked: BoolArray = steps[latest] < 0
    if marked[-1] and levels[latest[-1]] > HAIR_END:
        marked &= latest != latest[-1]
    return marked


def judge_front(x: FloatArray, levels: FloatArray, arms: ArmModel) -> tuple[Edge, tuple[str, ...]]:
    """Return the front edge, not seen behind an arm, and a flag if much of it is hidden."""
    covered = arms.covers(np.column_stack([x, levels]), "front")
    front = Edge(x=x, seen=np.isfinite(x) & ~covered, arm=covered)
    rows = (levels < 0.9) & (levels > BACK_SPAN[1])
    hidden = (~front.seen[rows] & np.isfinite(front.x[rows])).mean() > 0.25
    return front, ("arm_on_front",) if hidden else ()
