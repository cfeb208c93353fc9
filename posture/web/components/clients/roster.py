"""List of clients: search, open, add."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from posture.clients import ClientStore, Details, Listed
from posture.web.components.clients.consent import consent_box
from posture.web.components.clients.details import details_fields, details_words
from posture.web.components.clients.notices import plain_markdown, submit
from posture.web.components.markup import element, plain
from posture.web.components.words import count_words, day_words
from posture.web.services.clients import LAST_CLIENT
from posture.web.texts import say

OPEN: Final = "clients_open"
"""Key of the client whose page is shown; absent while the list is shown."""

PAGE: Final = 25
_SHOWN: Final = "clients_shown"
_ADDED: Final = "clients_added"


def show_roster(store: ClientStore) -> None:
    """Show the clients of the visitor, with search and the form for a new one."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        words = st.text_input(
            say("clients_search"),
            key="clients_words",
            icon=":material/search:",
            placeholder=say("clients_search_hint"),
            on_change=lambda: st.session_state.pop(_SHOWN, None),
        )
        archived = st.toggle(say("clients_archived"), key="clients_show_archived")
    found = store.find(words or "", archived=archived)
    _show_add(store, expanded=not found and not words and not archived)
    _show_count(found, words=words or "", archived=archived)
    limit = st.session_state.get(_SHOWN, PAGE)
    for listed in found[:limit]:
        _show_line(listed)
    if len(found) > limit:
        st.button(say("library_more"), icon=":material/expand_more:", on_click=_show_more)


def open_client(client_id: str) -> None:
    """Open the page of one client."""
    st.session_state[OPEN] = client_id
    st.session_state[LAST_CLIENT] = client_id


def _show_count(found: tuple[Listed, ...], *, words: str, archived: bool) -> None:
    if found:
        st.caption(count_words("clients_count", len(found)))
    elif words:
        st.info(say("clients_not_found"), icon=":material/search_off:")
    elif archived:
        st.info(say("clients_none_archived"), icon=":material/inventory_2:")
    else:
        st.info(say("clients_empty"), icon=":material/group_add:")


def _show_line(listed: Listed) -> None:
    client = listed.client
    words = count_words("visits", listed.visits)
    if listed.last_visit is not None:
        words = say("visits_last", visits=words, day=day_words(listed.last_visit))
    facts = " · ".join(filter(None, (details_words(client.details), words)))
    with st.container(key=f"po_client_{client.id}", gap="xxsmall", border=True):
        st.button(
            plain_markdown(client.name),
            key=f"open_{client.id}",
            type="tertiary",
            on_click=open_client,
            args=(client.id,),
        )
        st.html(element("p", plain(facts), css="po-fine"))


def _show_add(store: ClientStore, *, expanded: bool) -> None:
    # A new key gives an empty form after each added client.
    key = f"add_{st.session_state.get(_ADDED, 0)}"
    with (
        st.expander(say("clients_add"), icon=":material/person_add:", expanded=expanded),
        st.form(f"form_{key}", border=False),
    ):
        details = details_fields(key)
        consented_on = consent_box(key)
        sent = st.form_submit_button(
            say("clients_add_button"), type="primary", icon=":material/save:"
        )
    if sent:
        submit(partial(_add, store, details, consented_on), say("clients_added"))


def _add(store: ClientStore, details: Callable[[], Details], consented_on: date | None) -> None:
    client = store.add(details(), consented_on=consented_on)
    st.session_state[_ADDED] = st.session_state.get(_ADDED, 0) + 1
    open_client(client.id)


def _show_more() -> None:
    st.session_state[_SHOWN] = st.session_state.get(_SHOWN, PAGE) + PAGE
