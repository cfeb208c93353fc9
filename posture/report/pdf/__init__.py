"""The sheet as PDF: findings, a page for each phase of the plan, and the pages to read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from posture.report.content import PlanPage, ReadingPage, Sheet, halves, split_tiles
from posture.report.letterhead import Letterhead
from posture.report.pdf.finding import draw_finding
from posture.report.pdf.fonts import unprintable
from posture.report.pdf.parts import draw_foot
from posture.report.pdf.pen import FOOT, Fit, Pen
from posture.report.pdf.plan import draw_plan
from posture.report.pdf.reading import draw_reading
from posture.report.texts import say

FITS: Final = (
    Fit(),
    Fit(scale=0.96),
    Fit(scale=0.96, pictures=1),
    Fit(scale=0.92, pictures=1),
    Fit(scale=0.92, pictures=1, cues=False),
    Fit(scale=0.88, pictures=1, cues=False),
    Fit(scale=0.84, pictures=1, cues=False),
    Fit(scale=0.80, pictures=1, cues=False),
    Fit(scale=0.76, pictures=1, cues=False),
)
"""Fits tried in turn until a page holds its content; the last prints 5.4 points."""

SMALLEST: Final = 0.84
"""Type scale below which clients would need their reading glasses; longer plans take two pages
instead."""


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
    sheet = paginate(replace(sheet, letterhead=_printable(sheet.letterhead)))
    # Pictures as bytes: written as text they are a quarter larger, and most of the time goes there.
    rl_config.useA85 = 0
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(say(sheet.language, "title_plan") if sheet.plans else sheet.title)
    canvas.setSubject(say(sheet.language, "aid"))
    for number, (draw, fit) in enumerate(zip(_pages(sheet), page_fits(sheet), strict=True), 1):
        pen = Pen(canvas=canvas, fit=fit, language=sheet.language)
        draw(pen)
        draw_foot(pen, sheet.made_with, number=number, total=sheet.page_count)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def not_printed(letterhead: Letterhead) -> tuple[str, ...]:
    """Return the fields of a letterhead that a PDF leaves as lines to write on.

    No font at hand has their characters; HTML is printed with the fonts of the browser.
    """
    names = (letterhead.client, letterhead.trainer, letterhead.contact)
    return tuple(filter(unprintable, names))


def _printable(letterhead: Letterhead) -> Letterhead:
    """Empty the fields that cannot be printed: a line to write on is better than black boxes."""
    client, trainer, contact = (
        "" if unprintable(text) else text
        for text in (letterhead.client, letterhead.trainer, letterhead.contact)
    )
    return replace(letterhead, client=client, trainer=trainer, contact=contact)


def paginate(sheet: Sheet, *, lowest: float = FOOT) -> Sheet:
    """Split plan pages that would need type below :data:`SMALLEST` into two.

    Parameters
    ----------
    sheet : Sheet
    lowest : float
        Lowest place of content, in millimetres from the top.

    Returns
    -------
    Sheet
        The same content; most plans keep their single page.
    """
    plans: list[PlanPage] = []
    for plan in sheet.plans:
        fit = _fitting(sheet, partial(draw_plan, sheet=sheet, plan=plan), lowest)
        plans += [plan] if fit.scale >= SMALLEST else halves(plan)
    reading = [part for page in sheet.reading for part in _split(sheet, page, lowest)]
    return replace(sheet, plans=tuple(plans), reading=tuple(reading))


def _split(sheet: Sheet, page: ReadingPage, lowest: float) -> list[ReadingPage]:
    """Split a page of tiles until its type is readable."""
    fit = _fitting(sheet, partial(draw_reading, sheet=sheet, page=page), lowest)
    if fit.scale >= SMALLEST or len(page.tiles) <= page.columns:
        return [page]
    return [part for half in split_tiles(page) for part in _split(sheet, half, lowest)]


def page_fits(sheet: Sheet, *, lowest: float = FOOT) -> tuple[Fit, ...]:
    """Return the fit of each page: the loosest one in which its content has room."""
    return tuple(_fitting(sheet, draw, lowest) for draw in _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[Callable[[Pen], float]]:
    if sheet.has_findings:
        yield partial(draw_finding, sheet=sheet)
    for plan in sheet.plans:
        yield partial(draw_plan, sheet=sheet, plan=plan)
    for page in sheet.reading:
        yield partial(draw_reading, sheet=sheet, page=page)


def _fitting(sheet: Sheet, draw: Callable[[Pen], float], lowest: float) -> Fit:
    for fit in FITS:
        tried = replace(fit, lowest=lowest)
        if draw(Pen(canvas=None, fit=tried, language=sheet.language)) <= lowest:
            return tried
    return replace(FITS[-1], lowest=lowest)
