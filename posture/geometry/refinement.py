"""Bring the trunk's edges from the network's coarse mask to where the picture shows them.

A cell of the network's mask is as large as the depth of a shallow lumbar hollow, and where the
network is unsure, its edge wanders. The photo itself is four times finer. So each edge is a hidden
position that moves little from level to level. What the mask says of it is the prior: the rise of
the probability across the rim is the chance that the body begins there, and a plateau in it is the
network saying that it cannot tell two edges apart. What the picture says is the likelihood: by how
much the colours on either side differ, against their own spread. The edge is the mean of the
posterior, by the forward-backward algorithm; without contrast it stays where the mask has it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.geometry.edges import CELL, Edge
from posture.geometry.silhouette import Silhouette
from posture.types import FloatArray

F = TypeVar("F", np.float32, np.float64)

SPAN: Final = (1.25, -1.05)
"""Levels that are refined: all that the estimator samples, and the nape."""

STRIDE: Final = 2
"""Every second level is looked at: 6 mm, still below half a cell of the network."""

STEP: Final = CELL / 2
"""Distance of neighbouring candidates across the edge, in trunk lengths: 1.5 mm."""

REACH: Final = 26
"""Candidates on either side of the smoothed edge: 4 cm."""

SIDE: Final = 4
"""Steps of picture compared on either side of a candidate: 6 mm."""

GUIDE_LEVELS: Final = 16
"""Gaussian width of the smoothed edge that candidates are laid around, in levels: 5 cm."""

NOISE: Final = 3.0
"""Spread of colours that every photo has at least, in grey levels of 255."""

GRAIN_LEVELS: Final = 0.8
"""Gaussian width along the outline by which colours are blurred, in levels looked at: 5 mm."""

RIM_STEPS: Final = 2.0
"""Gaussian width by which the rise of the mask is blurred, in steps."""

FLOOR: Final = 1e-3
"""Prior chance of a candidate at which the mask does not rise at all."""

STEADINESS: Final = 0.7
"""Cost, in nats, of each step sideways from one level looked at to the next: backs run steep
only at the buttock. Values from 0.5 to 2 give the same outline."""

BESIDE: Final = 0.03
"""How far from an edge a point of the whole body's contour may lie to be moved with it."""

JUMP: Final = 1e-6
"""Chance, against that of standing still, of any move whatever: hems and folds."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Candidates for one edge: from outside the body to inside it, at each level looked at."""

    guide: FloatArray
    outwards: float
    used: NDArray[np.bool_]

    def positions(self, steps: NDArray[np.int_]) -> FloatArray:
        """Anterior positions at these steps inwards, shape (L, len(steps))."""
        return self.guide[:, None] - self.outwards * STEP * steps


def refined(
    silhouette: Silhouette, *, image: NDArray[np.uint8], mask: NDArray[np.float32]
) -> Silhouette:
    """Return the silhouette with both edges, and the contour beside them, where the picture is.

    Parameters
    ----------
    silhouette : Silhouette
        As traced from ``mask``.
    image : ndarray of uint8, shape (H, W, 3)
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.

    Returns
    -------
    Silhouette
        Edges move only where they are the trunk's own outline; what is seen does not change.
    """
    levels = silhouette.levels
    rows = np.flatnonzero((levels <= SPAN[0]) & (levels >= SPAN[1]))[::STRIDE]
    edges = (silhouette.back, silhouette.front)
    strips = [
        _strip(edge, rows, outwards) for edge, outwards in zip(edges, (-1.0, 1.0), strict=True)
    ]
    chances = [_chances(strip, silhouette, rows, image, mask) for strip in strips]
    offsets = posterior_mean(np.stack(chances, axis=1)) - REACH
    back, front = (
        replace(edge, x=_placed(edge, levels, rows, strip, offset))
        for edge, strip, offset in zip(edges, strips, offsets.T, strict=True)
    )
    contour = _with_edges(silhouette, back, front)
    return replace(silhouette, back=back, front=front, contour_px=contour)


def _strip(edge: Edge, rows: NDArray[np.int_], outwards: float) -> _Strip:
    """Lay candidates around the smoothed edge."""
    known = np.isfinite(edge.x)
    at = np.arange(len(edge.x))
    whole = np.interp(at, at[known], edge.x[known]) if known.any() else np.zeros(len(at))
    guide = _smooth(whole[:, None], along=GUIDE_LEVELS)[:, 0]
    # Beside a jump of the outline the guide runs far from it: there the mask's edge stays.
    near = np.abs(whole - guide) < 0.75 * REACH * STEP
    return _Strip(guide[rows], outwards, (edge.seen & near)[rows])


