"""Lines drawn over a photo: posture grids and plumb lines, taken out before anything is read.

A drawn line runs along one row or column from border to border, over wall and person alike. A ledge
or a door frame ends behind the person, and the least turn of a camera takes it across several rows.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.photo.strip import Strip, share_above
from posture.types import FloatArray

REACH: Final = 4
"""Distance in pixels at which both sides of a line are looked at; a line is narrower than this."""

CONTRAST: Final = 8
"""Least difference of a line from both sides, in levels of any colour; noise is 1 to 2."""

LENGTH: Final = 0.88
"""Share of the picture that a drawn line crosses; on the rest it has the colour of what it covers.
"""

REST_LENGTH: Final = 0.8
"""The same of further lines, and of the soft rims of a line, once one was found."""

LEAST_LEVEL: Final = 3
"""A plumb line is vertical; level lines alone come as a grid, and fewer may be gaps of a floor."""

MOST_COVERED: Final = 0.3
"""With more of the picture under lines than this, it is a pattern and not a grid."""


def drawn_lines(across: Strip, down: Strip) -> tuple[list[slice], list[slice]]:
    """Find lines drawn over a photo along its rows and columns.

    Parameters
    ----------
    across, down : Strip
        Of the picture's rows and of its columns.

    Returns
    -------
    list of slice, list of slice
        Rows and columns that the lines cover; empty for almost every photo.
    """
    rows, columns = _contrast(across), _contrast(down)
    level = len(_bands(rows, LENGTH)) >= LEAST_LEVEL
    upright = bool((columns >= LENGTH).any())
    return (
        _bands(rows, REST_LENGTH) if level else [],
        _bands(columns, REST_LENGTH) if upright else [],
    )


def without_lines(
    image: NDArray[np.uint8], rows: list[slice], columns: list[slice]
) -> NDArray[np.uint8]:
    """Return a picture, (H, W, 3), whose drawn lines are filled from what lies on either side."""
    cleared = image.copy()
    for band in rows:
        _fill(cleared, band)
    for band in columns:
        _fill(cleared.transpose(1, 0, 2), band)
    return cleared


def _contrast(strip: Strip) -> FloatArray:
    """Return the share of each row of a strip that differs from both sides; 0 near its ends."""
    pixels = strip.pixels
    share = np.zeros(len(pixels))
    if len(pixels) <= 2 * REACH:
        return share
    middle, before, after = pixels[REACH:-REACH], pixels[: -2 * REACH], pixels[2 * REACH :]
    brighter = cv2.subtract(middle, cv2.max(before, after))
    darker = cv2.subtract(cv2.min(before, after), middle)
    red, green, blue = cv2.split(cv2.max(brighter, darker))
    share[REACH:-REACH] = share_above(
        np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8), CONTRAST, axis=1
    )
    return share


def _bands(share: FloatArray, least: float) -> list[slice]:
    """Return the rows that drawn lines cover, in groups of neighbours."""
    hit = np.flatnonzero(share >= least)
    if not len(hit) or len(hit) > MOST_COVERED * len(share):
        return []
    groups = np.split(hit, np.flatnonzero(np.diff(hit) > 1) + 1)
    return [
        slice(max(0, int(group[0]) - 1), min(len(share), int(group[-1]) + 2)) for group in groups
    ]


def _fill(image: NDArray[np.uint8], rows: slice) -> None:
    """Fill rows of a picture in place by interpolation between the rows beside them."""
    first = image[max(0, rows.start - 1)].astype(np.float32)
    last = image[min(len(image) - 1, rows.stop)].astype(np.float32)
    share = np.linspace(0, 1, rows.stop - rows.start + 2)[1:-1, None, None]
    image[rows] = np.rint(first + share * (last - first)).astype(np.uint8)
