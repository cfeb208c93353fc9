"""Parts of the page of one client: head, details, archive, deletion."""

from __future__ import annotations

from functools import partial

import streamlit as st

from posture.clients import Client, ClientStore
from posture.web.components.clients.details import Prefill, details_fields, details_words
from posture.web.components.clients.notices import plain_markdown, submit, submit_in_callback
from posture.web.components.clients.roster import OPEN
from posture.web.components.markup import element, plain
from posture.web.texts import say


def show_head(client: Client) -> None:
    """Show the way back to the list, the name and the details."""
    st.button(say("clients_back"), icon=":material/arrow_back:", on_click=close_client)
    st.title(plain_markdown(client.name), anchor=False)
    facts = details_words(client.details)
    if client.archived_at is not None:
        facts = " · ".join(filter(None, (facts, say("archived_badge"))))
    if facts:
        st.html(element("p", plain(facts), css="po-fine"))
    if client.details.notes:
        st.html(element("p", plain(client.details.notes), css="po-notes"))


def show_edit(store: ClientStore, client: Client) -> None:
    """Show the form for name and details."""
    with (
        st.expander(say("client_edit"), icon=":material/edit:"),
        st.form(f"edit_{client.id}", border=False),
    ):
        details = details_fields(f"edit_{client.id}", Prefill.of(client.details))
        sent = st.form_submit_button(say("client_save"), icon=":material/save:")
    if sent:
        submit(lambda: store.edit(client.id, details()), say("client_saved"))


def show_archive(store: ClientStore, client: Client) -> None:
    """Offer to take the client out of the list, or to put them back."""
    gone = client.archived_at is not None
    st.button(
        say("client_unarchive" if gone else "client_archive"),
        icon=":material/unarchive:" if gone else ":material/archive:",
        key=f"archive_{client.id}",
        help=say("client_archive_help"),
        on_click=partial(_archive, store, client),
    )


def show_delete(store: ClientStore, client: Client, visits: int) -> None:
    """Offer to delete the client for good, which takes typing the name."""
    with (
        st.expander(say("delete_title"), icon=":material/delete_forever:"),
        st.form(f"delete_{client.id}", border=False),
    ):
        st.write(say("delete_lead", count=visits))
        typed = st.text_input(
            say("delete_type", name=plain_markdown(client.name)),
            key=f"delete_name_{client.id}",
            autocomplete="off",
        )
        sent = st.form_submit_button(say("delete_button"), icon=":material/delete_forever:")
    if not sent:
        return
    if _same(typed or "", client.name):
        submit(partial(_delete, store, client.id), say("delete_done"))
    else:
        st.error(say("delete_mismatch"), icon=":material/error:")


def _delete(store: ClientStore, client_id: str) -> None:
    store.delete(client_id)
    close_client()


def close_client() -> None:
    """Go back to the list."""
    st.session_state.pop(OPEN, None)


def _archive(store: ClientStore, client: Client) -> None:
    if client.archived_at is None:
        submit_in_callback(lambda: store.archive(client.id), say("client_archived"))
        close_client()
    else:
        submit_in_callback(lambda: store.unarchive(client.id), say("client_unarchived"))


def _same(typed: str, name: str) -> bool:
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()
