"""The sheet as PDF: one page for the finding, one for each phase of the plan."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from posture.report.content import Sheet
from posture.report.pdf.finding import draw_finding
from posture.report.pdf.kit import FOOT, Pen
from posture.report.pdf.parts import draw_foot
from posture.report.pdf.plan import draw_plan
from posture.report.texts import say

SCALES: Final = (1.0, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79, 0.76)
"""Type sizes that are tried until a page holds its content."""


def render_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF file, A4, with its fonts inside.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    bytes
        The same sheet always gives the same file.
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(say("title_plan") if sheet.plans else sheet.title)
    canvas.setSubject(say("aid"))
    for number, (draw, scale) in enumerate(zip(_pages(sheet), page_scales(sheet), strict=True), 1):
        pen = Pen(canvas=canvas, scale=scale)
        draw(pen)
        draw_foot(pen, sheet, number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def page_scales(sheet: Sheet) -> tuple[float, ...]:
    """Return the factor on the type size with which each page holds its content."""
    return tuple(_fitting(draw) for draw in _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[Callable[[Pen], float]]:
    yield partial(draw_finding, sheet=sheet)
    for plan in sheet.plans:
        yield partial(draw_plan, sheet=sheet, plan=plan)


def _fitting(draw: Callable[[Pen], float]) -> float:
    for scale in SCALES:
        if draw(Pen(canvas=None, scale=scale)) <= FOOT:
            return scale
    return SCALES[-1]
