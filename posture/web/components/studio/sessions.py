"""Sessions of the repeatability measurement: new ones from photos, and the choice of two each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from posture.analysis.result import Analysis
from posture.clients import ClientStore, Details, Visit
from posture.comparison.repeatability import ADVISED_PEOPLE, MIN_PEOPLE
from posture.errors import PostureError
from posture.inputs.hints import Hints
from posture.inputs.protocol import NO_PROTOCOL
from posture.web.components.clients.notices import keep_notice, plain_markdown
from posture.web.components.words import count_words, day_words
from posture.web.language import translated
from posture.web.services.analyzer import shared_analyzer
from posture.web.services.clients import captures
from posture.web.services.examine import PhotoFile, examine
from posture.web.services.studio import MIN_PHOTOS, Person, closest_pair, person_of
from posture.web.texts import say

ChosenSessions: TypeAlias = dict[str, tuple[Visit, Visit]]
"""Two sessions of each person, by client id."""

CHOSEN: Final = "studio_people"
"""Key of the people chosen for the measurement."""

_ROUND: Final = "studio_round"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session as entered; ``client_id`` is empty for a new person."""

    client_id: str
    name: str
    day: date
    files: Sequence[UploadedFile]


def show_new_session(store: ClientStore, names: dict[str, str]) -> None:
    """Show the form for a session from photos; a problem with a photo is shown below it."""
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


def _form(names: dict[str, str]) -> NewSession | None:
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
            say("studio_photos"), accept_multiple_files=True, key=f"{key}_files"
        )
        sent = st.form_submit_button(say("studio_send"), icon=":material/add:")
    if not sent:
        return None
    return NewSession(
        client_id=client_id or "",
        name=name or "",
        day=day if isinstance(day, date) else today,
        files=files or (),
    )


def _save(store: ClientStore, entered: NewSession) -> str:
    """Measure the photos and save them as one visit, all of them or none."""
    if len(entered.files) < MIN_PHOTOS:
        raise PostureError(say("studio_too_few"), code="bad_study")
    new = Details(name=entered.name.strip()) if not entered.client_id else None
    details = new or store.get(entered.client_id).details
    analyses = [_analysis(file) for file in entered.files]
    found = captures(analyses, details, NO_PROTOCOL)
    return store.add_visit(new or entered.client_id, found, day=entered.day).client_id


def _analysis(file: UploadedFile) -> Analysis:
    photo = PhotoFile(name=Path(file.name).name, data=file.getvalue())
    examined = examine(photo, hints=Hints(), analyzer=shared_analyzer, tell=lambda _words: None)
    if examined.analysis is not None:
        return examined.analysis
    reason = translated(examined.error.message) if examined.error else ""
    raise PostureError(f"{photo.name}: {reason}", code="bad_study")


def show_sessions(store: ClientStore, names: dict[str, str]) -> ChosenSessions:
    """Let people and their sessions be chosen; return the people with two sessions."""
    people = _choose(store, names)
    chosen: ChosenSessions = {}
    for person in people:
        pair = _person(person)
        if pair is not None:
            chosen[person.id] = pair
    _show_progress(len(chosen))
    return chosen


def _choose(store: ClientStore, names: dict[str, str]) -> list[Person]:
    wanted = st.session_state.pop(f"{CHOSEN}_next", None)
    if wanted is not None:
        st.session_state[CHOSEN] = wanted
    chosen = st.multiselect(
        say("studio_people"),
        tuple(names),
        format_func=names.__getitem__,
        key=CHOSEN,
        placeholder=say("studio_people_hint"),
        persist_state="session",
    )
    return [person_of(store, key, names[key]) for key in chosen if key in names]


def _person(person: Person) -> tuple[Visit, Visit] | None:
    """Show the sessions of one person; return the chosen two, or ``None`` without two."""
    with st.container(border=True, key=f"po_studio_{person.id}", gap="xsmall"):
        st.markdown(f"**{plain_markdown(person.name)}**")
        if not person.complete:
            st.caption(count_words("studio_sessions", len(person.visits)))
            return None
        first, second = closest_pair(person.visits)
        if len(person.visits) == 2:
            st.caption(" · ".join(map(_words, person.visits)))
            return person.visits[0], person.visits[1]
        with st.container(horizontal=True, gap="medium"):
            one = _session(person, "first", first)
            two = _session(person, "second", second)
    return None if one.id == two.id else (one, two)


def _session(person: Person, which: str, start: int) -> Visit:
    visits = {visit.id: visit for visit in person.visits}
    chosen = st.selectbox(
        say(f"session_{which}"),
        tuple(visits),
        index=start,
        format_func=lambda key: _words(visits[key]),
        key=f"studio_{person.id}_{which}_{len(visits)}",
        width=280,
    )
    return visits[str(chosen)]


def _words(visit: Visit) -> str:
    return f"{day_words(visit.day)}, {count_words('photos', len(visit.shots))}"


def _show_progress(complete: int) -> None:
    words = say("studio_progress", count=complete, least=MIN_PEOPLE, better=ADVISED_PEOPLE)
    st.progress(min(1.0, complete / ADVISED_PEOPLE), text=words)
