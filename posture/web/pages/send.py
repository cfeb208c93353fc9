"""Send page: photos from a connected phone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.web.components.markup import element, plain
from posture.web.components.picker import LIMIT_MB
from posture.web.lan.reach import reach_of_server
from posture.web.lan.sessions import shared_sessions
from posture.web.services.examine import PhotoFile
from posture.web.services.inbox import shared_inbox
from posture.web.texts import say

_FORM: Final = "send_form"
_SENT: Final = "send_sent"


def show() -> None:
    """Draw the upload field, and whether the last photos arrived."""
    st.title(say("send_title"), anchor=False)
    st.write(say("send_lead"))
    form = f"{_FORM}_{st.session_state.get(_FORM, 0)}"
    with st.form(form, border=False):
        files = st.file_uploader(
            say("send_field"),
            accept_multiple_files=True,
            key=f"{form}_files",
            help=say("upload_help"),
            max_upload_size=LIMIT_MB,
        )
        pressed = st.form_submit_button(
            say("send_button"), type="primary", icon=":material/send:", width="stretch"
        )
    if pressed and files:
        photos = [PhotoFile(name=Path(file.name).name, data=file.getvalue()) for file in files]
        here = shared_sessions().host_is_here()
        sent = sum(shared_inbox().put(photo) for photo in photos) if here else 0
        st.session_state[_SENT] = (sent, len(photos), here)
        # A form with a new name is empty, and the server forgets the files of the old one.
        st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
        st.rerun()
    _show_sent()
    show_link_note()


def show_link_note() -> None:
    """Say whether the connection is encrypted."""
    if reach_of_server().secure:
        st.caption(say("link_secure"))
    else:
        st.html(element("p", plain(say("link_plain")), css="po-care"))


def _show_sent() -> None:
    sent, tried, here = st.session_state.get(_SENT, (0, 0, True))
    if not here:
        st.warning(say("send_nobody"), icon=":material/inbox:")
        return
    if sent:
        st.success(say("send_done", count=sent), icon=":material/check_circle:")
    if sent < tried:
        st.warning(say("send_full"), icon=":material/inbox:")
