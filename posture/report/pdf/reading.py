"""Pages of tiles: how exercises are done, why, and the muscles."""

from __future__ import annotations

from collections.abc import Iterator

from posture.report.content import ReadingPage, Sheet, Tile
from posture.report.pdf.parts import draw_bullets, draw_head
from posture.report.pdf.pen import (
    ACCENT,
    GREY,
    INNER,
    MARGIN,
    RULE,
    Pen,
    aspect,
    plain,
    strong,
    tag,
)

GUTTER = 4.0
STACKED = 24.0
"""Width of pictures left of the words, in millimetres."""

NARROW = 15.0
"""The same for a single upright drawing."""

ABOVE = 26.0
"""Height of pictures above the words."""

ROW_GAP = 2.2


def draw_reading(pen: Pen, sheet: Sheet, page: ReadingPage) -> float:
    """Draw the page; return the lowest place that it uses."""
    y = draw_head(pen, page.title, page.kicker, sheet.letterhead)
    if page.lead:
        y = pen.write(plain(page.lead), MARGIN, y - 0.6, INNER, size=8.6) + 1.4
    width = (INNER - (page.columns - 1) * GUTTER) / page.columns
    for row in _rows(page):
        below = y
        for place, tile in enumerate(row):
            x = MARGIN + place * (width + GUTTER)
            below = max(below, _tile(pen, tile, x, y, width, beside=page.beside))
        y = below + ROW_GAP * pen.scale
    if not page.notes:
        return y
    return draw_bullets(pen, page.notes, MARGIN, y + 0.6, INNER, size=7.4)


def _rows(page: ReadingPage) -> Iterator[tuple[Tile, ...]]:
    for start in range(0, len(page.tiles), page.columns):
        yield page.tiles[start : start + page.columns]


def _tile(pen: Pen, tile: Tile, x: float, y: float, width: float, *, beside: bool) -> float:
    pen.line(x, y, x + width, y, colour=RULE)
    top = y + 1.2
    if not tile.pictures:
        return _words(pen, tile, x, top, width)
    if not beside:
        height = ABOVE * pen.scale
        _row_of_pictures(pen, tile, x, top, width, height)
        return _words(pen, tile, x, top + height + 0.8, width)
    across = (NARROW if len(tile.pictures) == 1 else STACKED) * pen.scale
    below = top
    for picture in tile.pictures:
        height = across * aspect(picture)
        pen.image(picture, x, below, across, height)
        below += height + 0.6
    return max(below, _words(pen, tile, x + across + 2, top, width - across - 2))


def _row_of_pictures(pen: Pen, tile: Tile, x: float, y: float, width: float, height: float) -> None:
    """Draw pictures side by side, each in a share of the width by its own shape."""
    shapes = [1 / aspect(picture) for picture in tile.pictures]
    for picture, shape in zip(tile.pictures, shapes, strict=True):
        share = width * shape / sum(shapes)
        pen.image(picture, x, y, share, height)
        x += share


def _words(pen: Pen, tile: Tile, x: float, y: float, width: float) -> float:
    head = " ".join((strong(tile.title), *map(tag, tile.tags)))
    y = pen.write(head, x, y - 0.2, width, size=8.4, colour=ACCENT, leading=1.26)
    if tile.lead:
        y = pen.write(plain(tile.lead), x, y + 0.2, width, size=7.4, leading=1.3)
    for number, step in enumerate(tile.steps, start=1):
        pen.write(strong(f"{number}"), x, y, 3, size=7.2, colour=ACCENT, leading=1.28)
        y = pen.write(plain(step), x + 3, y, width - 3, size=7.2, leading=1.28)
    for line in tile.lines:
        words = f"{strong(line.head)} {plain(line.text)}" if line.head else plain(line.text)
        y = pen.write(words, x, y + 0.3, width, size=7, colour=GREY, leading=1.28)
    return y
