"""A visit made ready to be laid over another one: ankle at the origin, body height 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One visit on the common scale.

    Parameters
    ----------
    outline : ndarray, shape (N, 2)
        Percent of body height, x anterior, y up, origin at the ankle.
    picture : bytes or None
        JPEG, when one was kept.
    size : tuple of int
        Width and height of the picture in pixels.
    placement : tuple of float
        Matrix (a, b, c, d, e, f) that takes pixels of the picture to the scale, y down.
    """

    outline: NDArray[np.float64]
    picture: bytes | None = None
    size: tuple[int, int] = (0, 0)
    placement: tuple[float, float, float, float, float, float] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
