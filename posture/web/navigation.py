"""The frame around all pages: title, style, menu and footer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage as Page

from posture.web.components.frame import show_footer, show_style
from posture.web.components.links import remember_pages
from posture.web.pages import library, method, plan, screen
from posture.web.texts import say

_ICON: Final = Path(__file__).resolve().parent / "components" / "icon.svg"


def show_pages() -> None:
    """Draw the page that the visitor is on."""
    # A material symbol as page icon would be fetched from a server of fonts.
    st.set_page_config(page_title=say("app_name"), page_icon=str(_ICON), layout="wide")
    show_style()
    pages = {
        "check": _page(screen.show, "screen", ":material/photo_camera:", "check", default=True),
        "plan": _page(plan.show, "plan", ":material/event_available:", "plan"),
        "library": _page(library.show, "library", ":material/fitness_center:", "library"),
        "method": _page(method.show, "method", ":material/menu_book:", "method"),
    }
    page = st.navigation(list(pages.values()), position="top")
    remember_pages(pages)
    page.run()
    show_footer()


def _page(
    show: Callable[[], None], name: str, icon: str, path: str, *, default: bool = False
) -> Page:
    return st.Page(show, title=say(f"nav_{name}"), icon=icon, url_path=path, default=default)
