"""Photo check: choose photos, see what they show, move points, get a first programme."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.inputs.hints import Hints
from posture.program import AnswersError
from posture.web import state
from posture.web.components.clients.details import Prefill
from posture.web.components.clients.save import show_save
from posture.web.components.correct.panel import show_panel, show_switch
from posture.web.components.downloads import show_downloads
from posture.web.components.findings import show_findings
from posture.web.components.frame import show_style
from posture.web.components.guidance import show_guidance
from posture.web.components.headline import pelvis_clause, show_headline
from posture.web.components.hints import show_hints
from posture.web.components.links import show_link
from posture.web.components.markup import element, plain
from posture.web.components.measures import show_measures
from posture.web.components.photos import show_adding, show_choice, show_left_out
from posture.web.components.picker import show_samples, show_upload
from posture.web.components.programme import show_programme
from posture.web.components.refusal import show_refusal, show_refused_one
from posture.web.components.signs import show_signs
from posture.web.components.values import show_values
from posture.web.current import fitted_plan, shown_photos
from posture.web.services.correct import by_hand_words
from posture.web.services.estimate_cards import estimate_cards
from posture.web.services.examine import (
    PhotoFile,
    overlay_jpeg,
    overlay_png,
)
from posture.web.services.planning import error_in_words
from posture.web.services.visit import CheckedVisit, visit_file, visit_of
from posture.web.state import ShownPhoto
from posture.web.texts import say


def show() -> None:
    """Draw the start, or the results of the photos that were chosen."""
    show_style("check.css")
    photos = state.photos()
    if photos:
        _show_photos(photos)
    else:
        _show_start()


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
        show_hints()
        show_samples()


def _show_photos(photos: tuple[PhotoFile, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="po_top"):
        st.button(say("another"), icon=":material/arrow_back:", on_click=state.forget)
        names = ", ".join(photo.name for photo in photos)
        st.html(element("p", plain(names), css="po-fine"), width="content")
    hints, blur = show_hints()
    # One place for all progress, always there: if parts below changed their number, the browser
    # would show old and new ones together for a moment.
    place = st.empty()
    shown = shown_photos(place)
    examined = [each.examined for each in shown]
    visit = visit_of(examined, sex=hints.sex)
    if visit is not None:
        _show_visit(visit, shown, hints, place, blur=blur)
    else:
        for photo, each in zip(photos, examined, strict=True):
            if each.error is not None:
                show_refusal(photo, each.error, blur=blur)
    show_adding(visit)
    with st.expander(say("guide_again"), icon=":material/photo_camera:"):
        show_guidance()


def _show_visit(
    visit: CheckedVisit, shown: list[ShownPhoto], hints: Hints, place: DeltaGenerator, *, blur: bool
) -> None:
    examined = [each.examined for each in shown]
    show_headline(visit.record, count=len(visit.analyses), by_hand=by_hand_words(visit.analyses))
    show_left_out(examined)
    left, right = st.columns(2, gap="medium")
    # Drawn first, so that values do not wait for the photo when a point was moved.
    with right:
        cards = estimate_cards(visit, sex=hints.sex, height_cm=hints.height_cm)
        hints_missing = hints.sex is None or hints.clothing is None
        arch = visit.record.estimates.lumbar_lordosis_deg
        show_values(cards, suggest_hints=hints_missing and arch.present)
    with left:
        on_view = shown[show_choice(examined)]
        analysis = on_view.examined.analysis
        if analysis is not None and show_switch():
            show_panel(on_view, analysis, hide_face=blur)
        else:
            _show_picture(on_view, place, blur=blur)
    show_save(visit.analyses, Prefill(sex=hints.sex, height_cm=hints.height_cm))
    st.header(say("more_title"), anchor=False)
    show_measures(visit.record.measures, count=len(visit.analyses))
    show_findings(visit.record.findings)
    show_signs(visit.record.screening)
    _show_plan()
    show_link("plan", say("fit_link"))
    file = None if analysis is None else partial(overlay_png, analysis, blur_face=blur)
    show_downloads(
        on_view.examined.photo, document=partial(visit_file, examined, visit), picture=file
    )


def _show_plan() -> None:
    """Show the plan of the whole visit: an answer given on another page counts here, too."""
    try:
        show_programme(fitted_plan().plan)
    except AnswersError as error:
        problem = error_in_words(error.message)
        st.error(say("fit_wrong", problem=problem), icon=":material/error:")


def _show_picture(shown: ShownPhoto, place: DeltaGenerator, *, blur: bool) -> None:
    """Show the annotated picture, drawn once with and once without blur."""
    analysis, error = shown.examined.analysis, shown.examined.error
    if analysis is None:
        photo = next(photo for photo in state.photos() if photo.sha256 == shown.sha256)
        if error is not None:
            show_refused_one(photo, error, blur=blur)
        return
    if blur not in shown.pictures:
        with place, st.spinner(say("step_draw")):
            shown.pictures[blur] = overlay_jpeg(analysis, blur_face=blur)
    picture = shown.pictures[blur]
    if picture is None:
        st.info(say("error_picture"))
        return
    tilt = pelvis_clause(analysis.estimates)
    st.image(picture, width="stretch", alt=say("picture_alt", tilt=tilt))
