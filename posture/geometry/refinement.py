"""Sub-pixel edges of the trunk, refined from the coarse mask with the photo itself.

A cell of the network's mask is as large as a shallow lumbar hollow is deep, and where the network
is unsure, the edge of the mask wanders. The photo is four times finer. So each edge is modelled as
a hidden position that moves little from level to level. The mask gives the prior: the rise of its
probability across the rim is the probability that the body begins there, and a plateau means that
the network cannot tell two edges apart. The picture gives the likelihood: how much the colours on
either side differ, relative to their own SD. The refined edge is the posterior mean, found with the
forward-backward algorithm; without contrast it stays where the mask has it.
"""

from __future__ import annotations

from collections.abc import Sequence
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
"""Levels between which edges are refined: all that the estimator samples, and the nape."""

STRIDE: Final = 2
"""Every second level is sampled: 6 mm, still below half a cell of the network."""

STEP: Final = CELL / 2
"""Distance between neighbouring candidates across the edge, in trunk lengths: 1.5 mm."""

REACH: Final = 26
"""Candidates on either side of the smoothed edge: 4 cm."""

SIDE: Final = 4
"""Steps of picture compared on either side of a candidate: 6 mm."""

GUIDE_LEVELS: Final = 16
"""SD of the Gaussian that smooths the edge on which candidates are centred, in levels: 5 cm."""

MIN_COLOUR_SD: Final = 3.0
"""SD of colours that every photo has at least, in grey levels of 255."""

GRAIN_LEVELS: Final = 0.8
"""SD of the Gaussian that blurs colours along the outline, in sampled levels: 5 mm."""

RIM_STEPS: Final = 2.0
"""SD of the Gaussian that blurs the rise of the mask, in steps."""

PRIOR_FLOOR: Final = 1e-3
"""Prior probability of a candidate at which the mask does not rise at all."""

STEP_COST: Final = 0.7
"""Cost, in nats, of each step sideways from one sampled level to the next: backs are steep only at
the buttock. Values from 0.5 to 2 give the same outline."""

JUMP_PROBABILITY: Final = 1e-6
"""Probability of a move of any size, relative to no move: hems and folds."""

RESCALED_EVERY: Final = 8
"""Levels after which messages are scaled to at most 1. A level scales them down by at most a factor
of 1e8 (the prior's floor over the greatest contrast), so that none gets too small for a float."""

CONTOUR_REACH: Final = 0.03
"""Distance from an edge, in trunk lengths, within which the contour of the body moves with it."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """Candidates for one edge, from outside the body to inside, at each sampled level."""

    guide: FloatArray
    outwards: float
    used: NDArray[np.bool_]

    def positions(self, steps: NDArray[np.int_]) -> FloatArray:
        """Return the anterior positions this many steps inwards, shape (L, len(steps))."""
        return self.guide[:, None] - self.outwards * STEP * steps


def refined(
    silhouette: Silhouette, *, image: NDArray[np.uint8], mask: NDArray[np.float32]
) -> Silhouette:
    """Return the silhouette with edges and contour moved to where the picture shows them.

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
        Edges move only where they are the trunk's own outline; ``Edge.seen`` does not change.
    """
    levels = silhouette.levels
    rows = np.flatnonzero((levels <= SPAN[0]) & (levels >= SPAN[1]))[::STRIDE]
    edges = (silhouette.back, silhouette.front)
    strips = [
        _strip(edge, rows, outwards) for edge, outwards in zip(edges, (-1.0, 1.0), strict=True)
    ]
    offsets = posterior_mean(_evidence(strips, silhouette, rows, image, mask)) - REACH
    back, front = (
        replace(edge, x=_placed(edge, levels, rows, strip, offset))
        for edge, strip, offset in zip(edges, strips, offsets.T, strict=True)
    )
    contour = _with_edges(silhouette, back, front)
    return replace(silhouette, back=back, front=front, contour_px=contour)


def _strip(edge: Edge, rows: NDArray[np.int_], outwards: float) -> _Strip:
    """Centre candidates on the smoothed edge."""
    known = np.isfinite(edge.x)
    at = np.arange(len(edge.x))
    whole = np.interp(at, at[known], edge.x[known]) if known.any() else np.zeros(len(at))
    guide = _smooth(whole[:, None], along=GUIDE_LEVELS)[:, 0]
    # Beside a jump of the outline the guide is far from it, so the mask's edge stays there.
    near = np.abs(whole - guide) < 0.75 * REACH * STEP
    return _Strip(guide[rows], outwards, (edge.seen & near)[rows])


def _evidence(
    strips: Sequence[_Strip],
    silhouette: Silhouette,
    rows: NDArray[np.int_],
    image: NDArray[np.uint8],
    mask: NDArray[np.float32],
) -> FloatArray:
    """Return the prior times the likelihood of each candidate, scaled to at most 1.

    The shape is (L, E, 2 REACH + 1) for E edges.
    """
    steps = np.arange(-REACH - SIDE, REACH + SIDE + 1)
    x = np.stack([strip.positions(steps) for strip in strips], axis=1)
    at = silhouette.frame.to_pixels(x.reshape(len(rows), -1), silhouette.levels[rows][:, None])
    columns, lines = (places.astype(np.float32) for places in at)
    colours, body = (
        cv2.remap(
            picture, columns, lines, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32, copy=False)
        for picture in (image, mask)
    )
    each = (len(rows) * len(strips), len(steps))
    likelihood = 1.0 + _contrast(colours, each)
    evidence = (_prior(body.reshape(each)) * likelihood).astype(np.float64)
    # Where the trunk's outline is not seen there is no evidence; neighbouring levels decide.
    evidence[~np.stack([strip.used for strip in strips], axis=1).ravel()] = 1.0
    scaled: FloatArray = evidence / evidence.max(axis=1, keepdims=True)
    return scaled.reshape(len(rows), len(strips), -1)


def _prior(body: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the prior probability of each candidate: its share of the mask's rise.

    The rise is followed from inside the body, because anything beyond a gap is not this body.
    """
    joined = np.minimum.accumulate(body[:, ::-1], axis=1)[:, ::-1]
    rise = _smooth(_gradient(joined), across=RIM_STEPS)[:, SIDE:-SIDE]
    total = np.maximum(rise.sum(axis=1, keepdims=True), 1e-6)
    share: NDArray[np.float32] = rise / total + PRIOR_FLOOR
    return share


