"""The back curve: depth of the lumbar hollow, tangents, thoracic kyphosis index.

Pure geometry of one curve. The same code measures photos and the bodies with a known pelvis, so
that a difference between them is never one of definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from posture.types import FloatArray

SAMPLES: Final = 256
"""Points after resampling: 4 mm steps on a back of one metre, finer than any mask."""

SMOOTHING: Final = 0.018
"""SD of the Gaussian as a fraction of the curve's length: about 14 mm on an adult, the width of
one cell of the segmentation network and well below the length of a lumbar hollow."""

APEX_RANGE: Final = (0.22, 0.88)
"""Range along the curve in which the deepest point of the lumbar hollow may lie: the nape above
and the fold below the buttock are hollows too, but not lumbar ones."""

PLACED_SD: Final = 0.03
"""Error along the curve of a vertebra that a person places by eye, in trunk lengths (SD): 15 mm,
about half a lumbar vertebra with its disc. A convention of ours."""

Tangent = Literal["thoracolumbar", "lumbosacral"]

MIN_POINTS: Final = 16
"""Fewer points do not describe a back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackCurve:
    """One back curve, measured; x anterior, y up, lengths in the unit of the input.

    Parameters
    ----------
    thoracic_apex, gluteal_apex : ndarray, shape (2,)
        Points at which a straight edge laid against upper back and buttock touches them. The line
        between them is the chord.
    lumbar_apex : ndarray, shape (2,)
        The point of the curve farthest from the chord.
    thoracolumbar, lumbosacral : ndarray, shape (2,)
        The inflections above and below the lumbar apex, where the tangents are steepest.
    depth : float
        Distance of the lumbar apex from the chord (the *flèche lombaire*).
    lordosis_deg : float
        Surface angle between the tangents at the two inflections. Not a Cobb angle.
    thoracolumbar_slope_deg, lumbosacral_slope_deg : float
        Angles of the two tangents against the vertical; positive when the curve runs backwards on
        its way down.
    kyphosis_index_pct : float
        Greatest distance of the thoracic curve from the line between its first point (C7) and the
        thoracolumbar inflection, in percent of that line (the flexicurve index).
    apex_level : float
        Height of the lumbar apex along the chord: 0 at the gluteal, 1 at the thoracic apex.
    points : ndarray, shape (256, 2)
        The smoothed curve, top to bottom.
    placed_sd_deg : mapping of {"thoracolumbar", "lumbosacral"} to float
        Error (SD) of a tangent whose level a person placed; empty for tangents at inflections.
    """

    thoracic_apex: FloatArray
    lumbar_apex: FloatArray
    gluteal_apex: FloatArray
    thoracolumbar: FloatArray
    lumbosacral: FloatArray
    depth: float
    lordosis_deg: float
    thoracolumbar_slope_deg: float
    lumbosacral_slope_deg: float
    kyphosis_index_pct: float
    apex_level: float
    points: FloatArray
    placed_sd_deg: Mapping[Tangent, float] = field(default_factory=dict)

    @property
    def chord_length(self) -> float:
        """Distance between the thoracic and the gluteal apex, in the unit of the input."""
        return float(np.hypot(*(self.thoracic_apex - self.gluteal_apex)))


def back_curve(points: FloatArray) -> BackCurve | None:
    """Smooth a back outline and measure its lumbar hollow.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        The outline from the level of C7 to a little below the gluteal fold, in order from
        top to bottom; x anterior, y up, any unit of length.

    Returns
    -------
    BackCurve or None
        ``None`` when the outline has no hollow between upper back and buttock.

    Raises
    ------
    ValueError
        If the array has the wrong shape, fewer than 16 points or values that are not finite.

    Notes
    -----
    Depth, lordosis and kyphosis do not change when the curve is turned or moved; scaling changes
    only the unit. The two slopes turn with the curve.
    """
    curve = smooth_curve(_checked(points))
    hollow = _lumbar_hollow(curve)
    if hollow is None:
        return None
    top, apex, bottom = hollow
    slope = tangent_slope_deg(curve)
    upper = top + int(np.argmin(slope[top : apex + 1]))
    lower = apex + int(np.argmax(slope[apex : bottom + 1]))
    return BackCurve(
        thoracic_apex=curve[top],
        lumbar_apex=curve[apex],
        gluteal_apex=curve[bottom],
        thoracolumbar=curve[upper],
        lumbosacral=curve[lower],
        depth=float(_distances(curve, top, bottom)[apex]),
        lordosis_deg=float(slope[lower] - slope[upper]),
        thoracolumbar_slope_deg=float(slope[upper]),
        lumbosacral_slope_deg=float(slope[lower]),
        kyphosis_index_pct=_kyphosis_index(curve, upper),
        apex_level=_level_on_chord(curve[apex], curve[bottom], curve[top]),
        points=curve,
    )


