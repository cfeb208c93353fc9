"""The style of the pages with clients, beside that of every page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_STYLE: Final = Path(__file__).resolve().parent / "clients.css"


def show_client_style() -> None:
    """Put the style on the page."""
    st.html(_STYLE)
