"""The frame around all pages: title, style, menu and footer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.web.components.frame import show_footer, show_style
from posture.web.pages import library, method, screen
from posture.web.texts import say

_ICON: Final = Path(__file__).resolve().parent / "components" / "icon.svg"


def show_pages() -> None:
    """Draw the page that the visitor is on."""
    # A material symbol as page icon would be fetched from a server of fonts.
    st.set_page_config(page_title=say("app_name"), page_icon=str(_ICON), layout="wide")
    show_style()
    page = st.navigation(
        [
            st.Page(
                screen.show,
                title=say("nav_screen"),
                icon=":material/photo_camera:",
                url_path="check",
                default=True,
            ),
            st.Page(
                library.show,
                title=say("nav_library"),
                icon=":material/fitness_center:",
                url_path="library",
            ),
            st.Page(
                method.show,
                title=say("nav_method"),
                icon=":material/menu_book:",
                url_path="method",
            ),
        ],
        position="top",
    )
    page.run()
    show_footer()
