"""Downloads of the plan, each written only on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from posture.web.language import current_language
from posture.web.services.planning import (
    FIRST_PHASE,
    FittedPlan,
    calendar_file,
    plan_file,
    sheet_writer,
    stored_letterhead,
)
from posture.web.texts import say

_TYPES: Final = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".json": "application/json",
}


def show_plan_files(fitted: FittedPlan, *, blur_face: bool) -> None:
    """Offer the sheet, the calendar and the plan."""
    st.header(say("fit_files"), anchor=False)
    stem = Path(fitted.analysis.photo).stem if fitted.analysis else ""
    phases = tuple(range(len(fitted.plan.phases))) if _all_phases(fitted) else FIRST_PHASE
    letterhead, problem = stored_letterhead(date.today())
    if problem:
        st.warning(problem, icon=":material/error:")
    sheet = partial(sheet_writer, fitted, blur_face=blur_face, phases=phases, letterhead=letterhead)
    files: list[tuple[str, str, Callable[[], bytes]]] = [
        ("file_sheet_pdf", ".pdf", sheet(".pdf")),
        ("file_sheet_html", ".html", sheet(".html")),
    ]
    if fitted.plan.outcome == "programme":
        files.append(("file_calendar", ".ics", partial(calendar_file, fitted, current_language())))
    files.append(("file_plan", ".json", partial(plan_file, fitted)))
    with st.container(horizontal=True, gap="small"):
        for key, ending, write in files:
            _button(key, f"{stem or 'posture'}.plan{ending}", write, _TYPES[ending])


def _all_phases(fitted: FittedPlan) -> bool:
    if fitted.plan.outcome != "programme":
        return False
    return st.toggle(say("fit_all_phases"), key="plan_all_phases", persist_state="session")


def _button(key: str, name: str, write: Callable[[], bytes], mime: str) -> None:
    st.download_button(
        say(key),
        write,
        file_name=name,
        mime=mime,
        key=key,
        icon=":material/download:",
        type="primary" if key == "file_sheet_pdf" else "secondary",
        on_click="ignore",
    )
