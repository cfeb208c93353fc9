"""Phones page: let phones in, and pick up the photos that they sent."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.inputs.protocol import MOST_PHOTOS
from posture.web import state
from posture.web.components.links import open_page
from posture.web.components.markup import element, plain
from posture.web.lan.door import readable
from posture.web.lan.qr_code import qr_png
from posture.web.lan.reach import reach_of_server, shared_door
from posture.web.pages.send import show_link_note
from posture.web.services.inbox import Arrived, shared_inbox
from posture.web.services.preview import preview_jpeg
from posture.web.texts import say

LOOK_S: Final = 2
"""Seconds between two looks for a used code and for new photos."""


def show() -> None:
    """Draw the code and the inbox, side by side where there is room."""
    st.title(say("phones_title"), anchor=False)
    connect, arrived = st.columns([2, 3], gap="large")
    with connect:
        st.header(say("phones_connect"), anchor=False)
        _show_code()
        show_link_note()
    with arrived:
        st.header(say("phones_inbox"), anchor=False)
        _show_inbox()
        st.caption(say("phones_keep"))


@st.fragment(run_every=LOOK_S)
def _show_code() -> None:
    reach, door = reach_of_server(), shared_door()
    code = door.code()
    st.write(say("phones_scan"))
    st.image(qr_png(reach.link(code)), width=240, alt=say("phones_qr_alt", url=reach.url))
    st.write(say("phones_or", url=f"**{reach.url}**"))
    st.html(element("p", plain(readable(code.short)), css="po-code"))
    st.caption(say("phones_once"))
    inside = door.inside()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(say("phones_inside", count=inside), width="content")
        if inside:
            st.button(say("phones_clear"), on_click=door.clear, icon=":material/link_off:")


@st.fragment(run_every=LOOK_S)
def _show_inbox() -> None:
    photos = shared_inbox().photos()
    if not photos:
        st.info(say("phones_empty"), icon=":material/inbox:")
    if 1 < len(photos) <= MOST_PHOTOS and st.button(
        say("phones_together", count=len(photos)), type="primary"
    ):
        _check([arrived.id for arrived in photos])
    for number, arrived in enumerate(photos, 1):
        _show_arrived(number, arrived)


def _show_arrived(number: int, arrived: Arrived) -> None:
    picture, words = st.columns([1, 2], vertical_alignment="center")
    with picture:
        small = _small(arrived)
        if small is not None:
            st.image(small, width="stretch", alt=say("phones_photo_alt", number=number))
    with words:
        st.html(element("p", plain(arrived.photo.name), css="po-fine"))
        if st.button(say("phones_check"), key=f"check_{arrived.id}"):
            _check([arrived.id])
        st.button(
            say("phones_drop"),
            key=f"drop_{arrived.id}",
            type="tertiary",
            on_click=_drop,
            args=(arrived.id,),
        )


def _drop(name: str) -> None:
    shared_inbox().take(name)


def _check(names: list[str]) -> None:
    taken = [photo for photo in map(shared_inbox().take, names) if photo is not None]
    if taken:
        state.forget()
        state.start_with(taken)
        open_page("check")


def _small(arrived: Arrived) -> bytes | None:
    """Return a small picture, cached in the session so that each refresh costs nothing."""
    known: dict[str, bytes | None] = st.session_state.get("phones_small", {})
    if arrived.id not in known:
        waiting = {photo.id for photo in shared_inbox().photos()}
        known = {name: small for name, small in known.items() if name in waiting}
        known[arrived.id] = preview_jpeg(arrived.photo.data)
        st.session_state["phones_small"] = known
    return known[arrived.id]
