"""SVG drawings on a PDF canvas: the paths, discs and numbers that our own drawings are made of."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from reportlab.lib.colors import HexColor

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.pdfgen.pathobject import PDFPathObject

_COMMAND: Final = re.compile(r"([MCLZ])([^MCLZ]*)")


@dataclass(frozen=True, slots=True)
class Svg:
    """A parsed drawing with its size in pixels."""

    width: float
    height: float
    shapes: tuple[ET.Element, ...]


@functools.lru_cache(maxsize=32)
def parsed(content: bytes) -> Svg:
    """Return a drawing of the package; its text is trusted, never one of a visitor."""
    root = ET.fromstring(content)  # noqa: S314
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Svg(width, height, tuple(root))


def draw_svg(canvas: Canvas, svg: Svg, x: float, y: float, scale: float, font: str) -> None:
    """Draw with the upper left corner at (x, y), in points, so many points a pixel."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(scale, -scale)
    window = canvas.beginPath()
    window.rect(0, 0, svg.width, svg.height)
    canvas.clipPath(window, stroke=0, fill=0)
    for shape in svg.shapes:
        _look(canvas, shape)
        fill = int(shape.get("fill", "none") != "none")
        stroke = int("stroke" in shape.attrib)
        kind = shape.tag.rpartition("}")[2]
        if kind == "path":
            canvas.drawPath(_path(canvas, shape.attrib["d"]), stroke=stroke, fill=fill)
        elif kind == "circle":
            at = (float(shape.attrib[key]) for key in ("cx", "cy", "r"))
            canvas.circle(*at, stroke=stroke, fill=fill)
        else:
            _text(canvas, shape, font)
    canvas.restoreState()


def _look(canvas: Canvas, shape: ET.Element) -> None:
    opacity = float(shape.get("opacity", "1"))
    canvas.setFillAlpha(opacity)
    canvas.setStrokeAlpha(opacity)
    if shape.get("fill", "none") != "none":
        canvas.setFillColor(HexColor(shape.attrib["fill"]))
    if "stroke" in shape.attrib:
        canvas.setStrokeColor(HexColor(shape.attrib["stroke"]))
        canvas.setLineWidth(float(shape.get("stroke-width", "1")))


def _path(canvas: Canvas, d: str) -> PDFPathObject:
    path = canvas.beginPath()
    for command, numbers in _commands(d):
        if command == "M":
            path.moveTo(*numbers)
        elif command == "L":
            path.lineTo(*numbers)
        elif command == "C":
            path.curveTo(*numbers)
        else:
            path.close()
    return path


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    for command, numbers in _COMMAND.findall(d):
        yield command, [float(number) for number in numbers.split()]


def _text(canvas: Canvas, shape: ET.Element, font: str) -> None:
    canvas.saveState()
    canvas.translate(float(shape.attrib["x"]), float(shape.attrib["y"]))
    # Numbers would stand on their heads where y points down.
    canvas.scale(1, -1)
    canvas.setFont(font, float(shape.attrib["font-size"]))
    canvas.drawCentredString(0, 0, shape.text or "")
    canvas.restoreState()
