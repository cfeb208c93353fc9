"""Two people-shaped outlines on one scale: ankle on ankle, head at the same height."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from posture.web.services.aligned import Layer

FloatArray = NDArray[np.float64]
Side = Literal["before", "after"]

VIEW: Final = (-38.0, -104.0, 76.0, 110.0)
"""Left, top, width and height of the drawing in percent of body height; the ankle is at 0, 0."""

_STYLE: Final = """
.wall { fill: #eff4f2 } .floor, .plumb { stroke: #8ba09b; stroke-width: .3; fill: none }
.plumb { stroke-dasharray: 1.4 1 }
.skin { stroke-linejoin: round; stroke-width: .7 }
.before { stroke: #8a4b08; fill: #8a4b08; stroke-dasharray: 1.6 .8 }
.after { stroke: #0b6b66; fill: #0b6b66 }
.skin { fill-opacity: .12 } .line { fill: none; stroke-width: .55 }
.bare { fill-opacity: .3; stroke-dasharray: none }
@media (prefers-color-scheme: dark) {
  .wall { fill: #1c2624 } .floor, .plumb { stroke: #76908a }
  .before { stroke: #f0b56b; fill: #f0b56b } .after { stroke: #5ec9be; fill: #5ec9be }
  .line { fill: none }
}
"""


def one_picture(layer: Layer, side: Side) -> str:
    """Return one visit as the address of a picture: photo, when it was kept, and outline."""
    if layer.picture is None:
        return _address([_outline(layer, f"skin bare {side}")])
    a, b, c, d, e, f = layer.placement
    data = base64.b64encode(layer.picture).decode()
    width, height = layer.size
    photo = (
        f'<image href="data:image/jpeg;base64,{data}" width="{width}" height="{height}" '
        f'transform="matrix({a:.5f} {b:.5f} {c:.5f} {d:.5f} {e:.4f} {f:.4f})"/>'
    )
    return _address([photo, _outline(layer, f"line {side}")])


def both_outlines(before: Layer, after: Layer) -> str:
    """Return both outlines over each other as the address of a picture."""
    sides = (("before", before), ("after", after))
    return _address(_outline(layer, f"skin {side}") for side, layer in sides)


def _address(parts: Iterable[str]) -> str:
    left, top, width, height = VIEW
    right = left + width
    frame = f'<rect class="wall" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    marks = f'<path class="floor" d="M{left} 4H{right}"/><path class="plumb" d="M0 {top}V4"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{10 * width:.0f}" height="{10 * height:.0f}">'
        f"<style>{_STYLE}</style>{frame}{''.join(parts)}{marks}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _outline(layer: Layer, css: str) -> str:
    # In a drawing y points down.
    points = " ".join(f"{x:.2f},{-y:.2f}" for x, y in layer.outline)
    return f'<polygon class="{css}" points="{points}"/>'
