"""Slider: two pictures in one place, with a line to move between before and after."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from posture.web.texts import say

_HERE: Final = Path(__file__).resolve().parent


def show_slider(before: tuple[str, str, str], after: tuple[str, str, str]) -> None:
    """Show two pictures of the same size, one over the other.

    Parameters
    ----------
    before, after : tuple of str
        URL of the picture, its short name, and its content in words.
    """
    keys = ("picture", "name", "alt")
    _element()(
        key="compare_slider",
        data={
            "before": dict(zip(keys, before, strict=True)),
            "after": dict(zip(keys, after, strict=True)),
            "label": say("compare_slide"),
            # The script in the browser fills this gap, never with a visitor's text.
            "position": say("compare_slide_at", percent="{percent}"),
        },
    )


@cache
def _element() -> ComponentRenderer:
    """Return the component, the same for all visitors; what differs is passed as data."""
    html, css, js = (
        (_HERE / f"slider.{ending}").read_text(encoding="utf-8") for ending in ("html", "css", "js")
    )
    return st.components.v2.component("posture_slider", html=html, css=css, js=js)
