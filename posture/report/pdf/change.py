"""The before/after sheet as PDF: two pictures on one scale, and one sentence a change."""

from __future__ import annotations

import io
from functools import partial
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from posture.report.change import ChangeSheet, VisitColumn
from posture.report.pdf.parts import draw_bullets, draw_foot, draw_head
from posture.report.pdf.pen import GREY, INNER, MARGIN, SOFT, Fit, Pen, aspect, plain, strong

GAP: Final = 6.0
PICTURE_WIDTH: Final = (INNER - GAP) / 2
LARGEST_PICTURE: Final = 140.0
SMALLEST_PICTURE: Final = 70.0


def render_change_pdf(sheet: ChangeSheet) -> bytes:
    """Return the before/after sheet as a PDF file of one page, A4, with its fonts inside."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    pen = Pen(canvas=canvas, fit=_fit(sheet), language=sheet.language)
    canvas.setTitle(pen.say("title_change"))
    canvas.setSubject(pen.say("aid"))
    draw_change(pen, sheet)
    draw_foot(pen, sheet.made_with, number=1, total=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_change(pen: Pen, sheet: ChangeSheet) -> float:
    """Draw the page; return the lowest place that it uses."""
    y = draw_head(pen, pen.say("title_change"), pen.say("kicker_change"), sheet.letterhead)
    below = pen.measure(lambda dry: _words(dry, sheet, 0.0))
    y = _pictures(pen, sheet, y, pen.fit.lowest - y - below - 12.0)
    return _words(pen, sheet, y + 4.0)


def _fit(sheet: ChangeSheet) -> Fit:
    """Return the largest type with which all of it has room."""
    measuring = partial(Pen, canvas=None, language=sheet.language)
    fits = [Fit(scale=scale) for scale in (1.0, 0.96, 0.92, 0.88, 0.84)]
    return next(
        (fit for fit in fits if draw_change(measuring(fit=fit), sheet) <= fit.lowest),
        fits[-1],
    )


def _pictures(pen: Pen, sheet: ChangeSheet, y: float, room: float) -> float:
    places = ((sheet.before, MARGIN), (sheet.after, MARGIN + PICTURE_WIDTH + GAP))
    shown = [(column.picture, x) for column, x in places if column.picture is not None]
    height = 0.0
    if len(shown) == len(places):
        height = max(SMALLEST_PICTURE, min(LARGEST_PICTURE, room))
        height = min(height, PICTURE_WIDTH * aspect(shown[0][0]))
        for picture, x in shown:
            pen.image(picture, x, y, PICTURE_WIDTH, height)
    return max(_caption(pen, column, x, y + height + 1.5) for column, x in places)


def _caption(pen: Pen, column: VisitColumn, x: float, y: float) -> float:
    return pen.write(strong(column.caption(pen.language)), x, y, PICTURE_WIDTH)


def _words(pen: Pen, sheet: ChangeSheet, y: float) -> float:
    y = _box(pen, sheet, y) + 3.0
    if sheet.tested:
        y = _section(pen, pen.say("change_tests"), sheet.test_lines, y)
    if sheet.differences:
        y = _section(pen, pen.say("change_differs"), sheet.differences, y)
    return pen.write(plain(pen.say("change_note")), MARGIN, y, INNER, size=7.4, colour=GREY)


def _box(pen: Pen, sheet: ChangeSheet, y: float) -> float:
    def inside(inner: Pen) -> float:
        x, width = MARGIN + 4.0, INNER - 8.0
        below = inner.write(strong(pen.say("change_title")), x, y + 3.0, width, size=10.4) + 1.0
        return draw_bullets(inner, sheet.changes, x, below, width, size=9.6) + 2.6

    below = pen.measure(inside)
    pen.box(MARGIN, y, INNER, below - y, fill=SOFT)
    return inside(pen)


def _section(pen: Pen, title: str, lines: tuple[str, ...], y: float) -> float:
    y = pen.write(strong(title), MARGIN, y, INNER, size=10.4) + 1.0
    return draw_bullets(pen, lines, MARGIN, y, INNER, size=8.6) + 2.4
