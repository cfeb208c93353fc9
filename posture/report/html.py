"""The sheet as one self-contained HTML file."""

from __future__ import annotations

import base64
import functools
from importlib.resources import files
from typing import Final

import jinja2

from posture.report.content import Sheet
from posture.report.pdf import page_fits, paginate
from posture.report.pdf.finding import figure_height
from posture.report.pdf.pen import Pen, is_svg
from posture.report.texts import say

LOWEST_MM: Final = 268.0
"""Lowest place of content when the PDF pen measures a page: browsers set the same text up to 5 %
taller."""


def render_html(sheet: Sheet) -> str:
    """Return the sheet as HTML; printed, each of its pages fills one side of A4.

    Pictures and fonts are embedded; no other file or address is needed.
    """
    sheet = paginate(sheet, lowest=LOWEST_MM)
    fits = page_fits(sheet, lowest=LOWEST_MM)
    words = functools.partial(say, sheet.language)
    height = (
        figure_height(Pen(canvas=None, fit=fits[0], language=sheet.language), sheet)
        if sheet.has_findings
        else 0.0
    )
    return _template().render(sheet=sheet, say=words, data=_data, fits=fits, height=height)


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["font"] = _font
    environment.globals["picture"] = _picture
    return environment.get_template("sheet.html.j2")


def _source(name: str) -> str:
    return (files("posture.report") / "templates" / name).read_text(encoding="utf-8")


def _font(face: str) -> str:
    content = (files("posture") / "fonts" / f"Inter-{face}.ttf").read_bytes()
    return _data(content, "font/ttf")


def _picture(content: bytes) -> str:
    return _data(content, "image/svg+xml" if is_svg(content) else "image/webp")


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
