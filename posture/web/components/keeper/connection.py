"""Word on a lost connection, in place of Streamlit's own, which speaks of servers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from posture.web.texts import say

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE: Final = Path(__file__).resolve().parent


def watch_connection() -> None:
    """Have the page say when it cannot reach the app, and be silent again once it can."""
    with st.container(key="po_connection_place"):
        _element()(key="po_connection", data={"lost": say("connection_lost")})


@cache
def _element() -> ComponentRenderer:
    script = (_HERE / "connection.js").read_text(encoding="utf-8")
    return st.components.v2.component("posture_connection", js=script)
