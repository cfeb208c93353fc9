"""Letterhead of a sheet, and the sheet of a plan without a photo."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from pypdf import PdfReader
from support.records import TYPE_A, make_record

from posture.case.case import Case, PlanOptions, make_case, plan_without_photo
from posture.errors import SettingsError
from posture.program import parse_answers
from posture.report import Sheet, make_sheet
from posture.report.html import render_html
from posture.report.letterhead import Letterhead, letterhead_of
from posture.report.letterhead_store import (
    CONTACT_LENGTH,
    NAME_LENGTH,
    LetterheadDetails,
    read_logo,
)
from posture.report.pdf import render_pdf
from posture.report.sheet import make_plan_sheet

START = date(2026, 1, 5)
CLIENT, TRAINER = "Maria & Söhne <b>", "Studio Nordlicht"
CONTACT = "Hafenstraße 1 · 040 123456"


def logo(size: tuple[int, int] = (400, 120)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(buffer, "PNG")
    return read_logo(buffer.getvalue())


def case() -> Case:
    return make_case(make_record(**TYPE_A), PlanOptions(start=START))


PAGES = 5
"""Finding, plan, how to do it, why, and the hip flexors."""

FULL = letterhead_of(
    LetterheadDetails(name=TRAINER, contact=CONTACT, logo=logo()), day=START, client=f" {CLIENT} "
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pages(sheet: Sheet) -> list[str]:
    reader = PdfReader(io.BytesIO(render_pdf(sheet)))
    return [squeezed(page.extract_text()) for page in reader.pages]


def test_every_page_carries_names_date_and_logo() -> None:
    sheet = make_sheet(case(), letterhead=FULL)
    reader = PdfReader(io.BytesIO(render_pdf(sheet)))
    assert len(reader.pages) == PAGES
    for page in reader.pages:
        text = squeezed(page.extract_text())
        for wanted in (CLIENT, TRAINER, CONTACT, "Mon 5 Jan 2026"):
            assert squeezed(wanted) in text
        assert any(picture.image.size == (400, 120) for picture in page.images)
    shown = render_html(sheet)
    in_html = shown.count("<main")
    assert shown.count("Maria &amp; Söhne &lt;b&gt;") == in_html
    assert shown.count("data:image/png") == in_html
    assert shown.count('class="fields filled"') == in_html


def test_an_empty_letterhead_leaves_lines_to_write_on() -> None:
    sheet = make_sheet(case())
    shown = render_html(sheet)
    assert shown.count("<dd></dd>") == 3 * PAGES
    assert 'class="logo"' not in shown
    for text in pages(sheet):
        assert "NameDateTrainer" in text


@pytest.mark.parametrize("size", [(900, 60), (60, 900), (300, 300)])
def test_the_longest_texts_and_any_logo_stay_in_the_head(size: tuple[int, int]) -> None:
    head = Letterhead(
        client="W" * NAME_LENGTH,
        date="Wed 30 Sep 2026",
        trainer="M" * NAME_LENGTH,
        contact="w" * CONTACT_LENGTH,
        logo=logo(size),
    )
    sheet = make_sheet(case(), letterhead=head)
    assert len(pages(sheet)) == PAGES
    found = PdfReader(io.BytesIO(render_pdf(sheet))).pages[0]
    ends: list[float] = []

    def note(text: str, _user: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip().startswith(("WWW", "MMM")):
            ends.append(matrix[4] + len(text.strip()) * 0.95 * size)

    found.extract_text(visitor_text=note)
    assert len(ends) >= 2
    assert max(ends) < 595


def test_a_name_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingsError, match="name of the client"):
        Letterhead(client="x" * (NAME_LENGTH + 1))


def test_points_placed_by_hand_are_named_on_the_sheet() -> None:
    made = case()
    marked = replace(made, record=replace(made.record, corrected=("facing", "asis", "psis")))
    assert make_sheet(marked).photo[0] == "Placed by hand: facing, ASIS, PSIS."
    assert "Placed by hand" not in " ".join(make_sheet(made).photo)


# --- a plan without a photo ----------------------------------------------------------------


def test_a_plan_alone_has_its_page_and_says_that_it_is_no_diagnosis() -> None:
    plan = plan_without_photo(parse_answers({"about": {"age": 41}}), start=START)
    sheet = make_plan_sheet(plan, letterhead=FULL)
    page, *reading = pages(sheet)
    assert f"Page1of{PAGES - 1}" in page
    assert len(reading) == PAGES - 2
    assert squeezed(CLIENT) in page
    assert "notadiagnosis" in page
    assert "fromyouranswersalone" in page
    assert "Lowercrossed" not in page
    assert "Newphotos" in page
    shown = render_html(sheet)
    assert shown.count("<main") == PAGES - 1
    assert squeezed("not a diagnosis") in squeezed(shown)


def test_a_plan_alone_prints_every_phase_when_asked() -> None:
    plan = plan_without_photo(parse_answers({}), start=START)
    sheet = make_plan_sheet(plan, phases=(0, 1, 2, 3))
    printed = pages(sheet)
    assert sum("Openseverysession" in page for page in printed) == len(sheet.plans) == 4
    assert render_html(sheet).count("<main") == len(printed)


def test_an_urgent_answer_leaves_one_page_and_no_exercise() -> None:
    plan = plan_without_photo(parse_answers({"health.saddle_numbness": "yes"}), start=START)
    sheet = make_plan_sheet(plan, letterhead=FULL)
    (page,) = pages(sheet)
    assert squeezed(plan.headline) in page
    assert squeezed(TRAINER) in page
    for word in ("Yourplan", "Everyday", "Whatthephotoshows", "Lowercrossed"):
        assert word not in page
    shown = render_html(sheet)
    assert shown.count("<main") == 1
    assert plan.headline in shown
