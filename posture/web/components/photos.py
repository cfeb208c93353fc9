"""Choice between the photos of a visit, and the field for one more."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from posture.comparison.sentences import say_unlike
from posture.inputs.protocol import MOST_PHOTOS
from posture.texts import value_text
from posture.web import state
from posture.web.components.picker import show_upload
from posture.web.language import number_words, translated
from posture.web.services.examine import ExaminedPhoto
from posture.web.services.visit import CheckedVisit, gain_of_another, side_sentences
from posture.web.texts import say


def show_choice(photos: Sequence[ExaminedPhoto]) -> int:
    """Let the visitor choose the photo on view; return its place, from 0."""
    if len(photos) < 2:
        return 0
    names = [_name(number, photo) for number, photo in enumerate(photos, start=1)]
    chosen = st.segmented_control(
        say("which_photo"),
        range(len(photos)),
        default=state.selected(),
        required=True,
        format_func=lambda place: names[place],
        key=f"which_{state.upload_key()}",
        label_visibility="collapsed",
    )
    place = int(chosen or 0)
    state.select(place)
    return place


def show_left_out(photos: Sequence[ExaminedPhoto]) -> None:
    """Say which photos are not part of the values, and why."""
    if state.too_many():
        st.info(say("too_many", count=MOST_PHOTOS), icon=":material/photo_library:")
    for number, photo in enumerate(photos, start=1):
        if photo.dropped:
            problem = translated(photo.dropped)
            st.warning(say("fix_refused", problem=problem), icon=":material/undo:")
        if photo.error is not None:
            problem = translated(photo.error.message)
            st.warning(
                say("refused_of", number=number, problem=problem), icon=":material/no_photography:"
            )


def show_unlike(visit: CheckedVisit) -> None:
    """Ask about photos that may show somebody else before their mean is read, and take them out.

    The first one is offered, too: it may be the only one that does not belong.
    """
    unlike = visit.record.unlike
    if unlike is None:
        return
    st.warning(translated(say_unlike(unlike)), icon=":material/group:")
    known = state.photos()
    with st.container(horizontal=True, gap="small", key="po_unlike"):
        for number in (unlike.first, *unlike.others):
            st.button(
                say("leave_out", number=number),
                icon=":material/close:",
                key=f"leave_out_{number}",
                on_click=state.leave_out,
                args=(known[number - 1].sha256,),
            )


def show_burst(sha256: str) -> None:
    """Say how much a person swayed while the camera took this photo by itself."""
    note = state.visit().burst(sha256)
    if note is not None and note.sway_deg is not None:
        st.caption(say("burst_sway", kept=note.kept, deg=number_words(f"{note.sway_deg:.1f}")))


def show_sides(visit: CheckedVisit) -> None:
    """Say how left and right differ, in a visit with photos of both."""
    for sentence in side_sentences(visit):
        st.caption(translated(sentence))


def show_adding(visit: CheckedVisit) -> None:
    """Offer a field for one more photo while the visit is not full, and say what it would bring."""
    if len(state.photos()) >= MOST_PHOTOS:
        return
    gain = gain_of_another(visit)
    with st.expander(say("add_photo"), icon=":material/add_a_photo:"):
        st.caption(say("add_photo_lead"))
        if gain is not None:
            st.caption(translated(gain))
        show_upload()


def _name(number: int, photo: ExaminedPhoto) -> str:
    if photo.analysis is None:
        return say("photo_number_refused", number=number)
    leading = next(iter(photo.analysis.estimates.shown().values()))
    if not leading.present:
        return say("photo_number", number=number)
    return say("photo_number_value", number=number, value=number_words(value_text(leading)))
