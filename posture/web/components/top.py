"""Way back to the top of the page when something else takes its place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_SCRIPT: Final = Path(__file__).resolve().parent / "top.js"


def show_top(what: str) -> None:
    """Scroll to the top of the page whenever ``what`` is another one than before."""
    _element()(key="scroll_to_top", data={"what": what})


@cache
def _element() -> ComponentRenderer:
    return st.components.v2.component("posture_top", js=_SCRIPT.read_text(encoding="utf-8"))
