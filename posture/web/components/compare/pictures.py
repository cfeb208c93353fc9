"""Pictures of two visits on one scale: ankle on ankle, at the same body height."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Literal

import streamlit as st

from posture.clients import ClientStore, Visit
from posture.clients.pairs import Layer, VisitPair, layer_of, outline_of
from posture.geometry.stored_outline import Points
from posture.web.components.compare.slider import show_slider
from posture.web.components.markup import element, image, plain
from posture.web.components.words import day_words
from posture.web.texts import say

Side = Literal["before", "after"]

VIEW: Final = (-32.0, -101.0, 64.0, 107.0)
"""Left, top, width and height of the drawing in percent of body height, with the ankle at 0, 0."""

GAP: Final = 2.0
"""Percent of body height; points of an outline are half a percent apart, except at the face, which
is left out."""

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
"""Only the drawing without people has a dark version: photos are bright in any theme."""

_MODES: Final = ("slider", "side", "outlines")


def show_pictures(store: ClientStore, pair: VisitPair) -> None:
    """Show both visits on one scale: with a slider, side by side or as outlines."""
    mode = st.segmented_control(
        say("view"),
        _MODES,
        default=_MODES[0],
        required=True,
        format_func=lambda name: say(f"view_{name}"),
        key="compare_view",
    )
    before, after = outline_of(pair.before), outline_of(pair.after)
    if before is None or after is None:
        st.info(say("view_not_whole"), icon=":material/crop:")
        return
    if mode == "outlines":
        drawn = image(both_outlines(before, after), alt=say("view_outlines_alt"))
        st.html(element("figure", drawn, _legend(pair), css="po-one-scale"))
        return
    _show_photos(store, pair, mode=mode or _MODES[0])


def _show_photos(store: ClientStore, pair: VisitPair, *, mode: str) -> None:
    kept = any(shot.photo_kept for visit in (pair.before, pair.after) for shot in visit.shots)
    hide = kept and bool(st.toggle(say("view_hide_face"), key="compare_hide_face"))
    layers = [layer_of(store, visit, hide_face=hide) for visit in (pair.before, pair.after)]
    if layers[0] is None or layers[1] is None:
        st.info(say("view_not_whole"), icon=":material/crop:")
        return
    first = (one_picture(layers[0], "before"), *_names(pair.before))
    second = (one_picture(layers[1], "after"), *_names(pair.after))
    if mode == "slider":
        show_slider(first, second)
        return
    figures = (
        element("figure", image(source, alt=alt), element("figcaption", plain(name)))
        for source, name, alt in (first, second)
    )
    st.html(element("div", *figures, css="po-side-by-side"))


def _names(visit: Visit) -> tuple[str, str]:
    day = day_words(visit.day)
    return day, say("view_alt", day=day)


def _legend(pair: VisitPair) -> str:
    days = (("before", pair.before.day), ("after", pair.after.day))
    items = (
        element("span", element("i", css=f"po-key po-key-{side}"), plain(day_words(day)))
        for side, day in days
    )
    return element("figcaption", *items)


def one_picture(layer: Layer, side: Side) -> str:
    """Return the picture of one visit, person and outline, as a data URL."""
    a, b, c, d, e, f = layer.placement
    data = base64.b64encode(layer.picture).decode()
    width, height = layer.size
    photo = (
        f'<image href="data:image/jpeg;base64,{data}" width="{width}" height="{height}" '
        f'transform="matrix({a:.5f} {b:.5f} {c:.5f} {d:.5f} {e:.4f} {f:.4f})"/>'
    )
    return _url("wall", _STYLE, [photo, _outline(layer.outline, f"line {side}")])


def both_outlines(before: Points, after: Points) -> str:
    """Return the picture of both outlines, one over the other, as a data URL."""
    parts = (_outline(before, "skin before"), _outline(after, "skin after"))
    return _url("paper", _STYLE + _NIGHT, parts)


def _url(ground: str, style: str, parts: Iterable[str]) -> str:
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
    """Draw the outline as far as it was seen; where points are missing, the line has a gap."""
    drawn = []
    for piece in map(_path, pieces(points)):
        if "skin" in css:
            drawn.append(f'<polygon class="{css} body" points="{piece}"/>')
        drawn.append(f'<polyline class="{css} rim" points="{piece}"/>')
    return "".join(drawn)


def pieces(points: Points) -> list[Points]:
    """Cut a line at gaps wider than :data:`GAP`."""
    cuts = [
        number
        for number, (one, other) in enumerate(pairwise(points), start=1)
        if math.dist(one, other) > GAP
    ]
    return [points[start:end] for start, end in pairwise([0, *cuts, len(points)])]


def _path(points: Points) -> str:
    # In an SVG, y points down.
    return " ".join(f"{x:.2f},{-y:.2f}" for x, y in points)
