"""Translations: complete, with the same gaps as the English, and calm."""

from __future__ import annotations

import ast
import importlib.util
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import write_po
from playwright.sync_api import Browser
from support.chromium import PATIENCE_MS

import posture
from posture.analysis.record import read_record
from posture.errors import PhotoError
from posture.inputs.corrections import POINT_PLACES
from posture.measures.catalogue import MEASURES
from posture.messages import ENGLISH, NUMBER_FORMAT, Message, message
from posture.pelvis.stickers import SENTENCES
from posture.photo.load import load_photo
from posture.screening.words import TITLES
from posture.texts import FLAGS, LABELS, REASONS, UNIT_WORDS
from posture.view.findings import MESSAGES, yaw_findings
from posture.web import language
from posture.web.language import CHOICE, LANGUAGES, number_words, translated
from posture.web.texts import TEXTS, say

OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
PACKAGE = Path(posture.__file__).parent
SCRIPT = PACKAGE.parent / "scripts" / "messages.py"
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
    "nav_tests",
    "train_begin",
    "visit_plan",
    "visit_tests",
    "compare_tests",
    "code_label",
    "studio_icc",
    "nav_studio",
    "joined",
    "fix_value",
    "letterhead_logo",
    "client_name",
    "studio_person",
}
"""Texts that are the same in both languages."""


