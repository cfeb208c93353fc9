"""One sentence about what was just done, shown once at the top of the next page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from posture.web.language import translated
from posture.web.services.clients import attempt

_NOTICE: Final = "clients_notice"


def submit(work: Callable[[], object], success: str) -> None:
    """Change the client file and draw the page anew; what went wrong is said in place.

    Parameters
    ----------
    work : callable
    success : str
        What to say when it worked, in the visitor's language.
    """
    trouble = attempt(work)
    if trouble is not None:
        st.error(plain_markdown(translated(trouble)), icon=":material/error:")
        return
    keep_notice(success, good=True)
    st.rerun()


def do(work: Callable[[], object], success: str) -> None:
    """Change the client file from a callback, and keep for the page what to say about it.

    Parameters
    ----------
    work : callable
    success : str
        What to say when it worked, in the visitor's language.
    """
    trouble = attempt(work)
    keep_notice(translated(trouble) if trouble else success, good=trouble is None)


def keep_notice(text: str, *, good: bool) -> None:
    """Keep a sentence for the next page."""
    st.session_state[_NOTICE] = (text, good)


def show_notice() -> None:
    """Show what was just done, and forget it."""
    text, good = st.session_state.pop(_NOTICE, ("", True))
    # Always one element, so that what follows keeps its place.
    with st.container(key="po_notice"):
        if text and good:
            st.success(plain_markdown(text), icon=":material/check:")
        elif text:
            st.error(plain_markdown(text), icon=":material/error:")


def plain_markdown(text: str) -> str:
    """Return text that Markdown shows as it is: names of clients hold no formatting."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|<>~$:&" else letter for letter in text
    )
