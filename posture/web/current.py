"""What the visit gives at this moment: its photos examined, their mean, and the one plan.

Photo check, plan, library, sheet, calendar and files are all drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.errors import PostureError
from posture.inputs.hints import NO_HINTS, Hints
from posture.program import Answers, AnswersError, parse_answers
from posture.web import state
from posture.web.components.markup import element, plain
from posture.web.services.analyzer import shared_analyzer
from posture.web.services.examine import PhotoFile, examine, update_hints
from posture.web.services.planning import FittedPlan, fit_plan, next_monday
from posture.web.services.visit import CheckedVisit, visit_of
from posture.web.state import ShownPhoto
from posture.web.texts import say
from posture.web.visit import START, hint_name

_HINTS = ("facing", "sex", "clothing", "height_cm", "camera_height_cm", "camera_distance_cm")


def hints() -> Hints:
    """Return the hints that were entered, on whichever page."""
    visit = state.visit()
    given = {name: visit.get(hint_name(name.removesuffix("_cm"))) for name in _HINTS}
    try:
        return Hints(**given)  # type: ignore[arg-type]  # checked by the record itself
    except (PostureError, TypeError):
        # Kept by a browser since a version with other choices; the fields show them empty, too.
        return NO_HINTS


def shown_photos(place: DeltaGenerator) -> list[ShownPhoto]:
    """Return the examined photos; those not known yet are examined, with progress in words.

    Parameters
    ----------
    place : DeltaGenerator
        Empty element for the progress.
    """
    photos, given = state.photos(), hints()
    shown = [_remembered(photo, given) for photo in photos]
    if all(shown):
        return [each for each in shown if each is not None]

    def tell(words: str) -> None:
        # Streamlit's own status sleeps for longer than a photo takes to be analysed.
        place.html(element("p", plain(words), css="po-working"))

    tell(say("working"))
    done = [
        each or _examine(photo, given, _numbered(tell, number, len(photos)))
        for number, (photo, each) in enumerate(zip(photos, shown, strict=True), start=1)
    ]
    place.empty()
    return done


def checked_photos() -> CheckedVisit | None:
    """Return the usable photos with their mean, or ``None`` when none is usable."""
    shown_photos(st.empty())
    return visit_of([shown.examined for shown in state.usable()], sex=hints().sex)


def plan_start() -> date:
    """Return the first day of the plan: the one that was chosen, else the next Monday."""
    try:
        return date.fromisoformat(str(state.visit().get(START)))
    except ValueError:
        return next_monday(date.today())


def fitted_plan() -> FittedPlan:
    """Return the plan that fits all photos and answers.

    Raises
    ------
    AnswersError
        If two answers contradict each other.
    """
    photos = checked_photos()
    on_view = state.selected_usable()
    return fit_plan(
        state.answers(),
        start=plan_start(),
        analysis=on_view.examined.analysis if on_view else None,
        sex=hints().sex,
        record=photos.record if photos else None,
        log=state.plan_log(),
    )


def answers_so_far() -> Answers:
    """Return every answer given so far; none while two of them contradict each other."""
    try:
        return parse_answers(state.answers())
    except AnswersError:
        return Answers()


def _examine(photo: PhotoFile, hints: Hints, tell: Callable[[str], None]) -> ShownPhoto:
    examined = examine(photo, hints=hints, analyzer=shared_analyzer, tell=tell)
    # Points being moved belong to the reading before.
    state.drop_point_edits()
    return state.remember(photo, hints, examined)


def _numbered(tell: Callable[[str], None], number: int, count: int) -> Callable[[str], None]:
    """Return ``tell`` with the number of the photo put before each step."""
    if count == 1:
        return tell
    return lambda step: tell(say("step_of", number=number, count=count, step=step))


def _remembered(photo: PhotoFile, hints: Hints) -> ShownPhoto | None:
    """Return the known photo, updated if hints other than the facing have changed."""
    known = state.known(photo.sha256)
    if known is None or known.hints.facing != hints.facing:
        return None
    if known.hints != hints:
        examined = update_hints(known.examined, hints)
        if examined.dropped:
            state.drop_point_edits()
        return state.remember(photo, hints, examined)
    return known
