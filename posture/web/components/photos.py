"""Which of several photos is looked at, and how to add one more."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from posture.inputs.protocol import MOST_PHOTOS
from posture.texts import value_text
from posture.web import state
from posture.web.components.picker import show_upload
from posture.web.language import number_words, translated
from posture.web.services.examine import Examined
from posture.web.texts import say


def show_choice(outcomes: Sequence[Examined]) -> int:
    """Let the visitor choose one of several photos; return its place, from 0."""
    if len(outcomes) < 2:
        return 0
    names = [_name(number, outcome) for number, outcome in enumerate(outcomes, start=1)]
    chosen = st.segmented_control(
        say("which_photo"),
        range(len(outcomes)),
        default=state.chosen(),
        required=True,
        format_func=lambda place: names[place],
        key=f"which_{state.upload_key()}",
        label_visibility="collapsed",
    )
    place = int(chosen or 0)
    state.look_at(place)
    return place


def show_left_out(outcomes: Sequence[Examined]) -> None:
    """Say which photos are not in the values, and why."""
    if state.left_out():
        st.info(say("too_many", count=MOST_PHOTOS), icon=":material/photo_library:")
    for number, outcome in enumerate(outcomes, start=1):
        if outcome.dropped:
            problem = translated(outcome.dropped)
            st.warning(say("fix_refused", problem=problem), icon=":material/undo:")
        if outcome.error is not None:
            problem = translated(outcome.error.message)
            st.warning(
                say("refused_of", number=number, problem=problem), icon=":material/no_photography:"
            )


def show_adding() -> None:
    """Offer a place for one more photo of the same person while a visit is not full."""
    if len(state.photos()) >= MOST_PHOTOS:
        return
    with st.expander(say("add_photo"), icon=":material/add_a_photo:"):
        st.caption(say("add_photo_lead"))
        show_upload()


def _name(number: int, outcome: Examined) -> str:
    if outcome.analysis is None:
        return say("photo_number_refused", number=number)
    tilt = outcome.analysis.estimates.pelvic_tilt_deg
    if not tilt.present:
        return say("photo_number", number=number)
    return say("photo_number_value", number=number, value=number_words(value_text(tilt)))
