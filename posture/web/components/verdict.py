"""Verdict of photo and answers together, its reasons, and the effect of each missing test."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from posture.case.case import Case, verdict
from posture.program import Plan
from posture.report.content import EvidenceLine, OutlookLine, ScreeningBlock
from posture.report.finding_page import screening_block
from posture.screening.grade import flagged
from posture.screening.words import definition_lines
from posture.web.components.headline import badge, joined
from posture.web.components.markup import element, listing, plain, row
from posture.web.language import current_language, translated
from posture.web.texts import say

_COLUMNS = ("fit_outlook_item", "fit_if_positive", "fit_if_negative")


def show_verdict(case: Case) -> None:
    """Show the verdict, and where the answers moved it, the grades without and with them."""
    weighed = case.weighed
    alone, answered = badge(weighed.photo), badge(weighed.screening)
    grades = element(
        "div",
        _grade("fit_photo_alone", alone, css="po-badge po-plain"),
        _grade("fit_with_answers", answered, css="po-badge"),
        css="po-grades",
    )
    warm = flagged(weighed.screening.grade)
    st.html(
        element(
            "section",
            "" if alone == answered else grades,
            element("p", plain(joined(verdict(case))), css="po-verdict"),
            css=f"po-headline po-{'warm' if warm else 'calm'}",
        )
    )


def show_reasons(case: Case) -> None:
    """Show the types, the evidence for and against, and the tests that can change the grade."""
    block = screening_block(case, current_language())
    with st.expander(say("fit_evidence"), icon=":material/balance:"):
        for line in definition_lines(case.weighed.screening):
            st.write(translated(line))
        columns = (
            _column("fit_for", block.speaks_for),
            _column("fit_against", block.speaks_against),
            _column("fit_not_seen", block.not_seen),
        )
        st.caption(say("fit_tags"))
        st.html(element("div", *columns, css="po-signs"))
    if block.outlook:
        with st.expander(say("fit_outlook"), icon=":material/alt_route:"):
            st.html(_outlook(block))


def show_stop(plan: Plan, *, without: Collection[str] = ()) -> None:
    """Say that a clinician comes first, and why; urgent advice stands out.

    Parameters
    ----------
    plan : Plan
    without : collection of str
        Reasons that the page gives already, at the answers they belong to.
    """
    urgent = " po-urgent" if plan.outcome == "urgent" else ""
    reasons = [notice.text for notice in plan.notices if notice.text not in without]
    st.html(
        element(
            "section",
            element("h2", plain(translated(plan.headline))),
            listing(plain(translated(reason)) for reason in reasons) if reasons else "",
            *(element("p", plain(translated(note))) for note in plan.notes),
            css=f"po-stop{urgent}",
        )
    )


def _grade(key: str, grade: str, css: str) -> str:
    name = element("small", plain(say(key)))
    return element("div", name, element("span", plain(grade), css=css))


def _column(key: str, lines: tuple[EvidenceLine, ...]) -> str:
    head = element("h3", plain(say(key)))
    if not lines:
        return element("section", head, element("p", plain(say("signs_empty")), css="po-fine"))
    return element("section", head, listing(map(_line, lines), css="po-lines"))


def _line(line: EvidenceLine) -> str:
    detail = ", ".join(part for part in (line.tag, line.detail) if part)
    return plain(line.text) + " " + element("small", plain(f"({detail})"))


def _outlook(block: ScreeningBlock) -> str:
    head = element("thead", row(*(plain(say(column)) for column in _COLUMNS), head=True))
    body = element("tbody", *(_outlook_row(line) for line in block.outlook))
    return element("table", head, body, css="po-table po-outlook")


def _outlook_row(line: OutlookLine) -> str:
    name = element("b", plain(line.text)) if line.strong else plain(line.text)
    cells = zip(_COLUMNS[1:], (line.if_positive, line.if_negative), strict=True)
    return row(name, *(_cell(column, text) for column, text in cells))


def _cell(column: str, text: str) -> str:
    return element("span", plain(f"{say(column)}: "), css="po-narrow") + plain(text)
