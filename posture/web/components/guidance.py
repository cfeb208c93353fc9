"""Guidance for taking the photo: two drawings and six lines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.web.components.markup import drawing, element, plain
from posture.web.texts import say

_HERE: Final = Path(__file__).resolve().parent
_LINES: Final = ("guide_1", "guide_2", "guide_3", "guide_4", "guide_5", "guide_6")


def show_guidance() -> None:
    """Show drawings of the set-up and of the view, and the six rules."""
    show_drawings()
    st.markdown("\n".join(f"- {say(line)}" for line in _LINES))


def show_drawings() -> None:
    """Show how the phone is set up, and what it should see."""
    st.html(
        element(
            "div",
            _figure("setup_drawing.svg", "guide_setup", "guide_setup_caption"),
            _figure("view_drawing.svg", "guide_view", "guide_view_caption"),
            css="po-guide",
        )
    )


def _figure(file: str, description: str, caption: str) -> str:
    svg = (_HERE / file).read_text(encoding="utf-8")
    svg = svg.replace("{distance}", plain(say("guide_distance")))
    return element(
        "figure",
        drawing(svg, alt=say(description)),
        element("figcaption", plain(say(caption))),
    )
