"""Clients page: the list, and one client with visits, consent and record."""

from __future__ import annotations

import streamlit as st

from posture.clients import Client, ClientStore, Visit
from posture.clients.model import damage_notice
from posture.errors import PostureError
from posture.web.components.clients.begin import begin_visit
from posture.web.components.clients.consent import show_consent
from posture.web.components.clients.notices import plain_markdown, show_notice
from posture.web.components.clients.person import (
    close_client,
    show_archive,
    show_delete,
    show_edit,
    show_head,
)
from posture.web.components.clients.roster import OPEN, show_roster
from posture.web.components.clients.transfer import show_export, show_files
from posture.web.components.clients.unlock import unlocked_store
from posture.web.components.clients.visits import show_visits
from posture.web.components.frame import show_style
from posture.web.components.links import open_page
from posture.web.language import translated
from posture.web.texts import say


def show() -> None:
    """Draw the list of clients, or the client that is open."""
    show_style("clients/clients.css")
    try:
        # One client's page has the name as its heading, which nobody may read yet.
        store = unlocked_store(title=say("clients_title"))
        if store is None:
            return
        client_id = st.session_state.get(OPEN)
        if client_id is None:
            _show_list(store)
        else:
            _show_client(store, client_id)
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")
        if OPEN in st.session_state:
            st.button(say("clients_back"), icon=":material/arrow_back:", on_click=close_client)


def _show_list(store: ClientStore) -> None:
    st.title(say("clients_title"), anchor=False)
    st.write(say("clients_lead"))
    show_notice()
    show_roster(store)
    show_files(store)


def _show_client(store: ClientStore, client_id: str) -> None:
    client = store.get(client_id)
    visits = store.visits(client_id)
    show_head(client)
    show_notice()
    entries: tuple[Client | Visit, ...] = (client, *visits)
    damaged = damage_notice(part for entry in entries for part in entry.damaged)
    if damaged is not None:
        st.warning(plain_markdown(translated(damaged)), icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        if st.button(say("clients_new_visit"), type="primary", icon=":material/add_a_photo:"):
            begin_visit(store, client)
            open_page("check")
        if len(visits) > 1 and st.button(say("clients_compare"), icon=":material/compare:"):
            open_page("compare")
        show_export(store, client)
        show_archive(store, client)
    show_visits(store, client, visits)
    st.header(say("client_record"), anchor=False)
    show_edit(store, client)
    kept = sum(shot.photo_kept for visit in visits for shot in visit.shots)
    show_consent(store, client, kept)
    show_delete(store, client, len(visits))
