"""Carry an outline across short stretches that something covers."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.types import BoolArray, FloatArray

SLOPE_REACH: Final = 0.06
"""Stretch beside a gap, in trunk lengths, from which the outline's slope is taken."""


def longest_gap(seen: BoolArray) -> int:
    """Return the length of the longest run of ``False``."""
    edges = np.flatnonzero(np.concatenate([[True], seen, [True]]))
    return int(np.diff(edges).max() - 1)


def bridge(levels: FloatArray, x: FloatArray, seen: BoolArray) -> FloatArray:
    """Fill what is not seen by a cubic that keeps position and slope at both ends.

    Parameters
    ----------
    levels, x : ndarray, shape (M,)
        Evenly spaced levels and the outline's position at each; both ends are seen.
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
    """Slope dx/dlevel of the seen outline beside a gap, from a stretch of fixed length."""
    reach = max(3, round(SLOPE_REACH / abs(float(levels[1] - levels[0]))))
    rows = np.arange(end, end + direction * reach, direction)
    rows = rows[(rows >= 0) & (rows < len(x))]
    rows = rows[seen[rows]]
    if len(rows) < 3:
        return 0.0
    return float(np.polyfit(levels[rows], x[rows], 1)[0])
