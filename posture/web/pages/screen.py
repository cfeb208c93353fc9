"""Photo check: choose photos, see what they show, move points, get a first programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.analysis.analyzer import Hints
from posture.program import build_plan
from posture.web import state
from posture.web.components.clients.details import Known
from posture.web.components.clients.save import show_save
from posture.web.components.correct.panel import show_panel, show_switch
from posture.web.components.downloads import show_downloads
from posture.web.components.findings import show_findings
from posture.web.components.guidance import show_guidance
from posture.web.components.headline import show_headline, tilt_clause
from posture.web.components.hints import reset_hints, show_hints
from posture.web.components.links import show_link
from posture.web.components.markup import element, plain
from posture.web.components.measures import show_measures
from posture.web.components.photos import show_adding, show_choice, show_left_out
from posture.web.components.picker import show_samples, show_upload
from posture.web.components.programme import show_programme
from posture.web.components.refusal import show_refusal, show_refused_one
from posture.web.components.signs import show_signs
from posture.web.components.values import show_values
from posture.web.services.analyzer import shared_analyzer
from posture.web.services.correct import by_hand
from posture.web.services.examine import (
    PhotoFile,
    examine,
    overlay_jpeg,
    overlay_png,
    with_hints,
)
from posture.web.services.meaning import estimate_cards
from posture.web.services.visit import Visit, first_request, visit_file, visit_of
from posture.web.state import Shown
from posture.web.texts import say

_STYLE: Final = Path(__file__).resolve().parents[1] / "components" / "check.css"


def show() -> None:
    """Draw the page for what the visitor has chosen so far."""
    st.html(_STYLE)
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
        show_samples()
        show_hints()


def _show_photos(photos: tuple[PhotoFile, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="po_top"):
        st.button(say("another"), icon=":material/arrow_back:", on_click=_start_again)
        names = ", ".join(photo.name for photo in photos)
        st.html(element("p", plain(names), css="po-fine"), width="content")
    hints, blur = show_hints()
    # One place for all progress, always there: parts below must not change their number, or
    # the browser shows old and new ones together for a moment.
    place = st.empty()
    shown = _examined(photos, hints, place)
    outcomes = [each.outcome for each in shown]
    visit = visit_of(outcomes, sex=hints.sex)
    if visit is not None:
        _show_visit(visit, shown, hints, place, blur=blur)
    else:
        for photo, outcome in zip(photos, outcomes, strict=True):
            if outcome.error is not None:
                show_refusal(photo, outcome.error, blur=blur)
    show_adding()
    with st.expander(say("guide_again"), icon=":material/photo_camera:"):
        show_guidance()


def _show_visit(
    visit: Visit, shown: list[Shown], hints: Hints, place: DeltaGenerator, *, blur: bool
) -> None:
    outcomes = [each.outcome for each in shown]
    show_headline(visit.record, count=len(visit.analyses), by_hand=by_hand(visit.analyses))
    show_left_out(outcomes)
    left, right = st.columns(2, gap="medium")
    # First, so that values do not wait for the photo when a point was moved.
    with right:
        cards = estimate_cards(visit, sex=hints.sex, height_cm=hints.height_cm)
        untold = hints.sex is None or hints.clothing is None
        arch = visit.record.estimates.lumbar_lordosis_deg
        show_values(cards, could_tell_more=untold and arch.present)
    with left:
        chosen = shown[show_choice(outcomes)]
        analysis = chosen.outcome.analysis
        if analysis is not None and show_switch():
            show_panel(chosen, analysis, hide_face=blur)
        else:
            _show_picture(chosen, place, blur=blur)
    show_save(visit.analyses, Known(sex=hints.sex, height_cm=hints.height_cm))
    st.header(say("more_title"), anchor=False)
    show_measures(visit.record.measures, count=len(visit.analyses))
    show_findings(visit.record.findings)
    show_signs(visit.record.screening)
    request = first_request(visit.record, today=date.today())
    show_programme(state.kept("plan", request, partial(build_plan, request)))
    show_link("plan", say("fit_link"))
    file = None if analysis is None else partial(overlay_png, analysis, blur_face=blur)
    show_downloads(
        chosen.outcome.photo, document=partial(visit_file, outcomes, visit), picture=file
    )


def _show_picture(shown: Shown, place: DeltaGenerator, *, blur: bool) -> None:
    """Show the annotated picture, drawn once for each choice of blur."""
    analysis, error = shown.outcome.analysis, shown.outcome.error
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
    tilt = tilt_clause(analysis.estimates.pelvic_tilt_deg)
    st.image(picture, width="stretch", alt=say("picture_alt", tilt=tilt))


def _examined(photos: tuple[PhotoFile, ...], hints: Hints, place: DeltaGenerator) -> list[Shown]:
    """Return what is known of each photo, or find it out while saying what is being done."""
    shown = [_remembered(photo, hints) for photo in photos]
    if all(shown):
        return [each for each in shown if each is not None]
    with place.status(say("working"), expanded=False) as status:

        def tell(words: str) -> None:
            status.update(label=words)

        done = [
            each or _find_out(photo, hints, _numbered(tell, number, len(photos)))
            for number, (photo, each) in enumerate(zip(photos, shown, strict=True), start=1)
        ]
    place.empty()
    return done


def _find_out(photo: PhotoFile, hints: Hints, tell: Callable[[str], None]) -> Shown:
    outcome = examine(photo, hints=hints, analyzer=shared_analyzer, tell=tell)
    # Points that were being moved belong to the reading before.
    state.let_go()
    return state.remember(photo, hints, outcome)


def _numbered(tell: Callable[[str], None], number: int, count: int) -> Callable[[str], None]:
    """Return what says a step together with the photo that it is about."""
    if count == 1:
        return tell
    return lambda step: tell(say("step_of", number=number, count=count, step=step))


def _remembered(photo: PhotoFile, hints: Hints) -> Shown | None:
    """Return what is known, screened anew when only sex, clothing or height was told."""
    known = state.known(photo)
    if known is None or known.hints.facing != hints.facing:
        return None
    if known.hints != hints:
        outcome = with_hints(known.outcome, hints)
        if outcome.dropped:
            state.let_go()
        return state.remember(photo, hints, outcome)
    return known


def _start_again() -> None:
    state.forget()
    reset_hints()
