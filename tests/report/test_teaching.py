"""Every statement that the programme teaches is printed on the sheet."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from support.records import TYPE_A, make_record
from support.teaching import ANSWERS, STATEMENTS, Statement, missing

from posture.case.case import PlanOptions, make_case
from posture.program import parse_answers
from posture.report import Sheet, make_sheet
from posture.report.html import render_html
from posture.report.pdf import render_pdf
from tests.report.test_sheet import START, html_text


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    made = make_case(
        make_record(**TYPE_A), PlanOptions(start=START), answers=parse_answers(dict(ANSWERS))
    )
    return make_sheet(made, phases=(0, 1, 2, 3))


@pytest.fixture(scope="module")
def printed(sheet: Sheet) -> dict[str, str]:
    pages = PdfReader(io.BytesIO(render_pdf(sheet))).pages
    return {
        "html": html_text(render_html(sheet)),
        "pdf": "".join(page.extract_text() for page in pages),
    }


@pytest.mark.parametrize("kind", ["html", "pdf"])
@pytest.mark.parametrize("statement", STATEMENTS, ids=[s.says for s in STATEMENTS])
def test_the_statement_is_on_the_sheet(
    statement: Statement, kind: str, printed: dict[str, str]
) -> None:
    assert missing(printed[kind], statement.on_sheet) == []


def test_each_page_says_once_that_it_is_no_diagnosis(sheet: Sheet) -> None:
    for page in PdfReader(io.BytesIO(render_pdf(sheet))).pages:
        assert page.extract_text().casefold().count("diagnos") == 1