def with_tangents_at(
    curve: BackCurve, *, upper: FloatArray | None = None, lower: FloatArray | None = None
) -> BackCurve:
    """Take the tangents at levels that a person placed, instead of at the inflections.

    Parameters
    ----------
    curve : BackCurve
        Lengths in trunk lengths.
    upper, lower : ndarray, shape (2,), optional
        Points near the curve, say T12 and S1; the nearest point of the curve is used.

    Returns
    -------
    BackCurve
        With other tangents, angles and kyphosis index; the apices and the depth stay the same.
    """
    slope = tangent_slope_deg(curve.points)
    steps = float(np.hypot(*np.diff(curve.points, axis=0).T).mean())
    turn = np.abs(np.gradient(slope)) / steps
    at = {
        "thoracolumbar": _nearest(curve.points, curve.thoracolumbar if upper is None else upper),
        "lumbosacral": _nearest(curve.points, curve.lumbosacral if lower is None else lower),
    }
    placed: dict[Tangent, float] = {}
    if upper is not None:
        placed["thoracolumbar"] = PLACED_SD * float(turn[at["thoracolumbar"]])
    if lower is not None:
        placed["lumbosacral"] = PLACED_SD * float(turn[at["lumbosacral"]])
    high, low = at["thoracolumbar"], at["lumbosacral"]
    return replace(
        curve,
        thoracolumbar=curve.points[high],
        lumbosacral=curve.points[low],
        lordosis_deg=float(slope[low] - slope[high]),
        thoracolumbar_slope_deg=float(slope[high]),
        lumbosacral_slope_deg=float(slope[low]),
        kyphosis_index_pct=_kyphosis_index(curve.points, high),
        placed_sd_deg=placed,
    )


def _nearest(curve: FloatArray, point: FloatArray) -> int:
    return int(np.argmin(np.hypot(*(curve - point).T)))


def smooth_curve(points: FloatArray) -> FloatArray:
    """Resample a curve to 256 evenly spaced points and smooth it.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        Points of a curve, in order.

    Returns
    -------
    ndarray, shape (256, 2)
        The smoothed curve, with the same ends.
    """
    even = _evenly_spaced(points)
    sigma = SMOOTHING * SAMPLES
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    # Point reflection at the ends keeps a straight line straight; plain padding bends it.
    padded = np.concatenate(
        [2 * even[0] - even[reach:0:-1], even, 2 * even[-1] - even[-2 : -reach - 2 : -1]]
    )
    return np.column_stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)])


def tangent_slope_deg(curve: FloatArray) -> FloatArray:
    """Return the angle of the tangent against the vertical at each point of a curve.

    Parameters
    ----------
    curve : ndarray, shape (N, 2)
        Points from top to bottom; x anterior, y up.

    Returns
    -------
    ndarray, shape (N,)
        Degrees; positive where the curve runs backwards on its way down.
    """
    step = np.gradient(curve, axis=0)
    return np.degrees(np.arctan2(-step[:, 0], -step[:, 1]))


def _checked(points: FloatArray) -> FloatArray:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2 or len(array) < MIN_POINTS:
        raise ValueError(f"a back outline has shape (N, 2) with N >= {MIN_POINTS}")
    if not np.isfinite(array).all():
        raise ValueError("a back outline has only finite coordinates")
    return array


def _evenly_spaced(points: FloatArray) -> FloatArray:
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0.0, length[-1], SAMPLES)
    return np.column_stack([np.interp(at, length, points[:, axis]) for axis in (0, 1)])


def _lumbar_hollow(curve: FloatArray) -> tuple[int, int, int] | None:
    """Return the indices of the thoracic, lumbar and gluteal apex of the deepest lumbar hollow."""
    best: tuple[float, tuple[int, int, int]] | None = None
    corners = _posterior_hull(curve)
    for top, bottom in pairwise(corners):
        if bottom - top < 2:
            continue
        depth = _distances(curve, top, bottom)
        apex = top + int(np.argmax(depth[top : bottom + 1]))
        lumbar = APEX_RANGE[0] <= apex / (len(curve) - 1) <= APEX_RANGE[1]
        if lumbar and (best is None or depth[apex] > best[0]):
            best = (float(depth[apex]), (top, apex, bottom))
    return None if best is None else best[1]


def _posterior_hull(curve: FloatArray) -> list[int]:
    """Return the hull's corners on the side of the back, from top to bottom (monotone chain)."""
    points = curve.tolist()  # plain floats: numpy's would take ten times as long, one by one
    hull: list[int] = []
    for i, point in enumerate(points):
        while len(hull) >= 2 and _turn(points[hull[-2]], points[hull[-1]], point) <= 0:
            hull.pop()
        hull.append(i)
    return hull


def _turn(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> float:
    """Return a number above 0 if, going down, a-b-c bulges backwards (to negative x) at b."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _distances(curve: FloatArray, top: int, bottom: int) -> FloatArray:
    """Return how far each point lies in front of the chord between two points, shape (N,)."""
    along = curve[bottom] - curve[top]
    offset = curve - curve[top]
    distance: FloatArray = (offset[:, 1] * along[0] - offset[:, 0] * along[1]) / np.hypot(*along)
    return distance


def _kyphosis_index(curve: FloatArray, thoracolumbar: int) -> float:
    if thoracolumbar < 2:
        return 0.0
    chord = float(np.hypot(*(curve[thoracolumbar] - curve[0])))
    behind = -_distances(curve, 0, thoracolumbar)[: thoracolumbar + 1]
    return 100.0 * float(behind.max()) / chord


def _level_on_chord(point: FloatArray, low: FloatArray, high: FloatArray) -> float:
    chord = high - low
    return float(np.dot(point - low, chord) / np.dot(chord, chord))
