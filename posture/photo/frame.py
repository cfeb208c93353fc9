"""Frames around a photo: bars, status lines and blurred borders of screenshots and stories.

A screen puts a photo on a page: its edges are straight, run along rows and columns to the pixel,
and beyond them there is one colour, or a picture blurred beyond recognition. A room has no such
edge: the least turn of a camera smears a ledge or a floor line over several rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.photo.strip import SAMPLES, Strip, Strips, share_above, strips
from posture.types import FloatArray

STEP: Final = 4
"""Smallest change of brightness across an edge, over two rows; noise of a reduced photo is 1."""

EDGE_SHARE: Final = 0.9
"""Share of its length on which the edge of a photo on a plain page shows."""

SOFT_STEP: Final = 2
SOFT_EDGE_SHARE: Final = 0.85
"""The same beside a blurred border, which may have the colour of the photo here and there."""

CENTRED_EDGES: Final = 1.0
WEAKER_EDGE: Final = 0.25
"""The same of two bars of equal height: of both edges together, and of the less clear one."""

THINNEST: Final = 0.015
"""Thinnest bar that is cut off, as a share of the side: a thinner one does no harm."""

THINNEST_SOFT: Final = 0.05
"""The same of a blurred border, which fills up a page of another shape."""

WIDEST: Final = 0.75
WIDEST_SOFT: Final = 0.47
"""Widest plain and blurred bar on one side, as a share of the side."""

MOST: Final = 0.85
"""Share of a side that bars may take from both ends together."""

SLIMMEST: Final = 0.4
"""Shorter side of a photo on a page, as a share of the longer: phones take 0.46 and more."""

SAME_COLOUR: Final = 2
PLAIN_SHARE: Final = 0.6
PLAIN_ROWS: Final = 0.8
"""A page has plain rows: most of each has one colour, whatever is written on the rest of it."""

ALL_PLAIN: Final = 0.98
"""A picture that goes on in plain rows beyond an edge is a chart or a ramp, not a page."""

STILL: Final = 1
STILL_SHARE: Final = 0.98
"""The colour of a page stays from row to row as no wall or floor before a camera does."""

QUIET: Final = 2
QUIET_SHARE: Final = 0.97
"""A blurred border hardly changes from one pixel to the next, sharp letters on it and what
compression leaves of them excepted."""

WRITTEN_SHARE: Final = 0.4
"""Share of the rows, or of a short bar's columns, that may hold letters, buttons and icons."""

BLEND: Final = 2
"""Rows on either side of an edge that mix page and photo once the picture was reduced."""

BLOCK: Final = 16
"""Rows of a bar that compression may stain with the colours of the photo beside it."""

SHORT: Final = 0.12
SHORTEST_LINE: Final = 24
"""Highest bar, as a share of the side, that a line of letters fills, and its least rows without
these; on fewer, a smooth floor is as even."""

BUSY_SHARE: Final = 0.01
LEAST_BUSY: Final = 0.1
"""Columns are busy if their brightness changes at this share of the rows, and a photo is if this
share of its columns is."""

