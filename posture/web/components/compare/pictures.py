"""Two people on one scale: ankle on ankle, head at the same height."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Literal

from posture.geometry.stored_outline import Points
from posture.web.services.aligned import Layer

Side = Literal["before", "after"]

VIEW: Final = (-32.0, -101.0, 64.0, 107.0)
"""Left, top, width and height of the drawing in percent of body height; the ankle is at 0, 0."""

GAP: Final = 2.0
"""Neighbouring points of an outline lie half a percent apart; the face is left out of it."""

_STYLE: Final = """
.wall { fill: #e8e8e8 } .paper { fill: #eff4f2 }
.floor, .plumb { stroke: #6f8580; stroke-width: .3; fill: none }
.plumb { stroke-dasharray: 1.4 1 } .line { fill: none; stroke-width: .5 }
.skin { stroke-linejoin: round; stroke-width: .6; fill-opacity: .1 }
.before { stroke: #8a4b08; stroke-dasharray: 1.6 .8 } .after { stroke: #0b6b66 }
.skin.before { fill: #8a4b08 } .skin.after { fill: #0b6b66 }
polygon.body { stroke: none } polyline.rim { fill: none }
"""
_NIGHT: Final = """@media (prefers-color-scheme: dark) {
  .paper { fill: #1c2624 } .floor, .plumb { stroke: #8ba09b }
  .before { stroke: #f0b56b } .after { stroke: #5ec9be }
  .skin.before { fill: #f0b56b } .skin.after { fill: #5ec9be }
}"""
"""Only the bare drawing has a dark form: pictures of people are bright in any theme."""


def one_picture(layer: Layer, side: Side) -> str:
    """Return one visit as the address of a picture: person and outline."""
    a, b, c, d, e, f = layer.placement
    data = base64.b64encode(layer.picture).decode()
    width, height = layer.size
    photo = (
        f'<image href="data:image/jpeg;base64,{data}" width="{width}" height="{height}" '
        f'transform="matrix({a:.5f} {b:.5f} {c:.5f} {d:.5f} {e:.4f} {f:.4f})"/>'
    )
    return _address("wall", _STYLE, [photo, _outline(layer.outline, f"line {side}")])


def both_outlines(before: Points, after: Points) -> str:
    """Return both outlines over each other as the address of a picture."""
    parts = (_outline(before, "skin before"), _outline(after, "skin after"))
    return _address("paper", _STYLE + _NIGHT, parts)


def _address(ground: str, style: str, parts: Iterable[str]) -> str:
    left, top, width, height = VIEW
    right = left + width
    frame = f'<rect class="{ground}" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    marks = f'<path class="floor" d="M{left} 4H{right}"/><path class="plumb" d="M0 {top}V4"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{10 * width:.0f}" height="{10 * height:.0f}">'
        f"<style>{style}</style>{frame}{''.join(parts)}{marks}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _outline(points: Points, css: str) -> str:
    """Draw the outline as far as it was seen: where points are missing, the line has a gap."""
    drawn = []
    for piece in map(_path, pieces(points)):
        if "skin" in css:
            drawn.append(f'<polygon class="{css} body" points="{piece}"/>')
        drawn.append(f'<polyline class="{css} rim" points="{piece}"/>')
    return "".join(drawn)


def pieces(points: Points) -> list[Points]:
    """Cut a line at gaps wider than two percent of body height."""
    cuts = [
        number
        for number, (one, other) in enumerate(pairwise(points), start=1)
        if math.dist(one, other) > GAP
    ]
    return [points[start:end] for start, end in pairwise([0, *cuts, len(points)])]


def _path(points: Points) -> str:
    # In a drawing y points down.
    return " ".join(f"{x:.2f},{-y:.2f}" for x, y in points)
