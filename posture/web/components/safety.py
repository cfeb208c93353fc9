"""Safety first: a few grouped questions before the first exercise, and what a yes means."""

from __future__ import annotations

import streamlit as st

from posture.program.model import Question
from posture.web import state
from posture.web.components.markup import element, plain
from posture.web.components.questionnaire import show_conditions
from posture.web.components.verdict import show_stop
from posture.web.language import translated
from posture.web.services.safety import TELLING, groups, notice_of, path_of, settled, stop_of
from posture.web.texts import say

_YES, _NO = "yes", "no"


def show_gate() -> bool:
    """Ask what must be known before the first exercise, until it is known.

    Returns
    -------
    bool
        Whether exercises may be shown; if not, the questions or the reason are on the page.
    """
    raw = state.answers()
    if settled(raw) and stop_of(raw) is None:
        return True
    show_groups()
    return False


def show_groups() -> None:
    """Show the grouped questions; each says at once what a yes means."""
    st.title(say("safety_title"), anchor=False)
    st.write(say("safety_lead"))
    with st.container(key="po_safety"):
        for group in groups():
            _show_group(group)
    stop = stop_of(state.answers())
    if stop is None:
        st.button(
            say("safety_rest" if _ticked() else "safety_none"),
            type="primary",
            width="stretch",
            key="safety_none",
            on_click=_rest_is_no,
        )
    else:
        show_stop(stop, without=[notice_of(group).text for group in _ticked()])
        st.button(say("safety_again"), key="safety_again", on_click=_start_anew)


def show_urgent_stop() -> bool:
    """Show only where help is needed today, if so; return whether it was shown."""
    stop = stop_of(state.answers())
    if stop is None or not stop.urgent:
        return False
    show_stop(stop)
    st.button(say("safety_again"), key="safety_again", on_click=_start_anew)
    return True


def _show_group(group: Question) -> None:
    path = path_of(group)
    key = f"po_tick_{group.id}"
    yes = state.answers().get(path) == _YES
    # The answer may also come from another tab.
    st.session_state[key] = yes
    st.checkbox(translated(group.ask), key=key, on_change=_take_tick, args=(path, key))
    if not yes:
        return
    notice = notice_of(group)
    urgent = " po-urgent" if notice.urgency == "urgent" else ""
    words = element("p", plain(translated(notice.text)))
    st.html(element("section", words, css=f"po-stop po-said{urgent}"))
    if notice.urgency == "check_first":
        show_conditions()


def _ticked() -> list[Question]:
    answers = state.answers()
    return [group for group in groups() if answers.get(path_of(group)) == _YES]


def _take_tick(path: str, key: str) -> None:
    state.answer(path, _YES if st.session_state[key] else None)


def _rest_is_no() -> None:
    yes = _ticked()
    for group in groups():
        if group not in yes:
            state.answer(path_of(group), _NO)


def _start_anew() -> None:
    """Forget every answer on safety, so that all of it is asked once more."""
    state.drop_answers(TELLING)
