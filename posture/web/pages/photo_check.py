"""Photo check: choose photos, see what they show, move points, begin."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.case.outlook import find_outlook
from posture.case.weigh import weigh
from posture.inputs.hints import Hints
from posture.screening.grade import Screening
from posture.web import state
from posture.web.components.clients.begin import show_whose
from posture.web.components.clients.details import Prefill
from posture.web.components.clients.save import show_save
from posture.web.components.clients.visit_tests import open_own_tests
from posture.web.components.correct.panel import show_panel, show_switch
from posture.web.components.downloads import show_downloads
from posture.web.components.findings import show_findings
from posture.web.components.frame import show_style, start_at_top
from posture.web.components.guidance import show_guidance
from posture.web.components.headline import pelvis_clause, show_headline, show_meaning
from posture.web.components.hints import show_details, show_hints, show_sex
from posture.web.components.links import open_page
from posture.web.components.markup import element, plain
from posture.web.components.measures import show_measures
from posture.web.components.next_step import (
    BEGUN,
    SESSION,
    TESTS,
    show_next_step,
)
from posture.web.components.photos import (
    show_adding,
    show_burst,
    show_choice,
    show_left_out,
    show_sides,
    show_unlike,
)
from posture.web.components.picker import show_samples, show_upload
from posture.web.components.refusal import show_refusal, show_refused_one
from posture.web.components.safety import show_gate, show_urgent_stop
from posture.web.components.signs import show_signs
from posture.web.components.story import show_story
from posture.web.components.values import show_figures, show_line_key, show_values
from posture.web.current import answers_so_far, shown_photos
from posture.web.language import current_language
from posture.web.services.correct import by_hand_words
from posture.web.services.estimate_cards import EstimateCard, estimate_cards
from posture.web.services.examine import (
    PhotoFile,
    overlay_jpeg,
    overlay_png,
)
from posture.web.services.visit import CheckedVisit, visit_file, visit_of
from posture.web.state import ShownPhoto
from posture.web.texts import say


def show() -> None:
    """Draw the start, or the results of the photos that were chosen."""
    show_style("check.css")
    show_whose()
    photos = state.photos()
    wanted = state.led_to() if photos else ""
    if not photos:
        _show_start()
    elif wanted in (SESSION, TESTS) and not show_gate():
        start_at_top(wanted)
        st.button(say("back_to_result"), on_click=state.lead_to, args=("",), type="tertiary")
    elif wanted == SESSION:
        state.lead_to(BEGUN)
        open_page("plan")
    elif wanted == TESTS:
        state.lead_to("")
        open_own_tests(state.chosen_tests())
    else:
        _show_photos(photos)


def _show_start() -> None:
    st.title(say("title"), anchor=False)
    st.write(say("lead"))
    choose, guide = st.columns([5, 6], gap="large")
    with choose, st.container(key="po_begin"):
        show_sex()
        show_upload()
        show_details()
    with guide:
        st.header(say("guide_title"), anchor=False)
        show_guidance()
    show_samples()


def _show_photos(photos: tuple[PhotoFile, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="po_top"):
        st.button(say("another"), icon=":material/arrow_back:", on_click=state.forget)
        names = ", ".join(photo.name for photo in photos)
        st.html(element("p", plain(names), css="po-fine"), width="content")
    if show_urgent_stop():
        return
    # What is known of the person is asked below the result, but counts in it.
    result, below = st.container(), st.container()
    with below:
        st.header(say("person_title"), anchor=False)
        hints, blur = show_hints()
    with result:
        # One place for all progress, always there: if parts below changed their number, the
        # browser would show old and new ones together for a moment.
        with st.container(key="po_progress"):
            start_at_top("".join(photo.sha256[:8] for photo in photos))
            place = st.empty()
        shown = shown_photos(place)
        visit = visit_of([each.examined for each in shown], sex=hints.sex)
        _show_outcome(visit, shown, hints, place, blur=blur)
    with below:
        # A refusal has a button for the next photo and the drawings of how to take it.
        if visit is not None:
            show_adding(visit)
            with st.expander(say("guide_again"), icon=":material/photo_camera:"):
                show_guidance()
            show_story()


def _show_outcome(
    visit: CheckedVisit | None,
    shown: list[ShownPhoto],
    hints: Hints,
    place: DeltaGenerator,
    *,
    blur: bool,
) -> None:
    if visit is not None:
        _show_visit(visit, shown, hints, place, blur=blur)
        return
    for photo, each in zip(state.photos(), shown, strict=True):
        if each.examined.error is not None:
            show_refusal(photo, each.examined.error, blur=blur)


def _show_visit(
    visit: CheckedVisit, shown: list[ShownPhoto], hints: Hints, place: DeltaGenerator, *, blur: bool
) -> None:
    examined = [each.examined for each in shown]
    answers = answers_so_far()
    weighed = weigh(visit.record.screening, answers)
    show_left_out(examined)
    show_unlike(visit)
    cards = estimate_cards(visit, sex=hints.sex, height_cm=hints.height_cm)
    with st.container(key="po_result"):
        verdict, picture, values, actions, fix = (
            st.container(key=f"po_{part}")
            for part in ("verdict", "picture", "values", "actions", "fix")
        )
    with verdict:
        by_hand = by_hand_words(visit.analyses)
        show_headline(visit.record, weighed, count=len(visit.analyses), by_hand=by_hand)
    # Drawn before the picture, so that values do not wait for it when a point was moved.
    with values:
        show_figures(cards)
        show_sides(visit)
    with actions:
        show_next_step(weighed.screening, find_outlook(visit.record.screening, answers))
        show_save(visit.analyses, Prefill(sex=hints.sex, height_cm=hints.height_cm))
    with fix:
        moving = show_switch()
    with picture:
        on_view = shown[show_choice(examined)]
        analysis = on_view.examined.analysis
        if analysis is not None and moving:
            show_panel(on_view, analysis, hide_face=blur)
        else:
            _show_picture(on_view, place, blur=blur)
    _show_more(visit, weighed.screening, cards, hints)
    file = (
        None
        if analysis is None
        else partial(overlay_png, analysis, blur_face=blur, language=current_language())
    )
    show_downloads(
        on_view.examined.photo, document=partial(visit_file, examined, visit), picture=file
    )


def _show_more(
    visit: CheckedVisit, screening: Screening, cards: list[EstimateCard], hints: Hints
) -> None:
    """Show numbers, signs and method, each one tap deeper."""
    st.header(say("more_title"), anchor=False)
    hints_missing = hints.sex is None or hints.clothing is None
    arch = visit.record.estimates.lumbar_lordosis_deg
    show_meaning(visit.record, screening)
    show_values(cards, suggest_hints=hints_missing and arch.present)
    show_measures(visit.record.measures, count=len(visit.analyses))
    show_findings(visit.record.findings)
    show_signs(visit.record.screening)


def _show_picture(shown: ShownPhoto, place: DeltaGenerator, *, blur: bool) -> None:
    """Show the annotated picture, drawn once with and once without blur."""
    analysis, error = shown.examined.analysis, shown.examined.error
    if analysis is None:
        photo = next(photo for photo in state.photos() if photo.sha256 == shown.sha256)
        if error is not None:
            show_refused_one(photo, error, blur=blur)
        return
    drawn = (blur, current_language())
    if drawn not in shown.pictures:
        with place, st.spinner(say("step_draw")):
            shown.pictures[drawn] = overlay_jpeg(analysis, blur_face=blur)
    picture = shown.pictures[drawn]
    if picture is None:
        st.info(say("error_picture"))
        return
    tilt = pelvis_clause(analysis.estimates)
    st.image(picture, width="stretch", alt=say("picture_alt", tilt=tilt))
    show_line_key(analysis)
    show_burst(shown.sha256)
