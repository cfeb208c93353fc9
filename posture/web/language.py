"""The language that a visitor reads.

Page texts stand in English under a key in :mod:`posture.web.texts`; everything else that the
package says (names of measures, reasons, findings, refusals) is translated by its own English, see
:mod:`posture.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from posture.messages import ENGLISH, catalogue

LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch"}
"""Language to its own name for itself."""

CHOICE: Final = "po_language"
"""Key of the menu; holds what the visitor chose."""


def current_language() -> str:
    """Return the language the visitor chose, or else the one of their browser.

    English is for everything that is not drawn for a visitor, such as tests and logs.
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
    """Return the page text for ``key`` in the visitor's language, gaps still open."""
    return catalogue(current_language()).page_text(key, english)


def translated(text: str) -> str:
    """Return a sentence of the package in the visitor's language.

    Parameters
    ----------
    text : str
        A label, a reason, a finding, a refusal: any text that the package itself wrote. Texts
        that a visitor wrote must not come here.

    Returns
    -------
    str
        The text itself when the language has no word for it.
    """
    return catalogue(current_language()).translated(text)


def number_words(text: str) -> str:
    """Return a number or a range ("7.0 to 9.4 %") as the visitor's language writes it."""
    return catalogue(current_language()).number_words(text)
