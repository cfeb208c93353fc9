"""The pictures of two visits: with a line between them, side by side, or as outlines."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.clients import ClientStore, Visit
from posture.web.components.compare.pictures import both_outlines, one_picture
from posture.web.components.compare.slider import show_slider
from posture.web.components.markup import element, image, plain
from posture.web.components.words import day_words
from posture.web.services.compare import Pair, layer, outline
from posture.web.texts import say

_MODES: Final = ("slider", "side", "outlines")


def show_views(store: ClientStore, pair: Pair) -> None:
    """Show both visits on one scale, in the way that the visitor chooses."""
    mode = st.segmented_control(
        say("view"),
        _MODES,
        default=_MODES[0],
        required=True,
        format_func=lambda name: say(f"view_{name}"),
        key="compare_view",
    )
    before, after = outline(pair.before), outline(pair.after)
    if before is None or after is None:
        st.info(say("view_not_whole"), icon=":material/crop:")
        return
    if mode == "outlines":
        drawn = image(both_outlines(before, after), alt=say("view_outlines_alt"))
        st.html(element("figure", drawn, _legend(pair), css="po-one-scale"))
        return
    _show_pictures(store, pair, mode=mode or _MODES[0])


def _show_pictures(store: ClientStore, pair: Pair, *, mode: str) -> None:
    kept = any(shot.photo_kept for visit in (pair.before, pair.after) for shot in visit.shots)
    hide = kept and bool(st.toggle(say("view_hide_face"), key="compare_hide_face"))
    layers = [layer(store, visit, hide_face=hide) for visit in (pair.before, pair.after)]
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


def _legend(pair: Pair) -> str:
    days = (("before", pair.before.day), ("after", pair.after.day))
    items = (
        element("span", element("i", css=f"po-key po-key-{side}"), plain(day_words(day)))
        for side, day in days
    )
    return element("figcaption", *items)
