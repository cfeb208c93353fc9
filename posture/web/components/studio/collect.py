"""What is collected so far: people, their two sessions, and what is missing."""

from __future__ import annotations

import streamlit as st

from posture.clients import ClientStore, Visit
from posture.comparison.repeatability import ADVISED_PEOPLE, MIN_PEOPLE
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.studio.adding import CHOSEN
from posture.web.components.words import count_words, day_words
from posture.web.services.studio import Person, closest, person_of
from posture.web.texts import say

Chosen = dict[str, tuple[Visit, Visit]]


def show_collected(store: ClientStore, names: dict[str, str]) -> Chosen:
    """Let people and sessions be chosen, and return those that are complete."""
    people = _choose(store, names)
    chosen: Chosen = {}
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
    """Show the sessions of one person; return two of them when there are two."""
    with st.container(border=True, key=f"po_studio_{person.id}", gap="xsmall"):
        st.markdown(f"**{plain_markdown(person.name)}**")
        if not person.complete:
            st.caption(count_words("studio_sessions", len(person.visits)))
            return None
        first, second = closest(person.visits)
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