def _chances(
    strip: _Strip,
    silhouette: Silhouette,
    rows: NDArray[np.int_],
    image: NDArray[np.uint8],
    mask: NDArray[np.float32],
) -> FloatArray:
    """Return prior times likelihood of each candidate, shape (L, 2 REACH + 1), at most 1."""
    steps = np.arange(-REACH - SIDE, REACH + SIDE + 1)
    x = strip.positions(steps)
    levels = np.broadcast_to(silhouette.levels[rows][:, None], x.shape)
    at = silhouette.frame.to_image(np.stack([x, levels], axis=-1)).astype(np.float32)
    colours, body = (
        cv2.remap(
            picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        for picture in (image, mask)
    )
    chance = (_rise(body) * (1.0 + _contrast(colours))).astype(np.float64)
    # Without a trunk's outline there is nothing to look at; neighbouring levels decide.
    chance[~strip.used] = 1.0
    result: FloatArray = chance / chance.max(axis=1, keepdims=True)
    return result


def _rise(body: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the prior chance of each candidate: the share of the mask's rise that it has.

    Counted from inside the body: what lies beyond a gap is not of this body.
    """
    joined = np.minimum.accumulate(body[:, ::-1], axis=1)[:, ::-1]
    rise = _smooth(np.gradient(joined, axis=1), across=RIM_STEPS)[:, SIDE:-SIDE]
    share: NDArray[np.float32] = rise / np.maximum(rise.sum(axis=1, keepdims=True), 1e-6) + FLOOR
    return share


def _contrast(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the squared difference of the colours beside each candidate against their spread.

    Parameters
    ----------
    colours : ndarray, shape (L, 2 REACH + 2 SIDE + 1, 3)
    """
    # A little along the outline: the grain of a photo is not an edge.
    smooth = _smooth(colours, along=GRAIN_LEVELS)
    mean = _windows(smooth)
    spread = np.maximum(_windows(smooth**2) - mean**2, 0.0)
    outer, inner = slice(None, -SIDE - 1), slice(SIDE + 1, None)
    difference = mean[:, inner] - mean[:, outer]
    noise = spread[:, inner] + spread[:, outer] + NOISE**2
    contrast: NDArray[np.float32] = (difference**2 / noise).sum(axis=-1)
    return contrast


def _smooth(values: NDArray[F], *, along: float = 0.0, across: float = 0.0) -> NDArray[F]:
    """Blur along the edge, over levels, or across it, over steps; either width in samples."""
    # OpenCV asks for both widths; a kernel of one sample leaves the other direction alone.
    kernel = (0 if across else 1, 0 if along else 1)
    blurred = cv2.GaussianBlur(
        values,
        kernel,
        sigmaX=across or 1.0,
        sigmaY=along or 1.0,
        borderType=cv2.BORDER_REPLICATE,
    )
    return np.asarray(blurred, dtype=values.dtype)


def _windows(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of each SIDE neighbouring columns, shape (L, columns - SIDE + 1, 3)."""
    means = cv2.blur(values, (SIDE, 1), anchor=(0, 0))
    return np.asarray(means[:, : values.shape[1] - SIDE + 1], dtype=np.float32)


def posterior_mean(chances: FloatArray) -> FloatArray:
    """Return the expected candidate at each level of chains that move little.

    Parameters
    ----------
    chances : ndarray, shape (L, E, K)
        Prior times likelihood of K candidates at each of L levels, for E independent edges.

    Returns
    -------
    ndarray, shape (L, E)
        Index of the candidate, with fraction.
    """
    count, edges, width = chances.shape
    candidates = np.arange(width)
    moves = np.exp(-STEADINESS * np.abs(candidates[:, None] - candidates)) + JUMP
    # Moves cost the same either way, so the way back is the way forward on the turned chain.
    both = np.concatenate([chances, chances[::-1]], axis=1)
    told = np.empty_like(both)
    message = np.ones(both.shape[1:])
    for level in range(count):
        told[level] = message
        message = (message * both[level]) @ moves
        message /= message.max(axis=1, keepdims=True)
    posterior = chances * told[:, :edges] * told[::-1, edges:]
    mean: FloatArray = (posterior @ candidates) / posterior.sum(axis=-1)
    return mean


def _placed(
    edge: Edge,
    levels: FloatArray,
    rows: NDArray[np.int_],
    strip: _Strip,
    offset: FloatArray,
) -> FloatArray:
    """Return the edge with refined positions where both levels around were looked at."""
    found = strip.guide - strip.outwards * STEP * offset
    at = np.arange(len(levels))
    fine = np.interp(at, rows, found)
    between = np.interp(at, rows, strip.used.astype(np.float64)) == 1.0
    within = (at >= rows[0]) & (at <= rows[-1])
    return np.where(between & within & edge.seen, fine, edge.x)


def _with_edges(silhouette: Silhouette, back: Edge, front: Edge) -> FloatArray:
    """Return the contour of the whole body, moved as far as the edges beside it were."""
    points = silhouette.frame.to_body(silhouette.contour_px)
    rising = slice(None, None, -1)
    heights = silhouette.levels[rising]
    for before, after in ((silhouette.back, back), (silhouette.front, front)):
        at = np.interp(points[:, 1], heights, before.x[rising])
        shift = np.interp(points[:, 1], heights, np.nan_to_num(after.x - before.x)[rising])
        # A level without an edge gives NaN, which is beside nothing.
        points[:, 0] += np.where(np.abs(points[:, 0] - at) < BESIDE, shift, 0.0)
    return silhouette.frame.to_image(points)
