"""German is complete: no English sentence in plan, sheet, calendar, picture words or on a page."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from support.drawn import absent, analysis_of
from support.german import SAME, is_sentence, left_in_english, readable, squeezed
from support.paper_doll import Doll
from support.records import NEUTRAL, TYPE_A, TYPE_B, make_record

from posture.case.case import Case, PlanOptions, make_case, plan_without_photo
from posture.draw import OverlayOptions, draw_overlay
from posture.draw.legend import Panel
from posture.draw.lettering import FontWeight, font
from posture.messages import LOCALES, catalogue
from posture.program import load_library, parse_answers, plan_to_ics, plan_to_text
from posture.program.texts import phrases
from posture.report import make_sheet
from posture.report.html import render_html
from posture.report.pdf import render_pdf
from posture.report.plain_text import render_text
from posture.report.sheet import make_plan_sheet
from posture.web.texts import TEXTS

START = date(2026, 1, 5)
CLIENTS: Mapping[str, tuple[Mapping[str, object], dict[str, object]]] = {
    "type A, tested": (
        TYPE_A,
        {
            "tests.modified_thomas.left.thigh_above_horizontal": "yes",
            "tests.glute_bridge.quality": "poor",
        },
    ),
    "type B, many answers": (
        TYPE_B,
        {
            "about": {"age": 70, "sitting_hours": 10, "conditions": ["hypermobile", "wrist_pain"]},
            "sides": {"stronger": "right", "tighter": "left"},
            "signs": {"front_hip_stiffness": "yes", "shallow_breathing": "yes"},
        },
    ),
    "ordinary": (NEUTRAL, {"about": {"age": 30, "goal": "control", "level": "advanced"}}),
    "clinician first": (TYPE_A, {"health.fever_chills": "yes"}),
    "urgent": (TYPE_A, {"health.saddle_numbness": "yes"}),
}


def case_of(name: str) -> Case:
    person, answers = CLIENTS[name]
    record = make_record(**person)  # type: ignore[arg-type]
    return make_case(record, PlanOptions(start=START), answers=parse_answers(answers))


# --- catalogues ----------------------------------------------------------------------------


def test_every_text_of_the_programme_has_a_german_one() -> None:
    german = catalogue("de")
    wanted = {*readable(load_library()), *phrases().values()}
    assert len(wanted) > 1500
    missing = [
        text
        for text in wanted
        if is_sentence(text) and german.translated(text) == text and text not in SAME
    ]
    assert missing == []


def test_what_is_compared_would_be_found() -> None:
    assert left_in_english("<p>Lie on your back.</p>") == ["Lie on your back."]
    still = "Unchanged, as far as photos can tell:"
    assert left_in_english(f"Woche 2: {still} Brücke") == [still]
    assert left_in_english("Legen Sie sich auf den Rücken.") == []


def test_ids_and_numbers_of_the_library_are_those_of_the_english_one() -> None:
    english_one, german_one = load_library(), load_library("de")
    assert list(german_one.exercises) == list(english_one.exercises)
    for name, exercise in german_one.exercises.items():
        known = english_one.exercises[name]
        assert (exercise.dose, exercise.easier, exercise.harder, exercise.muscles) == (
            known.dose,
            known.easier,
            known.harder,
            known.muscles,
        )
        assert exercise.name != known.name
    assert german_one.rules.ladders == english_one.rules.ladders
    assert german_one.rules.limits == english_one.rules.limits


# --- what is printed -----------------------------------------------------------------------


@pytest.mark.parametrize("name", CLIENTS)
def test_sheet_text_and_calendar_are_german(name: str) -> None:
    case = case_of(name)
    phases = tuple(range(len(case.plan.phases)))
    sheet = make_sheet(case, phases=phases, language="de")
    page = render_html(sheet)
    assert '<html lang="de">' in page
    assert left_in_english(page) == []
    for reader in ("client", "trainer"):
        text = render_text(case, reader=reader, language="de")
        assert left_in_english(text) == []
    calendar = plan_to_ics(case.plan, language="de").replace("\r\n ", "")
    unescaped = calendar.replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n")
    assert left_in_english(unescaped) == []


def test_the_pdf_is_german() -> None:
    pages = PdfReader(io.BytesIO(render_pdf(make_sheet(case_of("type A, tested"), language="de"))))
    text = " ".join(page.extract_text() for page in pages.pages)
    assert "Beckenneigung" in text
    assert "Echte Hüftbeuger-Dehnung im Halbkniestand" in squeezed(text)
    assert left_in_english(text) == []


def test_a_plan_without_a_photo_is_german() -> None:
    plan = plan_without_photo(parse_answers({"about.age": 45}), start=START)
    sheet = make_plan_sheet(plan, language="de")
    assert left_in_english(render_html(sheet)) == []
    assert left_in_english(plan_to_text(plan, reader="trainer", language="de")) == []


def test_the_language_changes_words_and_nothing_else() -> None:
    case = case_of("type B, many answers")
    both = [make_sheet(case, phases=(0, 1), language=language) for language in ("en", "de")]
    for page, other in zip(both[0].plans, both[1].plans, strict=True):
        assert [len(group.cards) for group in page.groups] == [
            len(group.cards) for group in other.groups
        ]
        for group, twin in zip(page.groups, other.groups, strict=True):
            for card, double in zip(group.cards, twin.cards, strict=True):
                numbers = [re.findall(r"\d+", dose) for dose in card.doses]
                assert numbers == [re.findall(r"\d+", dose) for dose in double.doses]
                assert card.letters == double.letters


def test_the_words_on_the_picture_are_german(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = Panel.write

    def listening(panel: Panel, x: float, y: float, text: str, **look: Any) -> float:
        written.append(text)
        return write(panel, x, y, text, **look)

    monkeypatch.setattr(Panel, "write", listening)
    for analysis in (
        analysis_of(Doll()),
        analysis_of(Doll(), depth=absent("back_hidden"), parts=frozenset({"head"})),
    ):
        draw_overlay(analysis, options=OverlayOptions(language="de"))
    words = " ".join(written)
    assert "Beckenneigung" in words
    assert left_in_english(words) == []
    assert {"ä", "ö"} <= set(words)
    weights: tuple[FontWeight, ...] = ("Regular", "SemiBold")
    for weight in weights:
        # A letter that the font lacks is drawn as the same box as any other one that it lacks.
        lacking = bytes(font(weight, 40).getmask("\uffff"))
        assert all(bytes(font(weight, 40).getmask(letter)) != lacking for letter in "äöüÄÖÜß±–°„“")


def test_page_texts_are_all_there() -> None:
    assert (LOCALES / "de").is_dir()
    german = catalogue("de")
    assert [key for key, text in TEXTS.items() if not german.page_text(key, text)] == []