def gaps(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current_language", lambda: "de")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=OTHERS)
def entries(request: pytest.FixtureRequest, script: ModuleType) -> list[Any]:
    """Entries of the catalogue of one language."""
    return [item for item in script.read(request.param) if item.id]


@pytest.fixture
def pages(entries: list[Any]) -> dict[str, str]:
    return {
        item.context: item.string
        for item in entries
        if item.context is not None and item.context != NUMBER_FORMAT
    }


# --- catalogues ----------------------------------------------------------------------------


def test_every_language_has_a_catalogue(script: ModuleType) -> None:
    assert script.languages() == OTHERS


@pytest.mark.parametrize("other", OTHERS)
def test_the_compiled_catalogue_equals_its_source(other: str, script: ModuleType) -> None:
    """``make messages`` compiles the catalogues."""
    written = {(item.context, item.id): item.string for item in script.read(other) if item.id}
    with script.po_file(other).with_suffix(".mo").open("rb") as stream:
        compiled = {(i.context, i.id): i.string for i in read_mo(stream) if i.id}
    assert compiled == written


def test_catalogues_hold_what_the_package_says_and_nothing_else(
    entries: list[Any], script: ModuleType
) -> None:
    """``make messages`` renews the catalogues."""
    wanted = {(item.context, item.id) for item in script.template() if item.id}
    assert {(item.context, item.id) for item in entries} == wanted
    assert set(script.sentences()) <= {text for context, text in wanted if context is None}


def test_everything_is_translated_with_the_same_gaps(entries: list[Any]) -> None:
    assert [item.id for item in entries if not item.string or item.fuzzy] == []
    assert [item.id for item in entries if gaps(item.id) != gaps(item.string)] == []


def test_every_page_text_is_there(pages: dict[str, str]) -> None:
    assert sorted(set(TEXTS) ^ set(pages)) == []


def test_translations_differ_from_the_english(pages: dict[str, str]) -> None:
    same = {
        key for key, text in pages.items() if text == TEXTS[key] and re.search("[a-z]{3}", text)
    }
    assert same <= SAME


def test_translations_keep_emphasis_and_final_punctuation(pages: dict[str, str]) -> None:
    assert [key for key in TEXTS if TEXTS[key].count("**") != pages[key].count("**")] == []
    ends = {key for key in TEXTS if (TEXTS[key][-1] in ".?") != (pages[key][-1] in ".?")}
    # German writes abbreviated months with a full stop.
    assert {key for key in ends if not key.startswith("month_")} == set()


def test_german_is_calm_and_says_sie(script: ModuleType) -> None:
    text = " ".join(item.string for item in script.read("de") if item.id)
    assert len(text) > 30_000
    assert re.findall(FEAR, text.lower()) == []
    assert re.findall(r"\b(du|dein\w*|dir|dich)\b", text) == []


def test_renewing_keeps_every_translation_and_begins_new_languages(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, before = script.template(), pairs(script.read("de"))
    source = script.po_file("de").read_bytes()
    monkeypatch.setattr(script, "LOCALES", tmp_path)
    script.po_file("de").parent.mkdir(parents=True)
    script.po_file("de").write_bytes(source)
    for other in ("de", "fr"):
        script.renew(other, wanted)
    assert pairs(script.read("de")) == before
    assert pairs(script.read("fr")) == [(key, "") for key, _ in before]


def test_the_old_translation_of_a_changed_text_is_not_shown(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "LOCALES", tmp_path)
    first, second = Catalog(), Catalog()
    first.add("Take {count} photos.", context="again")
    first.add("Hips slightly bent")
    second.add("Take {count} photos today.", context="again")
    script.renew("de", first)
    catalog = script.read("de")
    catalog.get("Take {count} photos.", context="again").string = "Machen Sie {count} Fotos."
    with script.po_file("de").open("wb") as stream:
        write_po(stream, catalog)
    script.renew("de", second)
    (kept,) = [item for item in script.read("de") if item.id]
    assert kept.fuzzy
    assert kept.string == "Machen Sie {count} Fotos."
    with script.po_file("de").with_suffix(".mo").open("rb") as stream:
        assert [item for item in read_mo(stream) if item.id] == []


def pairs(catalog: Any) -> list[tuple[tuple[str | None, str], str]]:
    return [((item.context, item.id), item.string) for item in catalog if item.id]


# --- sentences of the package --------------------------------------------------------------

OLD_RESULTS = sorted((SCRIPT.parents[1] / "tests/data/version_0_1_0/results").glob("0*.json"))
GATE = (
    "view/findings.py",
    "view/facing.py",
    "view/gate.py",
    "view/parallax.py",
    "view/stance.py",
    "pose/detector.py",
    "pose/plausibility.py",
)
"""Modules whose refusals and findings the pages show."""


def core_sentences() -> Iterator[str]:
    """Yield the sentences of measures, reasons, refusals and findings, with their gaps open."""
    yield from (*LABELS.values(), *REASONS.values(), *FLAGS.values(), *TITLES.values())
    yield from (*MESSAGES.values(), *(text for pair in SENTENCES.values() for text in pair))
    yield from (*POINT_PLACES.values(), *UNIT_WORDS.values())
    yield from (definition.meaning for definition in MEASURES.values())
    for name in GATE:
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from spoken(node)


def spoken(call: ast.Call) -> Iterator[str]:
    """Yield the sentences passed to an error, a finding or a message."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    handed = list(call.args[:1]) if name in ("PoseError", "message") else []
    if name == "Finding":
        handed += [word.value for word in call.keywords if word.arg in ("message", "advice")]
    yield from (
        node.value
        for node in handed
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def filled(sentence: str) -> Message:
    return message(sentence, **dict.fromkeys(gaps(sentence), "5"))


@pytest.mark.usefixtures("german")
def test_refusals_findings_measures_and_reasons_are_translated() -> None:
    sentences = set(core_sentences())
    assert len(sentences) > 60
    assert sorted(s for s in sentences if translated(filled(s)) == filled(s)) == []


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("path", OLD_RESULTS, ids=lambda path: path.name)
def test_what_the_first_version_stored_is_still_translated(path: Path) -> None:
    record = read_record(path)
    said = [evidence.text for evidence in record.screening.evidence]
    said += [finding.advice for finding in record.findings]
    said += [finding.message for finding in record.findings if finding.code not in MESSAGES]
    assert len(said) > 5
    assert [text for text in said if translated(text) == text] == []


@pytest.mark.usefixtures("german")
def test_reasons_for_not_standing_still_are_translated() -> None:
    tree = ast.parse((PACKAGE / "view" / "stance.py").read_text(encoding="utf-8"))
    reasons = {
        node.value
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in ("_bent", "_striding")
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    }
    assert len(reasons) == 5
    assert sorted(reason for reason in reasons if translated(reason) == reason) == []


@pytest.mark.usefixtures("german")
def test_values_in_a_sentence_are_kept() -> None:
    (turned,) = yaw_findings(14.0)
    found = translated(turned.message)
    assert "14°" in found
    assert "person is" not in found


@pytest.mark.usefixtures("german")
def test_words_inside_a_sentence_are_translated_and_names_are_not() -> None:
    missing = message(MESSAGES["cropped"], parts=("the head", "the feet"))
    assert translated(missing) == (
        "Das Bild zeigt dies nicht: den Kopf, die Füße. Was davon abhängt, fehlt."
    )
    point = message("The point {point} lies outside the picture.", point=message("Shoulder"))
    assert translated(point) == "Der Punkt Schulter liegt außerhalb des Bildes."
    name = "{Hip} of 1.5"
    consent = message("{name} has not consented to keeping photos.", name=name)
    assert translated(consent).startswith(f"{name} hat nicht eingewilligt")


@pytest.mark.usefixtures("german")
def test_a_sentence_without_a_translation_stays_whole_and_english() -> None:
    text = message("Nobody ever said {this} about {parts}.", this="2.5", parts=("the head",))
    assert translated(text) == "Nobody ever said 2.5 about the head."
    assert translated("") == ""


@pytest.mark.usefixtures("german")
def test_a_refused_photo_is_named_in_the_language_of_the_page() -> None:
    with pytest.raises(PhotoError) as caught:
        load_photo(b"no photo", name="hips.jpg")
    assert str(caught.value).startswith("hips.jpg is not a photo of a known kind")
    sent = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert translated(sent.message).startswith("hips.jpg ist kein Foto bekannter Art")


@pytest.mark.usefixtures("german")
def test_numbers_and_ranges_are_written_the_german_way() -> None:
    assert number_words("8.2 %") == "8,2 %"
    assert number_words("7.0 to 9.4 %") == "7,0 bis 9,4 %"
    assert number_words("−6° to 22°") == "−6° bis 22°"
    assert translated("14°") == "14°"
    # Only numbers: names, files and sentences stay as they are.
    for text in ("photo 1.2.jpg", "v0.10.31", "Step 3 to 4 metres back", "Anna 2.0"):
        assert number_words(text) == text


@pytest.mark.usefixtures("german")
def test_gaps_take_numbers_in_the_language() -> None:
    assert say("cost", cost="1.5") == "etwa ±1,5°"
    assert say("sample", number=2) == "Beispiel 2"


def test_outside_a_page_everything_is_english() -> None:
    assert say("sample", number=2) == "Sample 2"
    assert translated("Too much of the back is covered or out of the picture.").startswith(
        "Too much"
    )


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
def test_the_menu_overrides_the_language_of_the_browser(
    monkeypatch: pytest.MonkeyPatch, locale: str | None, chosen: str | None, expected: str
) -> None:
    from streamlit.runtime.context import ContextProxy
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(ContextProxy, "locale", property(lambda _self: locale))
    app = AppTest.from_function(page)
    if chosen is not None:
        app.session_state[CHOICE] = chosen
    assert app.run().markdown[0].value == expected


def test_upload_buttons_speak_the_language_of_the_page(browser: Browser, address: str) -> None:
    """Streamlit has the words of its upload button in English alone."""
    context = browser.new_context(locale="de-DE")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    button = page.locator("[data-testid=stFileUploaderDropzone] button")
    button.wait_for()
    said = button.evaluate("each => getComputedStyle(each, '::after').content")
    hidden = button.locator("[data-testid=stMarkdownContainer]").evaluate(
        "each => each.offsetWidth"
    )
    context.close()
    assert said == '"Fotos auswählen"'
    assert hidden == 1
