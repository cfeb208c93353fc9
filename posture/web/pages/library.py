"""Library page: all exercises, with search and filters."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.web.components.exercise import exercise_card
from posture.web.components.markup import element
from posture.web.components.safety import show_urgent_stop
from posture.web.services.browse import NO_KIT, TRACKS, TYPES, Filters, browse, extra_kit
from posture.web.texts import say

PAGE: Final = 12
"""Cards added at a time; a card with its pictures has about 30 kB."""

_SHOWN: Final = "library_shown"


def show() -> None:
    """Draw the filters, and the exercises that pass them."""
    if show_urgent_stop():
        return
    st.title(say("library_title"), anchor=False)
    st.write(say("library_lead"))
    found = browse(_show_filters())
    count = "library_one" if len(found) == 1 else "library_count"
    st.caption(say(count, count=len(found)) if found else say("library_none"))
    limit = st.session_state.get(_SHOWN, PAGE)
    cards = (exercise_card(exercise.id) for exercise in found[:limit])
    st.html(element("div", *cards, css="po-library"))
    if len(found) > limit:
        st.button(say("library_more"), icon=":material/expand_more:", on_click=_show_more)


def _show_filters() -> Filters:
    words = st.text_input(
        say("library_search"),
        key="library_words",
        placeholder=say("library_search_hint"),
        icon=":material/search:",
        on_change=_from_the_top,
        persist_state="session",
    )
    names = {NO_KIT: say("library_kit_none"), **extra_kit()}
    with st.container(gap="small"):
        types = _pills("library_type", {kind: say(f"type_{kind}") for kind in TYPES})
        tracks = _pills("library_for", {track: say(f"serves_{track}") for track in TRACKS})
        kit = _pills("library_kit", names)
    return Filters(words=words, types=types, tracks=tracks, kit=kit)


def _pills(key: str, names: dict[str, str]) -> frozenset[str]:
    chosen = st.pills(
        say(key),
        tuple(names),
        selection_mode="multi",
        format_func=names.__getitem__,
        wrap=True,
        key=key,
        on_change=_from_the_top,
        persist_state="session",
    )
    return frozenset(chosen)


def _show_more() -> None:
    st.session_state[_SHOWN] = st.session_state.get(_SHOWN, PAGE) + PAGE


def _from_the_top() -> None:
    st.session_state.pop(_SHOWN, None)
