"""Style and footer of every page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.web.components.markup import element, plain
from posture.web.texts import say

_STYLE: Final = Path(__file__).resolve().parent / "style.css"


def show_style() -> None:
    """Put the project's own style on the page; no font or file comes from elsewhere."""
    st.html(_STYLE)


def show_footer() -> None:
    """Say on every page what this is not, and where the photo stays."""
    aid, *rest = (say(key) for key in ("foot_aid", "foot_privacy", "foot_keep"))
    st.html(
        element(
            "footer",
            element("strong", plain(aid)),
            element("span", plain(" ".join(rest))),
            css="po-foot",
        )
    )
