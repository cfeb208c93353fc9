"""What a frame shows of the light, whoever stands in it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

DARK: Final = 40.0
"""Mean brightness of the frame, 0 to 255, below which more light is asked for."""

ROWS: Final = 320
"""Height to which a frame is reduced before its edges are looked at, pixels."""

MAX_SMEAR: Final = 2.0
"""Smear of the sharpest edges, in pixels of :data:`ROWS` (SD), from which on nothing else in the
frame can be trusted: 1.3 cm on somebody who is as tall as 85 % of the frame. Frames in focus have
0.4 to 1.3."""

FINE: Final = 1.0
COARSE: Final = 2.5
"""Widths of the two blurs whose edges are compared, pixels (SD)."""

LEAST_EDGE: Final = 4.0
"""Steepest change of brightness, in grey levels a pixel after the coarse blur, that is an edge; a
bare wall has less, and is neither sharp nor blurred."""


def dark(frame: NDArray[np.uint8]) -> bool:
    """Return whether the room is dark; a person may wear black in a bright one."""
    return float(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).mean()) < DARK


def smeared(frame: NDArray[np.uint8]) -> bool:
    """Return whether even the sharpest edges of the frame are blurred.

    An edge smeared by s and blurred by t on top is less steep by the factor sqrt(s² + t²), so the
    steepness after two blurs gives s, whatever the contrast (Zhuo and Sim 2011). Noise of the
    camera, which a plain Laplacian takes for sharpness, hardly matters on the steepest edges.

    Parameters
    ----------
    frame : ndarray of uint8, shape (H, W, 3)
    """
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    factor = min(1.0, ROWS / grey.shape[0])
    reduced = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = np.asarray(reduced, dtype=np.uint8)
    fine, coarse = (_steepness(small, width) for width in (FINE, COARSE))
    limit = float(np.percentile(coarse, 99.0))
    if limit < LEAST_EDGE:
        return False
    steepest = coarse >= limit
    gain = float(np.percentile(fine[steepest] / coarse[steepest], 90.0))
    sharpest = np.sqrt((COARSE**2 + MAX_SMEAR**2) / (FINE**2 + MAX_SMEAR**2))
    return gain < float(sharpest)


def _steepness(grey: NDArray[np.uint8], width: float) -> NDArray[np.float32]:
    """Return the change of brightness a pixel, after a blur of ``width``."""
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), width)
    across, down = (
        cv2.Sobel(soft, cv2.CV_32F, *order, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
        for order in ((1, 0), (0, 1))
    )
    return np.asarray(np.hypot(across, down), dtype=np.float32)
