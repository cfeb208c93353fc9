"""New visit of a client: it starts empty, says whose it is, and asks nothing that is known."""

from __future__ import annotations

import streamlit as st

from posture.case.retest import without_tests
from posture.clients import Client, ClientStore
from posture.clients.answers import last_answers
from posture.clients.capture import hints_of
from posture.errors import PostureError
from posture.inputs.protocol import NO_PROTOCOL
from posture.web import state
from posture.web.access import is_guest
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.hints import prefill_hints
from posture.web.services.clients import LAST_CLIENT, own_store
from posture.web.texts import say
from posture.web.visit import CLIENT, SAVED, answer_name


def begin_visit(store: ClientStore, client: Client) -> None:
    """Empty the photo check and fill in what is known of a client.

    Sex and height come from the client, the set-up and the answers from the last visit; tests are
    done anew.
    """
    state.forget()
    protocol = store.last_protocol(client.id) or NO_PROTOCOL
    prefill_hints(hints_of(client.details, protocol))
    answers = without_tests(last_answers(store, client.id)[1]).to_dict()
    state.fill({answer_name(path): value for path, value in answers.items()})
    state.fill({CLIENT: client.id})
    st.session_state[LAST_CLIENT] = client.id


def begun_for() -> str | None:
    """Return the id of the client whose visit this is; ``None`` if it belongs to nobody yet."""
    found = state.visit().get(CLIENT)
    return found if isinstance(found, str) else None


def end_begun() -> None:
    """Say that the photos on the page belong to nobody yet."""
    state.fill({CLIENT: None, SAVED: None})


def show_whose() -> None:
    """Say whose visit it is, if it was begun for a client."""
    client_id = begun_for()
    if client_id is None or is_guest():
        return
    try:
        client = own_store().get(client_id)
    except PostureError as error:
        # Deleted meanwhile; a client that is only out of reach for now stays.
        if error.code == "unknown_client":
            end_begun()
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="po_whose"):
        st.markdown(say("whose", name=plain_markdown(client.name)), width="content")
        st.button(say("whose_not"), type="tertiary", key="whose_not", on_click=state.forget)
