"""Style, footer and language of every page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.messages import ENGLISH
from posture.web.components.markup import element, plain
from posture.web.language import CHOICE, LANGUAGES, current_language
from posture.web.texts import say

_STYLE: Final = Path(__file__).resolve().parent / "style.css"


def show_style() -> None:
    """Put the project's own style on the page; no font or file comes from elsewhere."""
    st.html(_STYLE)


def show_footer() -> None:
    """Say on every page what this is not, where the photo stays, and offer other languages."""
    aid, *rest = (say(key) for key in ("foot_aid", "foot_privacy", "foot_keep"))
    st.html(
        element(
            "footer",
            element("strong", plain(aid)),
            element("span", plain(" ".join(rest))),
            css="po-foot",
        )
    )
    _show_language()


def show_failure(_error: Exception) -> bool:
    """Say in one sentence that a page failed; the server has written down why.

    Returns
    -------
    bool
        True: Streamlit's own message is not needed.
    """
    st.error(say("error_page"), icon=":material/error:")
    return True


def _show_language() -> None:
    language = current_language()
    # Streamlit leaves the page's language at English; a screen reader would speak German so.
    st.html(
        f'<script>document.documentElement.lang = "{language}"</script>',
        unsafe_allow_javascript=True,
    )
    with st.container(key="po_language_menu"):
        st.segmented_control(
            say("language"),
            tuple(LANGUAGES),
            default=None if CHOICE in st.session_state else language,
            required=True,
            format_func=LANGUAGES.__getitem__,
            key=CHOICE,
            persist_state="session",
        )
        if language != ENGLISH:
            st.caption(say("language_rest"))
