"""Notices: one sentence about what was just done, shown once at the top of the next page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from posture.web.language import translated
from posture.web.services.clients import attempt

_NOTICE: Final = "clients_notice"


def submit(work: Callable[[], object], success: str, *, stays: bool = False) -> None:
    """Change the client file and redraw the page; an error is shown in place.

    Parameters
    ----------
    work : callable
    success : str
        Notice if it worked, in the visitor's language.
    stays : bool
        Whether the notice tells what to do next, and is not to vanish by itself.
    """
    trouble = attempt(work)
    if trouble is not None:
        st.error(plain_markdown(translated(trouble)), icon=":material/error:")
        return
    keep_notice(success, good=True, stays=stays)
    st.rerun()


def submit_in_callback(work: Callable[[], object], success: str) -> None:
    """Change the client file in a callback, and keep a notice of success or error for the page.

    Parameters
    ----------
    work : callable
    success : str
        Notice if it worked, in the visitor's language.
    """
    trouble = attempt(work)
    keep_notice(translated(trouble) if trouble else success, good=trouble is None)


def keep_notice(text: str, *, good: bool, stays: bool = False) -> None:
    """Keep a notice for the next page."""
    st.session_state[_NOTICE] = (text, good, stays)


def show_notice() -> None:
    """Show the kept notice, and forget it."""
    text, good, stays = st.session_state.pop(_NOTICE, ("", True, False))
    # Always one element, so that everything below keeps its place.
    with st.container(key="po_notice"):
        if text and good and stays:
            st.success(plain_markdown(text), icon=":material/check:")
        elif text and good:
            # The button that was pressed may be far below this place.
            st.toast(plain_markdown(text), icon=":material/check:", duration="long")
        elif text:
            st.error(plain_markdown(text), icon=":material/error:")


def plain_markdown(text: str) -> str:
    """Return text escaped for Markdown, so that a client's name is shown exactly as it is."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|<>~$:&" else letter for letter in text
    )
