"""Page on how it works, readable in a minute."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.web.components.story import show_story
from posture.web.texts import say

SECTIONS: Final = 6


def show() -> None:
    """Draw the page: what is measured, what a range is, its worth, and where photos stay."""
    with st.container(width=760, key="po_method"):
        st.title(say("method_title"), anchor=False)
        for number in range(1, SECTIONS + 1):
            st.subheader(say(f"method_{number}_title"), anchor=False)
            st.write(say(f"method_{number}"))
    show_story(folded=True)
