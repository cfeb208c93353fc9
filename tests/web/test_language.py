"""Every word in every language: complete, with the same gaps, and calm."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import posture
from posture.texts import FLAGS, LABELS, PATTERNS, REASONS
from posture.web import language
from posture.web.language import CHOICE, ENGLISH, LANGUAGES, catalogue, number_words, told
from posture.web.texts import TEXTS, say

OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
PACKAGE = Path(posture.__file__).parent
FEAR = (
    r"fehlhaltung|falsche haltung|fehlstellung|gefahr|gefähr|krank|leiden|schaden|schäd|schief\b"
    r"|schwerwiegend|schlechte haltung|schlimm|störung|verschleiß|verschliss|defekt|beschädig"
    r"|behandl|patient|risiko|problemzone|instabil"
    r"|haltung\w* korrigier|korrigier\w* (sie )?(ihre )?haltung"
)
SAME = {
    "app_name",
    "guide_distance",
    "file_plan",
    "nav_plan",
    "code_label",
    "studio_icc",
    "nav_studio",
    "joined",
    "fix_value",
    "letterhead_logo",
    "client_name",
    "studio_person",
}
"""Texts that are the same word in both."""


def gaps(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current_language", lambda: "de")


@pytest.mark.parametrize("other", OTHERS)
def test_every_page_text_is_there_with_the_same_gaps(other: str) -> None:
    pages = catalogue(other).pages
    assert sorted(set(TEXTS) - set(pages)) == []
    assert sorted(set(pages) - set(TEXTS)) == []
    assert [key for key in TEXTS if gaps(TEXTS[key]) != gaps(pages[key])] == []


@pytest.mark.parametrize("other", OTHERS)
def test_it_is_really_another_language(other: str) -> None:
    pages = catalogue(other).pages
    same = {
        key for key, text in pages.items() if text == TEXTS[key] and re.search("[a-z]{3}", text)
    }
    assert same <= SAME


@pytest.mark.parametrize("other", OTHERS)
def test_emphasis_and_ends_of_sentences_are_kept(other: str) -> None:
    pages = catalogue(other).pages
    assert [key for key in TEXTS if TEXTS[key].count("**") != pages[key].count("**")] == []
    ends = {key for key in TEXTS if (TEXTS[key][-1] in ".?") != (pages[key][-1] in ".?")}
    # German months and days are written with a point.
    assert {key for key in ends if not key.startswith("month_")} == set()


def test_german_is_calm_and_says_sie() -> None:
    words = catalogue("de")
    texts = [*words.pages.values(), *words.sentences.values(), *(de for _, de in words.patterns)]
    text = " ".join(texts)
    assert re.findall(FEAR, text.lower()) == []
    assert re.findall(r"\b(du|dein\w*|dir|dich)\b", text) == []


def core_sentences() -> Iterator[str]:
    """Everything that measures, reasons, refusals and findings say, with numbered gaps."""
    yield from (*LABELS.values(), *REASONS.values(), *FLAGS.values(), *PATTERNS.values())
    for name in ("findings.py", "people.py", "pose.py", "view.py", "facing.py", "stance.py"):
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from spoken(node)


def spoken(call: ast.Call) -> Iterator[str]:
    """Return the sentences that a call of an error or a finding hands over."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "PoseError" and call.args:
        yield from literal(call.args[0])
    if name == "Finding":
        for keyword in call.keywords:
            if keyword.arg in ("message", "advice"):
                yield from literal(keyword.value)


def literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        numbers = iter(range(10))
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}"
            for part in node.values
        )


def filled(sentence: str) -> str:
    return re.sub(r"\{\d\}", "5", sentence)


@pytest.mark.usefixtures("german")
def test_refusals_findings_measures_and_reasons_are_translated() -> None:
    sentences = set(core_sentences())
    assert len(sentences) > 60
    assert sorted(s for s in sentences if told(filled(s)) == filled(s)) == []


@pytest.mark.usefixtures("german")
def test_what_changes_in_a_sentence_is_kept() -> None:
    found = told("The person is turned about 14° out of the side view.")
    assert "14°" in found
    assert "person is" not in found


@pytest.mark.usefixtures("german")
def test_numbers_and_ranges_are_written_the_german_way() -> None:
    assert number_words("8.2 %") == "8,2 %"
    assert number_words("7.0 to 9.4 %") == "7,0 bis 9,4 %"
    assert number_words("−6° to 22°") == "−6° bis 22°"
    assert told("14°") == "14°"
    # Only numbers: names, files and sentences stay as they are.
    for text in ("photo 1.2.jpg", "v0.10.31", "Step 3 to 4 metres back", "Anna 2.0"):
        assert number_words(text) == text


@pytest.mark.usefixtures("german")
def test_gaps_take_numbers_in_the_language() -> None:
    assert say("cost", cost="1.5") == "etwa ±1,5°"
    assert say("sample", number=2) == "Beispiel 2"


def test_outside_of_a_page_everything_is_english() -> None:
    assert say("sample", number=2) == "Sample 2"
    assert told("Too much of the back is covered or out of the picture.").startswith("Too much")


def page() -> None:
    import streamlit as st

    from posture.web.language import current_language

    st.write(current_language())


@pytest.mark.parametrize(
    ("locale", "chosen", "expected"),
    [
        (None, None, "en"),
        ("en-GB", None, "en"),
        ("de", None, "de"),
        ("de-AT", None, "de"),
        ("fr-FR", None, "en"),
        ("de-DE", "en", "en"),
        ("en-US", "de", "de"),
        ("en-US", "xx", "en"),
    ],
)
def test_the_menu_comes_before_the_browser(
    monkeypatch: pytest.MonkeyPatch, locale: str | None, chosen: str | None, expected: str
) -> None:
    from streamlit.runtime.context import ContextProxy
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(ContextProxy, "locale", property(lambda _self: locale))
    app = AppTest.from_function(page)
    if chosen is not None:
        app.session_state[CHOICE] = chosen
    assert app.run().markdown[0].value == expected