def _gradient(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what NumPy's gradient along the second axis gives, in half the time."""
    rise = np.empty_like(values)
    np.subtract(values[:, 2:], values[:, :-2], out=rise[:, 1:-1])
    rise[:, 1:-1] /= 2
    rise[:, 0], rise[:, -1] = values[:, 1] - values[:, 0], values[:, -1] - values[:, -2]
    return rise


def _contrast(colours: NDArray[np.float32], each: tuple[int, int]) -> NDArray[np.float32]:
    """Return the squared difference of the colours on either side, relative to their variance.

    Parameters
    ----------
    colours : ndarray, shape (L, E (2 REACH + 2 SIDE + 1), 3)
        Of E edges side by side.
    each : tuple of int
        L E and 2 REACH + 2 SIDE + 1: the shape with one edge in each row.
    """
    # Blurred a little along the outline, because the grain of a photo is not an edge.
    smooth = _smooth(colours, along=GRAIN_LEVELS).reshape(*each, 3)
    mean = _windows(smooth)
    variance = np.maximum(_windows(smooth**2) - mean**2, 0.0)
    outer, inner = slice(None, -SIDE - 1), slice(SIDE + 1, None)
    difference = mean[:, inner] - mean[:, outer]
    noise = variance[:, inner] + variance[:, outer] + MIN_COLOUR_SD**2
    red, green, blue = cv2.split(difference**2 / noise)
    contrast: NDArray[np.float32] = red + green + blue
    return contrast


def _smooth(values: NDArray[F], *, along: float = 0.0, across: float = 0.0) -> NDArray[F]:
    """Blur along the edge (over levels) or across it (over steps); SDs in samples."""
    # OpenCV wants both widths; a kernel of one sample leaves the other direction alone.
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
    """Return the mean of every SIDE neighbouring columns, shape (L, columns - SIDE + 1, 3)."""
    means = cv2.blur(values, (SIDE, 1), anchor=(0, 0))
    return np.asarray(means[:, : values.shape[1] - SIDE + 1], dtype=np.float32)


def posterior_mean(evidence: FloatArray) -> FloatArray:
    """Return the posterior mean position at each level of Markov chains that move little.

    Parameters
    ----------
    evidence : ndarray, shape (L, E, K)
        Prior times likelihood of K candidates at each of L levels, for E independent edges.

    Returns
    -------
    ndarray, shape (L, E)
        Fractional index of the candidate.
    """
    count, edges, width = evidence.shape
    candidates = np.arange(width)
    moves = np.exp(-STEP_COST * np.abs(candidates[:, None] - candidates)) + JUMP_PROBABILITY
    # Moves cost the same either way, so the backward pass is a forward pass on the reversed chain.
    both = np.concatenate([evidence, evidence[::-1]], axis=1)
    messages = np.empty_like(both)
    message = np.ones(both.shape[1:])
    for level in range(count):
        messages[level] = message
        message = (message * both[level]) @ moves
        if level % RESCALED_EVERY == 0:
            message /= message.max(axis=1, keepdims=True)
    posterior = evidence * messages[:, :edges] * messages[::-1, edges:]
    mean: FloatArray = (posterior @ candidates) / posterior.sum(axis=-1)
    return mean


def _placed(
    edge: Edge,
    levels: FloatArray,
    rows: NDArray[np.int_],
    strip: _Strip,
    offset: FloatArray,
) -> FloatArray:
    """Return the edge with refined positions wherever the sampled levels around were used."""
    found = strip.guide - strip.outwards * STEP * offset
    at = np.arange(len(levels))
    fine = np.interp(at, rows, found)
    between = np.interp(at, rows, strip.used.astype(np.float64)) == 1.0
    within = (at >= rows[0]) & (at <= rows[-1])
    return np.where(between & within & edge.seen, fine, edge.x)


def _with_edges(silhouette: Silhouette, back: Edge, front: Edge) -> FloatArray:
    """Return the contour of the body, moved by as much as the edges beside it."""
    points = silhouette.frame.to_body(silhouette.contour_px)
    rising = slice(None, None, -1)
    heights = silhouette.levels[rising]
    for before, after in ((silhouette.back, back), (silhouette.front, front)):
        at = np.interp(points[:, 1], heights, before.x[rising])
        shift = np.interp(points[:, 1], heights, np.nan_to_num(after.x - before.x)[rising])
        # A level without an edge gives NaN, which is near nothing.
        points[:, 0] += np.where(np.abs(points[:, 0] - at) < CONTOUR_REACH, shift, 0.0)
    return silhouette.frame.to_image(points)
