"""Photo check: choose a photo, see what it shows, get a first programme."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.analysis import Hints
from posture.result import Analysis
from posture.web import state
from posture.web.components.downloads import show_downloads
from posture.web.components.findings import show_findings
from posture.web.components.guidance import show_guidance
from posture.web.components.headline import show_headline, tilt_clause
from posture.web.components.hints import reset_hints, show_hints
from posture.web.components.links import show_link
from posture.web.components.markup import element, plain
from posture.web.components.measures import show_measures
from posture.web.components.picker import show_samples, show_upload
from posture.web.components.programme import show_programme
from posture.web.components.refusal import show_refusal
from posture.web.components.signs import show_signs
from posture.web.components.values import show_values
from posture.web.services.analyzer import shared_analyzer
from posture.web.services.examine import Outcome, PhotoFile, examine, overlay_jpeg, overlay_png
from posture.web.services.meaning import estimate_cards
from posture.web.texts import say


def show() -> None:
    """Draw the page for what the visitor has chosen so far."""
    photo = state.photo()
    if photo is None:
        _show_start()
    else:
        _show_photo(photo)


def _show_start() -> None:
    st.title(say("title"), anchor=False)
    st.write(say("lead"))
    guide, choose = st.columns([6, 5], gap="large")
    with guide:
        st.header(say("guide_title"), anchor=False)
        show_guidance()
    with choose:
        st.header(say("choose_title"), anchor=False)
        show_upload()
        show_samples()
        show_hints()


def _show_photo(photo: PhotoFile) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="po_top"):
        st.button(say("another"), icon=":material/arrow_back:", on_click=_start_again)
        st.html(element("p", plain(photo.name), css="po-fine"), width="content")
    hints, blur = show_hints()
    # One place for all progress, always there: parts below must not change their number, or
    # the browser shows old and new ones together for a moment.
    place = st.empty()
    outcome = _outcome(photo, hints, place)
    if outcome.analysis is not None and outcome.plan is not None:
        picture = _picture(outcome.analysis, place, blur=blur)
        _show_result(outcome.analysis, hints, picture)
        show_programme(outcome.plan)
        show_link("plan", say("fit_link"))
        file = partial(overlay_png, outcome.analysis, blur_face=blur) if picture else None
        show_downloads(photo.name, document=outcome.document, picture=file)
    elif outcome.error is not None:
        show_refusal(photo, outcome.error, blur=blur)
    with st.expander(say("guide_again"), icon=":material/photo_camera:"):
        show_guidance()


def _show_result(analysis: Analysis, hints: Hints, picture: bytes | None) -> None:
    show_headline(analysis)
    left, right = st.columns(2, gap="medium")
    with left:
        if picture is None:
            st.info(say("error_picture"))
        else:
            tilt = tilt_clause(analysis.estimates.pelvic_tilt_deg)
            st.image(picture, width="stretch", alt=say("picture_alt", tilt=tilt))
    with right:
        show_values(estimate_cards(analysis, sex=hints.sex, height_cm=hints.height_cm))
    st.header(say("more_title"), anchor=False)
    show_measures(analysis.measures)
    show_findings(analysis.view.findings)
    show_signs(analysis.screening)


def _outcome(photo: PhotoFile, hints: Hints, place: DeltaGenerator) -> Outcome:
    """Return what is known already, or find it out while saying what is being done."""
    known = state.known_outcome(photo, hints)
    if known is not None:
        return known
    with place.status(say("working"), expanded=False) as status:
        outcome = examine(
            photo,
            hints=hints,
            analyzer=shared_analyzer,
            today=date.today(),
            tell=lambda words: status.update(label=words),
        )
    place.empty()
    state.remember(photo, hints, outcome)
    return outcome


def _picture(analysis: Analysis, place: DeltaGenerator, *, blur: bool) -> bytes | None:
    """Return the annotated picture, drawn once for each choice of blur."""
    pictures = state.pictures()
    if blur not in pictures:
        with place, st.spinner(say("step_draw")):
            pictures[blur] = overlay_jpeg(analysis, blur_face=blur)
    return pictures[blur]


def _start_again() -> None:
    state.forget()
    reset_hints()
