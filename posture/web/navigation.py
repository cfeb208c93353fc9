"""Frame of all pages: sign-in, title, style, menu and footer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage as Page

from posture.web.access import is_guest
from posture.web.access.login import show_account, signed_in
from posture.web.ahead import page_drawn
from posture.web.components.frame import show_footer, show_forget, show_style, show_upload_words
from posture.web.components.keeper.connection import watch_connection
from posture.web.components.keeper.keeper import keep_visit
from posture.web.components.links import remember_pages
from posture.web.lan.reach import reach_of_server
from posture.web.pages import (
    clients,
    compare,
    library,
    method,
    muscles,
    phones,
    photo_check,
    plan,
    send,
    studio,
    tests,
)
from posture.web.services.uploads import free_left_uploads
from posture.web.texts import say

_ICON: Final = Path(__file__).resolve().parent / "components" / "icon.svg"


def show_pages() -> None:
    """Draw the visitor's current page in its frame."""
    # A Material symbol as page icon would be fetched from a font server.
    st.set_page_config(page_title=say("app_name"), page_icon=str(_ICON), layout="wide")
    free_left_uploads()
    show_style()
    show_upload_words()
    watch_connection()
    if not signed_in():
        # Without a hidden menu, the address of a page would show Streamlit's "not found".
        st.navigation([st.Page(_blank, title=say("app_name"))], position="hidden")
        show_footer()
        return
    of_clients = {} if is_guest() else _for_trainers()
    pages = _for_everybody() | (of_clients or _for_guests()) | _for_reading()
    page = st.navigation(list(pages.values()), position="top")
    remember_pages(pages)
    keep_visit()
    page.run()
    show_account()
    # Beside a client's record, "this visit" would be taken for a stored one.
    if page.url_path not in of_clients:
        show_forget()
    show_footer()
    page_drawn()


def _for_everybody() -> dict[str, Page]:
    """Return the pages for everybody, guests from the local network included."""
    return {
        "check": _page(
            photo_check.show, "screen", ":material/photo_camera:", "check", default=True
        ),
        "plan": _page(plan.show, "plan", ":material/event_available:", "plan"),
        "tests": _page(tests.show, "tests", ":material/fact_check:", "tests", hidden=True),
    }


def _for_trainers() -> dict[str, Page]:
    """Return the pages for the trainer alone; every page that shows clients belongs here."""
    pages = {
        "clients": _page(clients.show, "clients", ":material/group:", "clients"),
        "compare": _page(compare.show, "compare", ":material/compare:", "compare"),
        "studio": _page(studio.show, "studio", ":material/rule:", "studio"),
    }
    if reach_of_server().kind != "lan":
        return pages
    return pages | {"phones": _page(phones.show, "phones", ":material/qr_code_2:", "phones")}


def _for_guests() -> dict[str, Page]:
    return {"send": _page(send.show, "send", ":material/send_to_mobile:", "send")}


def _for_reading() -> dict[str, Page]:
    return {
        "library": _page(library.show, "library", ":material/fitness_center:", "library"),
        "muscles": _page(muscles.show, "muscles", ":material/accessibility_new:", "muscles"),
        "method": _page(method.show, "method", ":material/menu_book:", "method"),
    }


def _blank() -> None:
    """Draw nothing."""


def _page(
    show: Callable[[], None],
    name: str,
    icon: str,
    path: str,
    *,
    default: bool = False,
    hidden: bool = False,
) -> Page:
    return st.Page(
        show,
        title=say(f"nav_{name}"),
        icon=icon,
        url_path=path,
        default=default,
        visibility="hidden" if hidden else "visible",
    )
