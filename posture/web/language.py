"""The visitor's language.

Page texts are in English, under a key each, in :mod:`posture.web.texts`. All other sentences of the
package (names of measures, reasons, findings, refusals) are translated by their English; see
:mod:`posture.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from posture.messages import ENGLISH, catalogue

LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch"}
"""Code of each language to the name it has for itself."""

CHOICE: Final = "po_language"
"""Key of the visitor's choice in the session."""


def current_language() -> str:
    """Return the language that the visitor chose, else that of their browser.

    Outside of a page, in tests and logs for example, it is English.
    """
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    chosen = st.session_state.get(CHOICE)
    if chosen in LANGUAGES:
        return str(chosen)
    browser = st.context.locale
    wanted = browser.split("-")[0].lower() if isinstance(browser, str) else ENGLISH
    return wanted if wanted in LANGUAGES else ENGLISH


def page_text(key: str, english: str) -> str:
    """Return the page text for ``key`` in the visitor's language, with its gaps still open."""
    return catalogue(current_language()).page_text(key, english)


def translated(text: str) -> str:
    """Return a sentence of the package in the visitor's language.

    Parameters
    ----------
    text : str
        A label, reason, finding, refusal or any other text written by the package itself; never a
        text written by a visitor.

    Returns
    -------
    str
        The text itself if the language has no translation.
    """
    return catalogue(current_language()).translated(text)


def number_words(text: str) -> str:
    """Return a number or range ("7.0 to 9.4 %") as it is written in the visitor's language."""
    return catalogue(current_language()).number_words(text)
