"""Parts that both pages share."""

from __future__ import annotations

from collections.abc import Sequence

from posture.report.content import Line, Sheet
from posture.report.pdf.kit import (
    ACCENT,
    GREY,
    HEIGHT,
    INNER,
    MARGIN,
    RULE,
    TOP,
    WIDTH,
    Pen,
    plain,
    strong,
)
from posture.report.texts import say

FIELD_X = 140.0
FIELD_STEP = 4.6


def draw_head(pen: Pen, title: str, kicker: str) -> float:
    """Draw the head of a page with lines to write on; return the place below it."""
    y = pen.write(strong(kicker), MARGIN, TOP, FIELD_X - MARGIN - 8, size=8, colour=ACCENT)
    y = pen.write(strong(title), MARGIN, y, FIELD_X - MARGIN - 8, size=20, leading=1.15)
    below = max(y, TOP + 3 * FIELD_STEP) + 2
    start = below - 2.6 - 3 * FIELD_STEP
    for row, key in enumerate(("write_name", "write_date", "write_trainer")):
        top = start + row * FIELD_STEP
        pen.write(plain(say(key)), FIELD_X, top, 12, size=7.4, colour=GREY)
        foot = top + FIELD_STEP - 1
        pen.line(FIELD_X + 12, foot, WIDTH - MARGIN, foot, colour=GREY)
    pen.line(MARGIN, below, WIDTH - MARGIN, below, colour=ACCENT, width=0.5)
    return below + 3


def draw_foot(pen: Pen, sheet: Sheet, number: int) -> None:
    """Draw the foot line of a page."""
    y = HEIGHT - 9.5
    pen.line(MARGIN, y, WIDTH - MARGIN, y, colour=RULE)
    size = 6.8 / pen.scale
    third = INNER / 3
    centred = f'<para align="center">{plain(sheet.made_with)}</para>'
    page = plain(say("page", number=number, total=sheet.page_count))
    pen.write(strong(say("aid")), MARGIN, y + 0.8, third, size=size)
    pen.write(centred, MARGIN + third - 8, y + 0.8, third + 16, size=size, colour=GREY)
    pen.write(page, WIDTH - MARGIN - 30, y + 0.8, 30, size=size, colour=GREY, right=True)


def draw_bullets(
    pen: Pen, lines: Sequence[str], x: float, y: float, width: float, *, size: float
) -> float:
    """Write lines with a dot before each; return the place below them."""
    for line in lines:
        pen.write("•", x + 0.4, y, 3, size=size, colour=ACCENT)
        y = pen.write(plain(line), x + 3, y, width - 3, size=size) + 0.5
    return y


def draw_lines(
    pen: Pen, lines: Sequence[Line], x: float, y: float, width: float, *, size: float
) -> float:
    """Write lines whose head is bold; return the place below them."""
    for line in lines:
        y = pen.write(f"{strong(line.head)} {plain(line.text)}", x, y, width, size=size) + 0.5
    return y
