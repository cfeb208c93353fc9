"""Sign-in of a hosted app; nothing else is drawn until the visitor has signed in."""

from __future__ import annotations

import streamlit as st

from posture.web.access.owner import login_configured
from posture.web.lan.reach import reach_of_server
from posture.web.texts import say


def signed_in() -> bool:
    """Return whether the visitor may see pages; if not, show the sign-in page."""
    if login_configured():
        if st.user.is_logged_in:
            return True
        _show_sign_in()
        return False
    if reach_of_server().kind != "hosted":
        return True
    st.error(say("sign_missing"), icon=":material/lock:")
    return False


def show_account() -> None:
    """Show who is signed in and a button to sign out; nothing in an app without sign-in."""
    if not login_configured() or not st.user.is_logged_in:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="po_account"):
        name = st.user.get("name") or st.user.get("email") or st.user.get("sub")
        st.caption(say("sign_as", name=str(name)), width="content")
        st.button(say("sign_out"), icon=":material/logout:", type="tertiary", on_click=st.logout)


def _show_sign_in() -> None:
    with st.container(width=560):
        st.title(say("sign_title"), anchor=False)
        st.write(say("sign_lead"))
        st.button(say("sign_in"), type="primary", icon=":material/login:", on_click=st.login)
