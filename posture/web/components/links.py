"""Links from one page to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage as Page

_PAGES: Final = "pages"


def remember_pages(pages: Mapping[str, Page]) -> None:
    """Keep the pages by name, so that parts of one page can link to another."""
    st.session_state[_PAGES] = dict(pages)


def show_link(name: str, label: str) -> None:
    """Show a link to a page; following it keeps everything done so far."""
    page = st.session_state.get(_PAGES, {}).get(name)
    if page is not None:
        with st.container(key=f"po_link_{name}"):
            st.page_link(page, label=label, icon=":material/arrow_forward:")


def open_page(name: str) -> None:
    """Go to a page at once; nothing after this call is drawn."""
    st.switch_page(st.session_state[_PAGES][name])
