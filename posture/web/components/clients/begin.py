"""New visit of a client: it starts empty, says whose it is, and asks nothing that is known."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.case.retest import without_tests
from posture.clients import Client, ClientStore
from posture.clients.answers import last_answers
from posture.clients.capture import hints_of
from posture.errors import PostureError
from posture.inputs.protocol import NO_PROTOCOL
from posture.program import Answers, answer_fields
from posture.program.answers import AnswerValue
from posture.web import state
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.hints import prefill_hints, reset_hints
from posture.web.services.clients import LAST_CLIENT, own_store
from posture.web.texts import say

BEGUN: Final = "visit_begun_for"
"""Key of the client whose visit was begun; absent for a photo that belongs to nobody yet."""


def begin_visit(store: ClientStore, client: Client) -> None:
    """Empty the photo check and fill in what is known of a client.

    Sex and height come from the client, the set-up and the answers from the last visit; tests are
    done anew.
    """
    state.forget()
    reset_hints()
    protocol = store.last_protocol(client.id) or NO_PROTOCOL
    prefill_hints(hints_of(client.details, protocol))
    prefill_answers(without_tests(last_answers(store, client.id)[1]))
    st.session_state[BEGUN] = client.id
    st.session_state[LAST_CLIENT] = client.id


def begun_for() -> str | None:
    """Return the id of the client whose visit was begun."""
    found = st.session_state.get(BEGUN)
    return None if found is None else str(found)


def end_begun() -> None:
    """Say that the photos on the page belong to nobody yet."""
    st.session_state.pop(BEGUN, None)


def show_whose() -> None:
    """Say whose visit it is, if it was begun for a client."""
    client_id = begun_for()
    if client_id is None:
        return
    try:
        client = own_store().get(client_id)
    except PostureError:
        # Deleted meanwhile, or signed out.
        end_begun()
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="po_whose"):
        st.markdown(say("whose", name=plain_markdown(client.name)), width="content")
        st.button(say("whose_not"), type="tertiary", key="whose_not", on_click=_somebody_else)


def _somebody_else() -> None:
    end_begun()
    state.forget()
    reset_hints()


def session_answers() -> dict[str, AnswerValue]:
    """Return all answers that were given in this session, on whichever page."""
    found: dict[str, AnswerValue] = {}
    for path in answer_fields():
        for name in (path, f"short.{path}"):
            value = st.session_state.get(state.answer_key(name))
            if value is not None and value != []:
                found[path] = tuple(value) if isinstance(value, list) else value
    return found


def prefill_answers(answers: Answers) -> None:
    """Fill the questionnaire with answers."""
    for path, value in answers.to_dict().items():
        short = answer_fields()[path].question.kind == "yes_no"
        st.session_state[state.answer_key(f"short.{path}" if short else path)] = value
