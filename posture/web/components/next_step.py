"""The one thing to do next: begin, do the tests that tell more, or take a better photo."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from posture.case.outlook import Outlook, tests_to_do
from posture.screening.grade import Screening
from posture.web import state
from posture.web.components.clients.begin import begun_for
from posture.web.texts import say

SESSION: Final = "session"
TESTS: Final = "tests"
BEGUN: Final = "begun"
"""Where the visitor wants to go, both past the safety questions; and that they have begun."""

_ICONS: Final = {
    SESSION: ":material/play_arrow:",
    TESTS: ":material/fact_check:",
    "retake": ":material/photo_camera:",
}


def show_next_step(screening: Screening, outlook: tuple[Outlook, ...]) -> None:
    """Show one button for what comes next, and the other way below it in small.

    Parameters
    ----------
    screening : Screening
        Of photo and answers.
    outlook : tuple of Outlook
        What can still change its grade.
    """
    tests = tuple(each.item for each in tests_to_do(outlook))
    # A trainer saves the visit of a client first: one button leads, not two.
    leading: Literal["primary", "secondary"] = "primary" if begun_for() is None else "secondary"
    with st.container(key="po_next", gap="xsmall"):
        for place, step in enumerate(_order(screening, tests)):
            leads = place == 0
            st.button(
                _words(step, len(tests)),
                key=f"next_{step}",
                type=leading if leads else "tertiary",
                icon=_ICONS[step],
                width="stretch",
                on_click=_go,
                args=(step, tests),
            )


def _order(screening: Screening, tests: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps that make sense, the one to take first."""
    grade = screening.grade
    if grade == "undetermined":
        return ("retake", SESSION)
    if not tests or grade == "not_suggested":
        return (SESSION,)
    return (SESSION, TESTS) if grade == "likely" else (TESTS, SESSION)


def _words(step: str, tests: int) -> str:
    if step != TESTS:
        return say(f"next_{step}")
    return say(f"next_tests_{'one' if tests == 1 else 'two'}")


def _go(step: str, tests: tuple[str, ...]) -> None:
    if step == "retake":
        state.retake()
        return
    if step == TESTS:
        state.choose_tests(tests)
    state.lead_to(step)
