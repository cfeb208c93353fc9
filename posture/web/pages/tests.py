"""Tests page: the trainer's tests of one visit, one a screen."""

from __future__ import annotations

import streamlit as st

from posture.errors import PostureError
from posture.web import state
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.clients.visit_tests import show_own_tests, show_visit_tests
from posture.web.components.frame import show_style
from posture.web.language import translated
from posture.web.services.clients import own_store


def show() -> None:
    """Draw the test whose turn it is, for the stored visit that was chosen, else for this one."""
    show_style("clients/clients.css")
    visit_id = state.tested()
    if visit_id is None:
        show_own_tests()
        return
    try:
        store = own_store()
        show_visit_tests(store, store.visit(visit_id))
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")
