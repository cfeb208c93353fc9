"""Studio page: repeatability of the trainer's own photos, and the letterhead."""

from __future__ import annotations

import streamlit as st

from posture.clients import ClientStore, Visit
from posture.clients.repeatability_store import load_repeatability
from posture.comparison.repeatability import MIN_PEOPLE
from posture.errors import PostureError
from posture.web.components.clients.details import client_names
from posture.web.components.clients.notices import plain_markdown, show_notice
from posture.web.components.clients.unlock import unlocked_store
from posture.web.components.frame import show_style
from posture.web.components.markup import element, plain
from posture.web.components.studio.letterhead import show_letterhead
from posture.web.components.studio.result import show_result, show_stored
from posture.web.components.studio.sessions import (
    ChosenSessions,
    show_new_session,
    show_sessions,
)
from posture.web.components.words import count_words
from posture.web.language import translated
from posture.web.services.clients import listed
from posture.web.services.studio import last_day, newest_method, result_of
from posture.web.texts import say

_STEPS = ("studio_step_1", "studio_step_2", "studio_step_3", "studio_step_4")


def show() -> None:
    """Draw the page."""
    show_style("clients/clients.css")
    st.title(say("studio_title"), anchor=False)
    st.write(say("studio_lead"))
    steps = (element("li", plain(say(step))) for step in _STEPS)
    st.html(element("ol", *steps, css="po-steps"))
    try:
        store = unlocked_store()
        if store is None:
            return
        _show_repeatability(store)
        show_letterhead(store)
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")


def _show_repeatability(store: ClientStore) -> None:
    show_notice()
    known = listed(store)
    names = client_names(known)
    st.header(say("studio_collect"), anchor=False)
    show_new_session(store, names)
    chosen = show_sessions(store, names)
    st.header(say("studio_result"), anchor=False)
    visits = [visit for pair in chosen.values() for visit in pair]
    if len(chosen) < MIN_PEOPLE:
        missing = MIN_PEOPLE - len(chosen)
        st.info(count_words("studio_missing", missing), icon=":material/group_add:")
    else:
        _show_result(store, chosen, visits)
    show_stored(store, load_repeatability(store))


def _show_result(store: ClientStore, chosen: ChosenSessions, visits: list[Visit]) -> None:
    method = newest_method(visits)
    if method is None:
        st.info(say("visit_unreadable"), icon=":material/history:")
        return
    show_result(store, result_of(chosen), measured_on=last_day(chosen), method=method)
