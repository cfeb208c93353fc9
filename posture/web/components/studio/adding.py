"""Add a session from photos: measured at once and saved as a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from posture.analysis.analyzer import Hints
from posture.analysis.result import Analysis
from posture.clients import ClientStore, Details
from posture.errors import PostureError
from posture.inputs.protocol import NO_PROTOCOL
from posture.web.components.clients.notices import keep_notice, plain_markdown
from posture.web.components.picker import TYPES
from posture.web.language import translated
from posture.web.services.analyzer import shared_analyzer
from posture.web.services.clients import captures
from posture.web.services.examine import PhotoFile, examine
from posture.web.services.studio import PHOTOS
from posture.web.texts import say

CHOSEN: Final = "studio_people"
"""Key of the people in the study."""

_ROUND: Final = "studio_round"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session on its way in; ``client_id`` is empty for a new person."""

    client_id: str
    name: str
    day: date
    files: Sequence[UploadedFile]


def show_adding(store: ClientStore, names: dict[str, str]) -> None:
    """Show the form; what was wrong with a photo is said below it."""
    with st.expander(say("studio_add"), icon=":material/add_a_photo:", expanded=not names):
        entered = _form(names)
        if entered is None:
            return
        try:
            with st.spinner(say("studio_working")):
                client_id = _save(store, entered)
        except PostureError as error:
            st.error(plain_markdown(translated(error.message)), icon=":material/error:")
            return
    chosen = [*st.session_state.get(CHOSEN, ()), client_id]
    st.session_state[f"{CHOSEN}_next"] = list(dict.fromkeys(chosen))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    keep_notice(say("studio_added"), good=True)
    st.rerun()


def _form(names: dict[str, str]) -> Entered | None:
    key = f"studio_{st.session_state.get(_ROUND, 0)}"
    client_id = st.selectbox(
        say("studio_person"),
        ("", *names),
        format_func=lambda key: names[key] if key else say("save_new"),
        key=f"{key}_person",
    )
    with st.form(f"{key}_form", border=False):
        name = "" if client_id else st.text_input(say("client_name"), key=f"{key}_name")
        today = date.today()
        day = st.date_input(
            say("visit_day"), today, max_value=today, format="YYYY-MM-DD", width=190
        )
        files = st.file_uploader(
            say("studio_photos"), type=TYPES, accept_multiple_files=True, key=f"{key}_files"
        )
        sent = st.form_submit_button(say("studio_send"), icon=":material/add:")
    if not sent:
        return None
    return Entered(
        client_id=client_id or "",
        name=name or "",
        day=day if isinstance(day, date) else today,
        files=files or (),
    )


def _save(store: ClientStore, entered: Entered) -> str:
    """Measure the photos and keep them as one visit; all of them or none."""
    if len(entered.files) < PHOTOS:
        raise PostureError(say("studio_too_few"), code="bad_study")
    new = Details(name=entered.name.strip()) if not entered.client_id else None
    details = new or store.get(entered.client_id).details
    analyses = [_analysis(file) for file in entered.files]
    found = captures(analyses, details, NO_PROTOCOL)
    return store.add_visit(new or entered.client_id, found, day=entered.day).client_id


def _analysis(file: UploadedFile) -> Analysis:
    photo = PhotoFile(name=Path(file.name).name, data=file.getvalue())
    outcome = examine(photo, hints=Hints(), analyzer=shared_analyzer, tell=lambda _words: None)
    if outcome.analysis is not None:
        return outcome.analysis
    reason = translated(outcome.error.message) if outcome.error else ""
    raise PostureError(f"{photo.name}: {reason}", code="bad_study")
