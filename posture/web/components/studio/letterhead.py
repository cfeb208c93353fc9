"""Form for the letterhead of printed sheets: name, contact line and logo."""

from __future__ import annotations

import base64
from datetime import date
from typing import Final

import streamlit as st

from posture.clients import LOCAL_OWNER, ClientStore
from posture.report.letterhead import letterhead_of
from posture.report.letterhead_store import (
    CONTACT_LENGTH,
    LOGO_BYTES,
    NAME_LENGTH,
    LetterheadDetails,
    load_letterhead,
    read_logo,
    save_letterhead,
)
from posture.report.pdf import not_printed
from posture.web.components.clients.notices import submit
from posture.web.components.markup import element, image
from posture.web.texts import say

_ROUND: Final = "studio_logo_round"


def show_letterhead(store: ClientStore) -> None:
    """Show the form, but only on the trainer's own computer, whose folder holds the letterhead.

    Raises
    ------
    SettingsError
        If the stored letterhead is damaged.
    """
    if store.owner != LOCAL_OWNER:
        return
    st.header(say("letterhead_title"), anchor=False)
    st.write(say("letterhead_lead"))
    now = load_letterhead()
    if now.logo is not None:
        address = f"data:image/png;base64,{base64.b64encode(now.logo).decode()}"
        st.html(element("div", image(address, alt=say("letterhead_logo_alt")), css="po-logo"))
    for line in not_printed(letterhead_of(now, day=date.today())):
        st.info(say("letterhead_no_font", name=line), icon=":material/font_download_off:")
    with st.form("letterhead", border=False):
        name = st.text_input(say("letterhead_name"), value=now.name, max_chars=NAME_LENGTH)
        contact = st.text_input(
            say("letterhead_contact"), value=now.contact, max_chars=CONTACT_LENGTH
        )
        file = st.file_uploader(
            say("letterhead_logo"),
            type=("png", "jpg", "jpeg", "webp"),
            key=f"studio_logo_{st.session_state.get(_ROUND, 0)}",
            max_upload_size=LOGO_BYTES // 2**20,
        )
        drop = now.logo is not None and st.checkbox(say("letterhead_no_logo"))
        sent = st.form_submit_button(say("letterhead_save"), icon=":material/save:")
    if sent:
        data = None if file is None else file.getvalue()
        kept = None if drop else now.logo
        submit(
            lambda: _store(name=name or "", contact=contact or "", data=data, kept=kept),
            say("letterhead_saved"),
        )


def _store(*, name: str, contact: str, data: bytes | None, kept: bytes | None) -> None:
    logo = kept if data is None else read_logo(data)
    save_letterhead(LetterheadDetails(name=name.strip(), contact=contact.strip(), logo=logo))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
