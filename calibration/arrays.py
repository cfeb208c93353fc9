"""Array types, and smooth functions of arrays, shared by the whole package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


def smoothstep(x: Floats) -> Floats:
    """Return the cubic ramp from 0 to 1 of x clipped to 0..1."""
    t = np.clip(x, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def smooth_noise(
    rng: np.random.Generator, points: Floats, scale: float, octaves: int = 3
) -> Floats:
    """Return smooth noise of roughly unit range at points in space: cheap sums of cosines.

    Parameters
    ----------
    points : ndarray, shape (N, 3)
        Positions, metres.
    scale : float
        Length of the coarsest waves, metres.

    Returns
    -------
    ndarray, shape (N,)
    """
    waves = 6
    total = np.zeros(len(points))
    for octave in range(octaves):
        direction = rng.normal(0.0, 2.0**octave / scale, (3, waves))
        phase = rng.uniform(0.0, 2.0 * np.pi, waves)
        total += np.cos(points @ direction + phase).sum(1) / 2.0**octave
    return total / waves
