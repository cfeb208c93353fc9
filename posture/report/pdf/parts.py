"""Parts that all pages share: head, foot, lists."""

from __future__ import annotations

from collections.abc import Sequence

from posture.report.content import Line
from posture.report.letterhead import Letterhead
from posture.report.pdf.pen import (
    ACCENT,
    GREY,
    HEIGHT,
    INNER,
    MARGIN,
    RULE,
    TOP,
    WIDTH,
    Pen,
    aspect,
    plain,
    strong,
    text_width,
)

FIELD_X = 140.0
FIELD_STEP = 4.6
FIELD_LABEL = 14.0
"""Room for the label of a line to fill in, which "Betreuung" just needs at full size."""
LOGO = (42.0, 15.0)
"""Greatest width and height of the logo, in millimetres."""


def draw_head(pen: Pen, title: str, kicker: str, letterhead: Letterhead) -> float:
    """Draw the head of a page; return the place below it."""
    x = MARGIN + _logo(pen, letterhead)
    y = pen.write(strong(kicker), x, TOP, FIELD_X - x - 8, size=8, colour=ACCENT)
    y = pen.write(strong(title), x, y, FIELD_X - x - 8, size=20, leading=1.15)
    contact = pen.measure(lambda dry: _contact(dry, letterhead, 0.0))
    logo = LOGO[1] if letterhead.logo else 0.0
    fields = len(letterhead.fields) * FIELD_STEP
    below = max(y, TOP + fields + contact, TOP + logo) + 2
    start = below - 2.6 - fields - contact
    for row, (key, content) in enumerate(letterhead.fields):
        _field(pen, pen.say(key), content, start + row * FIELD_STEP)
    _contact(pen, letterhead, start + fields - 0.4)
    pen.line(MARGIN, below, WIDTH - MARGIN, below, colour=ACCENT, width=0.5)
    return below + 3


def _logo(pen: Pen, letterhead: Letterhead) -> float:
    """Draw the logo in the upper left corner; return the width that it takes."""
    if letterhead.logo is None:
        return 0.0
    width = min(LOGO[0], LOGO[1] / aspect(letterhead.logo))
    pen.image(letterhead.logo, MARGIN, TOP, width, LOGO[1])
    return width + 5.0


def _field(pen: Pen, label: str, content: str, top: float) -> None:
    """Draw a labelled line, filled or to write on."""
    pen.write(plain(label), FIELD_X, top, FIELD_LABEL, size=7.4, colour=GREY)
    foot = top + FIELD_STEP - 1
    pen.line(FIELD_X + FIELD_LABEL, foot, WIDTH - MARGIN, foot, colour=GREY)
    if content:
        room = WIDTH - MARGIN - FIELD_X - FIELD_LABEL
        size = min(8.6, 8.6 * room / (text_width(content, 8.6 * pen.scale, bold=True) + 0.5))
        pen.write(strong(content), FIELD_X + FIELD_LABEL, top - 0.4, room + 1, size=size)


def _contact(pen: Pen, letterhead: Letterhead, y: float) -> float:
    if not letterhead.contact:
        return y
    width = WIDTH - MARGIN - FIELD_X
    return pen.write(plain(letterhead.contact), FIELD_X, y, width, size=6.8, colour=GREY)


def draw_foot(pen: Pen, made_with: str, *, number: int, total: int) -> None:
    """Draw the foot line of a page."""
    y = HEIGHT - 9.5
    pen.line(MARGIN, y, WIDTH - MARGIN, y, colour=RULE)
    size = 6.8 / pen.scale
    third = INNER / 3
    centred = f'<para align="center">{plain(made_with)}</para>'
    page = plain(pen.say("page", number=number, total=total))
    pen.write(strong(pen.say("aid")), MARGIN, y + 0.8, third, size=size)
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
