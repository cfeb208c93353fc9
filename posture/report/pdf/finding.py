"""First page: what the photo shows, and what speaks for and against the pattern."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from posture.report.content import EvidenceLine, ScreeningBlock, Sheet, ValueBlock
from posture.report.pdf.parts import draw_bullets, draw_head
from posture.report.pdf.pen import (
    ACCENT,
    BAND,
    GREY,
    INK,
    INNER,
    LIKELY,
    MARGIN,
    PAPER,
    RULE,
    SOFT,
    WARM,
    WARM_SOFT,
    WASH,
    WIDTH,
    Pen,
    aspect,
    plain,
    strong,
    tag,
    text_width,
)

FIGURE_WIDTH = 72.0
SMALLEST_FIGURE = 70.0
VALUES_X = MARGIN + FIGURE_WIDTH + 7.0
BADGES = {"possible": WARM, "likely": LIKELY, "not_suggested": ACCENT, "undetermined": GREY}


def draw_finding(pen: Pen, sheet: Sheet) -> float:
    """Draw the page; return the lowest place that it uses."""
    y = _top(pen, sheet)
    if sheet.screening is None:
        return y
    height = figure_height(pen, sheet)
    if sheet.figure is None:
        y = _values(pen, sheet, MARGIN, y, INNER)
    else:
        below = _values(pen, sheet, VALUES_X, y, WIDTH - MARGIN - VALUES_X)
        pen.image(sheet.figure, MARGIN, y, height / aspect(sheet.figure), height)
        y = max(below, y + height)
    return _lower(pen, sheet, sheet.screening, y + 3)


def figure_height(pen: Pen, sheet: Sheet) -> float:
    """Return the height of the figure that fills the page and no more.

    Parameters
    ----------
    pen : Pen
        Only its fit is used; nothing is drawn.
    sheet : Sheet

    Returns
    -------
    float
        Millimetres; 0 without a figure.
    """
    screening = sheet.screening
    if sheet.figure is None or screening is None:
        return 0.0
    y = pen.measure(lambda dry: _top(dry, sheet))
    values = pen.measure(lambda dry: _values(dry, sheet, VALUES_X, y, WIDTH - MARGIN - VALUES_X))
    lower = pen.measure(lambda dry: _lower(dry, sheet, screening, 0))
    room = pen.fit.lowest - lower - 3 - y
    return min(FIGURE_WIDTH * aspect(sheet.figure), max(room, values - y, SMALLEST_FIGURE))


def _top(pen: Pen, sheet: Sheet) -> float:
    """Draw the head, and the notices to be read before anything else."""
    y = draw_head(pen, sheet.title, sheet.kicker, sheet.letterhead)
    return _notices(pen, sheet, y) + 3.5 if sheet.notices or sheet.after else y


def _notices(pen: Pen, sheet: Sheet, y: float) -> float:
    """Draw the box of notices to be read before anything else."""
    first = bool(sheet.after)
    head = sheet.headline if first else pen.say("read_first")
    pad = 5.0 if first else 2.6

    def inside(inner: Pen) -> float:
        x, width = MARGIN + pad + 1.2, INNER - 2 * pad - 1.2
        below = inner.write(strong(head), x, y + pad, width, size=15 if first else 10.4)
        for line in (*sheet.notices, *sheet.after):
            below = inner.write(plain(line), x, below + 1, width, size=10 if first else 8.4)
        return below + pad

    below = pen.measure(inside)
    pen.box(MARGIN, y, INNER, below - y, fill=WARM_SOFT)
    pen.box(MARGIN, y, 1.2, below - y, fill=WARM, radius=0.4)
    return inside(pen)


def _values(pen: Pen, sheet: Sheet, x: float, y: float, width: float) -> float:
    y = pen.write(strong(sheet.values_title), x, y, width, size=10.4) + 1.2
    for value in sheet.values:
        y = _value(pen, value, x, y, width)
    y = pen.write(plain(pen.say("range_note")), x, y, width, size=7.2, colour=GREY) + 2
    y = pen.write(strong(pen.say("photo_title")), x, y, width, size=10.4) + 1
    y = draw_bullets(pen, sheet.photo, x, y, width, size=7.8)
    if sheet.figure is None:
        y = pen.write(plain(pen.say("no_figure")), x, y + 0.6, width, size=7.2, colour=GREY)
    return y


def _value(pen: Pen, value: ValueBlock, x: float, y: float, width: float) -> float:
    number = 19 if value.bar else 9
    side = text_width(value.value, number * pen.scale, bold=True) + 2
    colour = ACCENT if value.bar else GREY
    pen.write(
        strong(value.value),
        x + width - side,
        y,
        side,
        size=number,
        colour=colour,
        right=True,
        leading=1.1,
    )
    below = pen.write(strong(value.name), x, y, width - side, size=8.6)
    below = pen.write(plain(value.what), x, below, width - side, size=7.4, colour=GREY)
    if value.bar:
        _bar(pen, value, x, below + 1.4, width)
        below += 5.4
    words = f"{strong(value.range + '.')} " if value.range else ""
    below = pen.write(words + plain(value.meaning), x, below, width) + 1.6
    pen.line(x, below, x + width, below, colour=RULE)
    return below + 1.6


def _bar(pen: Pen, value: ValueBlock, x: float, y: float, width: float) -> None:
    """Draw the range on its axis, in front of the band that is common."""
    bar = value.bar
    if bar is None:
        return
    if bar.common:
        low, high = bar.common
        pen.box(x + width * low, y, width * (high - low), 3.4, fill=BAND, radius=0.6)
    pen.line(x, y + 1.7, x + width, y + 1.7, colour=GREY, width=0.15)
    pen.box(
        x + width * bar.low, y + 1.15, width * (bar.high - bar.low), 1.1, fill=ACCENT, radius=0.55
    )
    pen.ring(x + width * bar.value, y + 1.7, 1.0, colour=ACCENT)


def _lower(pen: Pen, sheet: Sheet, block: ScreeningBlock, y: float) -> float:
    pen.line(MARGIN, y, WIDTH - MARGIN, y, colour=RULE)
    y = _verdict(pen, block, y + 2)
    y = _evidence(pen, block, y + 1.6)
    y = pen.write(plain(pen.say("tags_note")), MARGIN, y + 1.2, INNER, size=7.2, colour=GREY) + 2.6
    if not block.outlook:
        return _not_mean(pen, sheet.not_mean, MARGIN, y, INNER)
    left = INNER * 0.57
    below = _outlook(pen, block, MARGIN, y, left)
    right = _not_mean(pen, sheet.not_mean, MARGIN + left + 6, y, INNER - left - 6)
    return max(below, right)


def _verdict(pen: Pen, block: ScreeningBlock, y: float) -> float:
    y = pen.write(strong(pen.say("screening_title")), MARGIN, y, INNER, size=10.4) + 1.6
    size = 8.4 * pen.scale
    side = text_width(block.badge, size, bold=True) + 5
    pen.box(MARGIN, y - 0.3, side, 5.0 * pen.scale, fill=BADGES[block.grade], radius=2.5)
    pen.write(strong(block.badge), MARGIN + 2.5, y + 0.35, side, size=8.4, colour=PAPER)
    y = pen.write(plain(block.sentence), MARGIN + side + 2.5, y, INNER - side - 2.5, size=9.4)
    for line in block.definition:
        y = pen.write(plain(line), MARGIN, y + 0.6, INNER, size=7.2, colour=GREY)
    return y


def _evidence(pen: Pen, block: ScreeningBlock, y: float) -> float:
    columns: tuple[tuple[str, str, Sequence[EvidenceLine]], ...] = (
        ("for", WARM, block.speaks_for),
        ("against", ACCENT, block.speaks_against),
        ("not_seen", GREY, block.not_seen),
    )
    width = (INNER - 8) / 3
    below = max(
        pen.measure(partial(_column, key=key, lines=lines, x=0, y=y, width=width))
        for key, _, lines in columns
    )
    for place, (key, colour, lines) in enumerate(columns):
        x = MARGIN + place * (width + 4)
        pen.box(x, y, width, below - y, fill=WASH)
        pen.box(x, y, width, 0.7, fill=colour, radius=0.3)
        _column(pen, key=key, lines=lines, x=x, y=y, width=width)
    return below


def _column(
    pen: Pen, *, key: str, lines: Sequence[EvidenceLine], x: float, y: float, width: float
) -> float:
    y = pen.write(strong(pen.say(key)), x + 2.8, y + 2.2, width - 5.6, size=8.6)
    for line in lines:
        tags = " ".join(tag(letter) for letter in line.tag.split())
        detail = f'<font size="7" color="{GREY}">{plain(line.detail)}</font>'
        y = pen.write(
            f"{plain(line.text)} {tags} {detail}", x + 2.8, y + 0.7, width - 5.6, size=7.8
        )
    if not lines:
        y = pen.write(plain(pen.say("none")), x + 2.8, y + 0.7, width, size=7.8, colour=GREY)
    return y + 2.2


def _outlook(pen: Pen, block: ScreeningBlock, x: float, y: float, width: float) -> float:
    y = pen.write(strong(pen.say("outlook_title")), x, y, width, size=10.4) + 1
    places = (x, x + width * 0.53, x + width * 0.76)
    heads = (pen.say("outlook_item"), pen.say("outlook_positive"), pen.say("outlook_negative"))
    y = _row(pen, heads, places, y, width, bold=True, size=7.2, quiet=(True, True, True))
    same = pen.say("outlook_same")
    for line in block.outlook:
        cells = (line.text, line.if_positive, line.if_negative)
        quiet = (False, line.if_positive == same, line.if_negative == same)
        y = _row(pen, cells, places, y, width, bold=line.strong, size=7.8, quiet=quiet)
    return pen.write(plain(block.now), x, y + 0.8, width, size=7.2, colour=GREY)


def _row(
    pen: Pen,
    cells: tuple[str, str, str],
    places: tuple[float, float, float],
    y: float,
    width: float,
    *,
    bold: bool,
    size: float,
    quiet: tuple[bool, bool, bool],
) -> float:
    ends = (places[1], places[2], places[0] + width)
    below = y
    for cell, x, end, grey in zip(cells, places, ends, quiet, strict=True):
        markup = strong(cell) if bold else plain(cell)
        colour = GREY if grey else INK
        below = max(below, pen.write(markup, x, y + 0.5, end - x - 2, size=size, colour=colour))
    pen.line(places[0], below + 0.7, places[0] + width, below + 0.7, colour=RULE)
    return below + 0.8


def _not_mean(pen: Pen, lines: Sequence[str], x: float, y: float, width: float) -> float:
    def inside(inner: Pen) -> float:
        below = inner.write(strong(pen.say("not_mean_title")), x + 4, y + 3, width - 8, size=10.4)
        return draw_bullets(inner, lines, x + 4, below + 1, width - 8, size=8.4) + 2.6

    below = pen.measure(inside)
    pen.box(x, y, width, below - y, fill=SOFT)
    return inside(pen)
