"""Pen that works in millimetres from the top left, and can measure without drawing."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Paragraph

from posture.messages import ENGLISH, Value
from posture.report.pdf.fonts import BOLD, REGULAR, register, runs
from posture.report.pdf.svg import draw_svg, parsed
from posture.report.texts import say

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM: Final = 72 / 25.4
"""Points in a millimetre."""

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MARGIN: Final = 13.0
TOP: Final = 11.0
FOOT: Final = 284.0
"""Lowest place of content; the foot of the page is below it."""

INNER: Final = WIDTH - 2 * MARGIN

INK: Final = "#161b22"
GREY: Final = "#545d69"
RULE: Final = "#d8dde3"
WASH: Final = "#f3f5f7"
BAND: Final = "#d5dae0"
ACCENT: Final = "#0b6a6e"
SOFT: Final = "#e3f1f0"
WARM: Final = "#b35900"
WARM_SOFT: Final = "#fff3e3"
EASE: Final = "#7db7b5"
WAKE: Final = "#e0a458"
LIKELY: Final = "#8f3d00"
PAPER: Final = "#ffffff"
"""The colours of ``sheet.css``."""

LEADING: Final = 1.34
JPEG_QUALITY: Final = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Fit of a page: how closely it is packed.

    Parameters
    ----------
    scale : float
        Factor on all type sizes.
    pictures : int
        Most pictures of one exercise; a single one shows the end position.
    cues : bool
        Whether exercises have a cue beside their reason.
    lowest : float
        Lowest place of content, in millimetres from the top.
    """

    scale: float = 1.0
    pictures: int = 2
    cues: bool = True
    lowest: float = FOOT

    def chosen(self, pictures: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Return the pictures that there is room for."""
        return pictures[-self.pictures :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Pen that draws on a canvas, or only measures when there is none."""

    canvas: Canvas | None
    fit: Fit
    language: str = ENGLISH

    def say(self, key: str, /, **gaps: Value) -> str:
        """Return one sentence of the sheet in its language, with its gaps filled."""
        return say(self.language, key, **gaps)

    @property
    def scale(self) -> float:
        """Factor on all type sizes."""
        return self.fit.scale

    def measure(self, draw: Callable[[Pen], float]) -> float:
        """Return what a drawing function returns, without drawing."""
        return draw(replace(self, canvas=None))

    def write(
        self,
        markup: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float = 8.4,
        colour: str = INK,
        right: bool = False,
        leading: float = LEADING,
    ) -> float:
        """Write wrapped text with its top at ``y``; return the place below it."""
        look = (round(size * self.scale, 2), colour, right, leading)
        height = _height(markup, look, width)
        if self.canvas is not None:
            paragraph = Paragraph(markup, _style(*look))
            paragraph.wrap(width * MM, HEIGHT * MM)
            paragraph.drawOn(self.canvas, x * MM, (HEIGHT - y) * MM - height)
        return y + height / MM

    def line(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: str, width: float = 0.2
    ) -> None:
        """Draw a straight line."""
        if self.canvas is None:
            return
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(width * MM)
        self.canvas.line(x0 * MM, (HEIGHT - y0) * MM, x1 * MM, (HEIGHT - y1) * MM)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 1.4
    ) -> None:
        """Fill a rectangle with rounded corners."""
        if self.canvas is None or width <= 0:
            return
        self.canvas.setFillColor(HexColor(fill))
        self.canvas.roundRect(
            x * MM,
            (HEIGHT - y - height) * MM,
            width * MM,
            height * MM,
            min(radius, width / 2, height / 2) * MM,
            stroke=0,
            fill=1,
        )

    def ring(self, x: float, y: float, radius: float, *, colour: str) -> None:
        """Draw a white disc with a coloured rim."""
        if self.canvas is None:
            return
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setFillColor(HexColor(PAPER))
        self.canvas.setLineWidth(0.7 * MM)
        self.canvas.circle(x * MM, (HEIGHT - y) * MM, radius * MM, stroke=1, fill=1)

    def image(self, content: bytes, x: float, y: float, width: float, height: float) -> None:
        """Fit a picture or a drawing into a rectangle, centred."""
        if self.canvas is None:
            return
        if is_svg(content):
            svg = parsed(content)
            factor = min(width / svg.width, height / svg.height)
            left = (x + (width - svg.width * factor) / 2) * MM
            top = (HEIGHT - y - (height - svg.height * factor) / 2) * MM
            register()
            draw_svg(self.canvas, svg, left, top, factor * MM, BOLD)
            return
        reader = _reader(content)
        across, down = reader.getSize()
        factor = min(width / across, height / down)
        shown = (across * factor, down * factor)
        self.canvas.drawImage(
            reader,
            (x + (width - shown[0]) / 2) * MM,
            (HEIGHT - y - (height + shown[1]) / 2) * MM,
            shown[0] * MM,
            shown[1] * MM,
            mask="auto",
        )


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line in millimetres."""
    register()
    own = BOLD if bold else REGULAR
    points = sum(pdfmetrics.stringWidth(run, face or own, size) for run, face in runs(text))
    return float(points) / MM


def plain(text: str) -> str:
    """Return text as markup; characters that the shipped font lacks in one of the system's."""
    return "".join(
        f'<font name="{face}">{escape(run)}</font>' if face else escape(run)
        for run, face in runs(text)
    )


def strong(text: str) -> str:
    """Return text as bold markup."""
    return f"<b>{plain(text)}</b>"


def tag(text: str, *, colour: str = ACCENT, ground: str = SOFT) -> str:
    """Return a small label on a coloured background as markup."""
    return (
        f'<font size="6.2" color="{colour}" backColor="{ground}">'
        f"<b>\N{NO-BREAK SPACE}{escape(text)}\N{NO-BREAK SPACE}</b></font>"
    )


def is_svg(content: bytes) -> bool:
    """Whether a picture is a drawing of ours rather than pixels."""
    return content.startswith(b"<svg")


def aspect(content: bytes) -> float:
    """Return the ratio of height to width of a picture or drawing."""
    if is_svg(content):
        return parsed(content).height / parsed(content).width
    across, down = _reader(content).getSize()
    return float(down) / float(across)


@functools.lru_cache(maxsize=256)
def _style(size: float, colour: str, right: bool, leading: float) -> ParagraphStyle:  # noqa: FBT001
    register()
    return ParagraphStyle(
        name=f"{size}-{colour}-{right}-{leading}",
        fontName=REGULAR,
        fontSize=size,
        leading=size * leading,
        textColor=HexColor(colour),
        alignment=TA_RIGHT if right else TA_LEFT,
        splitLongWords=1,
    )


@functools.lru_cache(maxsize=4096)
def _height(markup: str, look: tuple[float, str, bool, float], width: float) -> float:
    """Return the height of wrapped text in points; fitting a page measures the same texts often."""
    return float(Paragraph(markup, _style(*look)).wrap(width * MM, HEIGHT * MM)[1])


@functools.lru_cache(maxsize=64)
def _reader(content: bytes) -> ImageReader:
    """Return a picture in a format that PDF can hold: WebP becomes JPEG, or PNG if see-through."""
    picture = Image.open(io.BytesIO(content))
    if picture.format == "JPEG":
        return ImageReader(io.BytesIO(content))
    buffer = io.BytesIO()
    if "A" in picture.getbands():
        picture.convert("RGBA").save(buffer, "PNG")
    else:
        picture.convert("RGB").save(buffer, "JPEG", quality=JPEG_QUALITY)
    return ImageReader(buffer)
