"""Exact outlines of a mesh: its outermost points on horizontal rows.

Every mesh edge is intersected with every row that it crosses; the least and the greatest x on a
row are the front and the back of the profile, exact to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Back and front of a side view on equally spaced rows.

    Parameters
    ----------
    first_row, step : float
        Position of the first row and spacing of the rows.
    back, front : ndarray, shape (N,)
        x of the outline; NaN on rows that the mesh does not reach.
    """

    first_row: float
    step: float
    back: Floats
    front: Floats

    @property
    def rows(self) -> Floats:
        """Positions of the rows, shape (N,)."""
        return np.asarray(self.first_row + self.step * np.arange(len(self.back)), dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON types, rounded to 1/100; missing rows are null."""
        return {
            "first_row": self.first_row,
            "step": self.step,
            "back": _rounded(self.back),
            "front": _rounded(self.front),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Profile:
        """Read what :meth:`to_dict` wrote."""
        sides = {side: np.array(data[side], dtype=np.float64) for side in ("back", "front")}
        return cls(first_row=data["first_row"], step=data["step"], **sides)


def quad_edges(quads: Ints) -> Ints:
    """Return the distinct edges of quads, shape (E, 2)."""
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def triangle_edges(triangles: Ints) -> Ints:
    """Return the edges of triangles, each once per triangle, shape (3T, 2)."""
    return np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])


def row_extremes(points: Floats, edges: Ints, rows: Floats) -> tuple[Floats, Floats]:
    """Return the least and greatest x of a mesh on each row.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        Projected vertices (x, row coordinate).
    edges : ndarray, shape (E, 2)
        Vertex pairs.
    rows : ndarray, shape (R,)
        Increasing, equally spaced row coordinates.

    Returns
    -------
    least, greatest : ndarray, shape (R,)
        NaN where no edge crosses the row.
    """
    step = rows[1] - rows[0]
    at = (points[:, 1] - rows[0]) / step
    low = np.where(at[edges[:, 0]] <= at[edges[:, 1]], edges[:, 0], edges[:, 1])
    high = edges.sum(1) - low
    first = np.clip(np.ceil(at[low]), 0, len(rows)).astype(int)
    last = np.clip(np.floor(at[high]), -1, len(rows) - 1).astype(int)
    count = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(edges)), count)
    start = np.repeat(np.cumsum(count) - count, count)
    row = first[which] + np.arange(len(which)) - start
    span = np.maximum(at[high] - at[low], 1e-12)
    share = (row - at[low][which]) / span[which]
    x = points[low, 0][which] * (1 - share) + points[high, 0][which] * share
    least, greatest = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    np.minimum.at(least, row, x)
    np.maximum.at(greatest, row, x)
    missing = ~np.isfinite(least)
    least[missing] = greatest[missing] = np.nan
    return least, greatest


def make_profile(points: Floats, edges: Ints, rows: Floats, *, faces_right: bool) -> Profile:
    """Return back and front of a projected side view.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        Projected vertices (x, row coordinate).
    edges : ndarray, shape (E, 2)
        Vertex pairs.
    rows : ndarray, shape (R,)
        Increasing, equally spaced row coordinates.
    faces_right : bool
        True if the person looks towards greater x.
    """
    least, greatest = row_extremes(points, edges, rows)
    back, front = (least, greatest) if faces_right else (greatest, least)
    return Profile(first_row=float(rows[0]), step=float(rows[1] - rows[0]), back=back, front=front)


def _rounded(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 2) for value in values]