MOST_LAYERS: Final = 4
"""A status line on a bar, the bar on a page: so many layers are taken off at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Part of a picture: columns ``left`` to ``right`` and rows ``top`` to ``bottom`` (exclusive).

    Parameters
    ----------
    left, top, right, bottom : float
        Shares of the sides of the picture, 0 to 1.
    """

    left: float
    top: float
    right: float
    bottom: float

    def within(self, outer: Box) -> Box:
        """Return the box as part of the whole picture, of which ``outer`` is a part itself."""
        wide, high = outer.right - outer.left, outer.bottom - outer.top
        return Box(
            left=outer.left + wide * self.left,
            top=outer.top + high * self.top,
            right=outer.left + wide * self.right,
            bottom=outer.top + high * self.bottom,
        )

    def pixels(self, size: tuple[int, int]) -> tuple[slice, slice]:
        """Return rows and columns of the box in a picture of ``size`` (width, height)."""
        width, height = size
        return (
            slice(round(self.top * height), round(self.bottom * height)),
            slice(round(self.left * width), round(self.right * width)),
        )

    def sides(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the box in a picture of ``size`` (width, height)."""
        rows, columns = self.pixels(size)
        return columns.stop - columns.start, rows.stop - rows.start


WHOLE: Final = Box(left=0.0, top=0.0, right=1.0, bottom=1.0)


def find_photo(image: NDArray[np.uint8], seen: Strips) -> Box | None:
    """Find the photo within a screenshot, a story or another frame.

    Parameters
    ----------
    image : ndarray (H, W, 3) uint8
    seen : Strips
        Of ``image``.

    Returns
    -------
    Box or None
        ``None`` if the picture has no frame, as almost all have none.
    """
    found, inner = WHOLE, _inner(seen)
    for _ in range(MOST_LAYERS):
        if inner is None:
            break
        found = inner.within(found)
        rows, columns = found.pixels((image.shape[1], image.shape[0]))
        inner = _inner(strips(image[rows, columns]))
    if found is WHOLE:
        return None
    sides = found.sides((image.shape[1], image.shape[0]))
    return found if min(sides) >= SLIMMEST * max(sides) else None


def _inner(seen: Strips) -> Box | None:
    """Take off one layer of frame."""
    across, down = seen
    height, width = len(across.pixels), len(down.pixels)
    if min(height, width) < SAMPLES:
        return None
    top, bottom = _bars(across, _busy(across))
    left, right = _bars(down, _busy(down))
    if not (top or bottom or left or right) or _nothing_left(seen, top + bottom, left + right):
        return None
    # A photo with page on all sides: its edges are as long as the photo, not as the picture.
    across, down = (
        across.part(left / width, 1 - right / width),
        down.part(top / height, 1 - bottom / height),
    )
    (top, bottom), (left, right) = _bars(across, across), _bars(down, down)
    if not (top or bottom or left or right) or _nothing_left(seen, top + bottom, left + right):
        return None
    return Box(
        left=left / width, top=top / height, right=1 - right / width, bottom=1 - bottom / height
    )


def _nothing_left(seen: Strips, rows: int, columns: int) -> bool:
    """Tell whether bars of so many rows and columns would leave no picture between them."""
    across, down = seen
    return rows > MOST * len(across.pixels) or columns > MOST * len(down.pixels)


def _bars(strip: Strip, busy: Strip) -> tuple[int, int]:
    """Return the height of the bars above and below, in rows; 0 without a bar.

    Plain bars end where all of the busy part of a strip changes, blurred ones where all of it does.
    """
    share = share_above(busy.change, STEP, axis=1)
    plain = [_plain_bar(*side) for side in _both(share, busy.pixels)]
    if any(plain):
        return plain[0], plain[1]
    share = share_above(strip.change, SOFT_STEP, axis=1)
    first, last = _both(share, strip.pixels)
    # A blurred border is on both sides: without one of them, the other need not be looked at.
    above = _soft_bar(*first)
    below = _soft_bar(*last) if above else 0
    return (above, below) if below else _centred_bars(share, strip.pixels)


def _busy(strip: Strip) -> Strip:
    """Leave out columns in which nothing changes: they may be page from end to end."""
    busy = share_above(strip.change, STEP, axis=0) > BUSY_SHARE
    if busy.all() or busy.mean() < LEAST_BUSY:
        return strip
    return Strip(strip.pixels[:, busy], strip.change[:, busy])


def _both(
    share: FloatArray, pixels: NDArray[np.uint8]
) -> tuple[tuple[FloatArray, NDArray[np.uint8]], ...]:
    """Return edges and pixels as seen from the start and from the end of a strip."""
    return (share, pixels), (share[::-1], pixels[::-1])


def _edges(share: FloatArray, least: float, span: tuple[float, float]) -> list[int]:
    """Return the rows, outermost first, at which an edge may end a bar of such a height."""
    first, last = int(np.ceil(span[0] * len(share))), int(span[1] * len(share))
    rows = first + np.flatnonzero(share[first:last] >= least)
    if not rows.size:
        return []
    return [int(row) for row in rows[share[rows] == _widened(share)[rows]][:MOST_LAYERS]]


def _plain_bar(share: FloatArray, pixels: NDArray[np.uint8]) -> int:
    """Return the height of a bar of plain rows at the start of a strip."""
    for row in _edges(share, EDGE_SHARE, (THINNEST, WIDEST)):
        bar, rest = pixels[:row], pixels[row + 2 * BLEND :]
        if (
            _plain_rows(bar) >= PLAIN_ROWS
            and (
                _even(bar, STILL, STILL_SHARE)
                or (row <= SHORT * len(share) and _still_columns(bar))
            )
            and _plain_rows(rest) < ALL_PLAIN
        ):
            return row + 2 * BLEND
    return 0


def _plain_rows(pixels: NDArray[np.uint8]) -> float:
    """Return the share of rows most of which have one colour."""
    values = pixels.astype(np.int16)
    colour = np.median(values, axis=1, keepdims=True)
    plain = (np.abs(values - colour).max(axis=2) <= SAME_COLOUR).mean(axis=1)
    return float((plain >= PLAIN_SHARE).mean())


def _soft_bar(share: FloatArray, pixels: NDArray[np.uint8]) -> int:
    """Return the height of a blurred bar at the start of a strip."""
    for row in _edges(share, SOFT_EDGE_SHARE, (THINNEST_SOFT, WIDEST_SOFT)):
        bar, rest = pixels[:row], pixels[row + 2 * BLEND :]
        if _even(bar, QUIET, QUIET_SHARE) and not _even(rest, QUIET, QUIET_SHARE):
            return row + 2 * BLEND
    return 0


def _centred_bars(share: FloatArray, pixels: NDArray[np.uint8]) -> tuple[int, int]:
    """Return the heights of two equal blurred bars, whose edges need not show as far along.

    Blurred from the photo itself, a bar often has the colour of the wall at its edge.
    """
    sides = _both(share, pixels)
    ends = [_widened(side) for side, _ in sides]
    first, last = int(np.ceil(THINNEST_SOFT * len(share))), int(WIDEST_SOFT * len(share))
    likely = (
        (ends[0] + ends[1] >= CENTRED_EDGES)
        & (np.minimum(*ends) >= WEAKER_EDGE)
        & (np.minimum(*(_so_far(side <= WEAKER_EDGE) for side, _ in sides)) >= 1 - WRITTEN_SHARE)
    )[:last]
    for row in first + np.flatnonzero(likely[first:])[:MOST_LAYERS]:
        near = slice(row - BLEND, row + BLEND + 1)
        top, bottom = (row + BLEND + int(side[near].argmax()) for side, _ in sides)
        bars = [rows[: row - BLEND] for _, rows in sides]
        photo = pixels[top:-bottom]
        if _even(bars[0], QUIET, QUIET_SHARE) and _even(bars[1], QUIET, QUIET_SHARE):
            return (0, 0) if _even(photo, QUIET, QUIET_SHARE) else (top, bottom)
    return 0, 0


def _so_far(which: NDArray[np.bool_]) -> FloatArray:
    """Return, for each row, the share of the rows up to it that are such."""
    share: FloatArray = np.cumsum(which) / np.arange(1, len(which) + 1)
    return share


def _widened(share: FloatArray) -> FloatArray:
    """Return the largest share within two rows of each."""
    widened = share.copy()
    for rows in range(1, BLEND + 1):
        np.maximum(widened[rows:], share[:-rows], out=widened[rows:])
        np.maximum(widened[:-rows], share[rows:], out=widened[:-rows])
    return widened


def _even(bar: NDArray[np.uint8], step: int, least: float) -> bool:
    """Tell whether most rows of a bar hardly differ from the next, those with letters excepted."""
    if len(bar) < 2:
        return False
    return bool(np.quantile(_same_share(bar, step), WRITTEN_SHARE) >= least)


def _still_columns(bar: NDArray[np.uint8]) -> bool:
    """Tell whether most columns of a short bar have one colour: a clock takes few of them."""
    clean = bar[:-BLOCK]
    if len(clean) < SHORTEST_LINE:
        return False
    share = (cv2.absdiff(clean[1:], clean[:-1]) <= STILL).mean(axis=(0, 2))
    return bool(np.quantile(share, WRITTEN_SHARE) >= STILL_SHARE)


def _same_share(pixels: NDArray[np.uint8], step: int) -> FloatArray:
    """Return how much of each row differs from the next by ``step`` at most, as a share."""
    change = cv2.absdiff(pixels[1:], pixels[:-1]).reshape(len(pixels) - 1, -1)
    return 1 - share_above(np.asarray(change, np.uint8), step, axis=1)
