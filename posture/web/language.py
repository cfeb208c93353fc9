"""Which language a visitor reads, and the other languages' catalogues.

English is written where the words are used or kept: page texts under a key in
:mod:`posture.web.texts`, everything else (names of measures, reasons, findings, refusals) as
sentences of the package. A catalogue of another language is a folder of TOML files in
``locales``: ``[pages]`` holds page texts by key, ``[sentences]`` holds translations of sentences
by their English, with ``{0}``, ``{1}`` for what changes. What a catalogue lacks is shown in
English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch"}
"""Language to its own name for itself."""

ENGLISH: Final = "en"
CHOICE: Final = "po_language"
"""Key of the menu; holds what the visitor chose."""

_FOLDER: Final = Path(__file__).resolve().parent / "locales"
_GAP: Final = re.compile(r"\{(\d+)\}")
_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")
_NUMBER: Final = r"[-+±−]?\d+(?:\.\d+)?(?: ?(?:°|%|cm|kg))?"
_NUMERIC: Final = re.compile(rf"{_NUMBER}(?: to {_NUMBER})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The words of one language.

    Parameters
    ----------
    pages : Mapping[str, str]
        Key to text, with the same gaps as the English one.
    sentences : Mapping[str, str]
        English sentence without gaps to its translation.
    patterns : tuple of (pattern, str)
        English sentences with gaps as patterns, with their translations.
    decimal : str
        What stands between whole and part of a number.
    to : str
        The word between the ends of a range.
    """

    pages: Mapping[str, str]
    sentences: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    decimal: str
    to: str


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


@cache
def catalogue(language: str) -> Catalogue:
    """Read the catalogue of a language; the one for English is empty."""
    files = sorted((_FOLDER / language).glob("*.toml"))
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    pages = {key: text for table in tables for key, text in table.get("pages", {}).items()}
    told = {key: text for table in tables for key, text in table.get("sentences", {}).items()}
    numbers = cast("dict[str, str]", next((t["numbers"] for t in tables if "numbers" in t), {}))
    return Catalogue(
        pages=pages,
        sentences={english: text for english, text in told.items() if not _GAP.search(english)},
        patterns=tuple(
            (_pattern(english), text) for english, text in told.items() if _GAP.search(english)
        ),
        decimal=numbers.get("decimal", "."),
        to=numbers.get("to", "to"),
    )


def page_text(key: str, english: str) -> str:
    """Return the page text for ``key`` in the visitor's language, gaps still open."""
    return catalogue(current_language()).pages.get(key, english)


def told(text: str) -> str:
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
    words = catalogue(current_language())
    if text in words.sentences:
        return words.sentences[text]
    for pattern, translation in words.patterns:
        match = pattern.fullmatch(text)
        if match:
            parts = [", ".join(map(told, part.split(", "))) for part in match.groups()]
            return translation.format(*parts)
    return number_words(text)


def number_words(text: str) -> str:
    """Return a number or a range ("7.0 to 9.4 %") as the visitor's language writes it."""
    if _NUMERIC.fullmatch(text) is None:
        return text
    words = catalogue(current_language())
    return _POINT.sub(words.decimal, text.replace(" to ", f" {words.to} "))


def _pattern(english: str) -> re.Pattern[str]:
    pieces = _GAP.split(english)
    return re.compile(
        "".join(re.escape(piece) if i % 2 == 0 else "(.+?)" for i, piece in enumerate(pieces)),
        re.DOTALL,
    )
