"""Before and after on one place, with a line between them that can be moved."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from posture.web.texts import say

_HERE: Final = Path(__file__).resolve().parent


def show_slider(before: tuple[str, str, str], after: tuple[str, str, str]) -> None:
    """Show two pictures of the same size over each other.

    Parameters
    ----------
    before, after : tuple of str
        Address of the picture, its short name, and what it shows in words.
    """
    keys = ("picture", "name", "alt")
    _element()(
        key="compare_slider",
        data={
            "before": dict(zip(keys, before, strict=True)),
            "after": dict(zip(keys, after, strict=True)),
            "label": say("compare_slide"),
            # The script in the browser fills this gap; it never holds a visitor's text.
            "position": say("compare_slide_at", percent="{percent}"),
        },
    )


@cache
def _element() -> ComponentRenderer:
    """Return the element; what differs between visitors travels as data, never in here."""
    html, css, js = (
        (_HERE / f"slider.{ending}").read_text(encoding="utf-8") for ending in ("html", "css", "js")
    )
    return st.components.v2.component("posture_slider", html=html, css=css, js=js)
