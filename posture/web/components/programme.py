"""Exercise programme: phases, exercises with dose and reason, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import streamlit as st

from posture.program import Plan, load_library
from posture.program.model import Exercise
from posture.program.plan import PhasePlan, PlanItem
from posture.program.render_text import item_dose
from posture.program.texts import say as phrase
from posture.web.components.exercise import exercise_thumbnail
from posture.web.components.markup import element, listing, plain
from posture.web.texts import say


def show_programme(plan: Plan) -> None:
    """Show the first programme, or the advice to see a clinician first."""
    st.header(say("plan_title"), anchor=False)
    st.write(plan.headline)
    for notice in plan.notices:
        st.warning(notice.text, icon=":material/health_and_safety:")
    if plan.outcome != "programme":
        return
    st.html(_care())
    # The box above already asks the safety questions.
    show_phases(plan, without=phrase("safety_open"))


def show_phases(plan: Plan, *, without: str = "") -> None:
    """Show the phases in tabs, and all notes except ``without``."""
    st.caption(_shape(plan))
    for tab, phase in zip(
        st.tabs([_weeks(phase) for phase in plan.phases]), plan.phases, strict=True
    ):
        with tab:
            _show_phase(plan, phase)
    # The foot of every page says that this is no diagnosis.
    elsewhere = (without, phrase("not_a_diagnosis"))
    _show_notes(tuple(note for note in plan.notes if note not in elsewhere))


def _show_phase(plan: Plan, phase: PhasePlan) -> None:
    first = plan.week(phase.weeks[0])[0]
    st.html(
        element(
            "div",
            element("h3", plain(phase.name)),
            element("p", plain(phase.aim), css="po-meaning"),
            element("h4", plain(say("plan_session"))),
            *_blocks(first.items),
            element("h4", plain(say("plan_daily"))),
            _rows(phase.daily),
            element("h4", plain(say("plan_habits"))),
            _rows(plan.habits),
            css="po-phase",
        )
    )


def _show_notes(notes: tuple[str, ...]) -> None:
    with st.expander(say("plan_notes"), icon=":material/lightbulb:"):
        st.html(listing((plain(note) for note in notes), css="po-lines"))


def _care() -> str:
    return element(
        "p", element("b", plain(say("plan_first")) + ". "), plain(say("plan_care")), css="po-care"
    )


def _shape(plan: Plan) -> str:
    weeks = max(week for phase in plan.phases for week in phase.weeks)
    return say("plan_shape", sessions=len(plan.sessions), weeks=weeks, minutes=plan.minutes)


def _weeks(phase: PhasePlan) -> str:
    first, last = phase.weeks[0], phase.weeks[-1]
    key = "plan_weeks" if last > first else "plan_week"
    return say(key, first=first, last=last)


def _blocks(items: Iterable[PlanItem]) -> Iterator[str]:
    for block, group in groupby(items, key=lambda item: item.block):
        yield element("h5", plain(say(f"block_{block}")), css=f"po-block po-{block}")
        yield _entries(group)


def _entries(items: Iterable[PlanItem]) -> str:
    return element("ul", *(element("li", _entry(item)) for item in items), css="po-plan")


def _entry(item: PlanItem) -> str:
    exercise = load_library().exercises[item.exercise_id]
    how = element("details", element("summary", plain(say("plan_how"))), _how(exercise))
    picture = exercise_thumbnail(exercise.id)
    return "".join((picture, _name(exercise, item), element("p", plain(item.reason)), how))


def _rows(items: Iterable[PlanItem]) -> str:
    """Return items as collapsed lines, because most of them are in the session above already."""
    return element("div", *(_row(item) for item in items), css="po-rows")


def _row(item: PlanItem) -> str:
    exercise = load_library().exercises[item.exercise_id]
    reason = element("p", plain(item.reason))
    return element("details", element("summary", _name(exercise, item)), reason, _how(exercise))


def _name(exercise: Exercise, item: PlanItem) -> str:
    dose = element("span", plain(item_dose(item)), css="po-chip")
    return f"{element('b', plain(exercise.name))} {dose}"


def _how(exercise: Exercise) -> str:
    steps = element("ol", *(element("li", plain(step)) for step in exercise.steps))
    if not exercise.mistakes:
        return steps
    head = element("p", element("b", plain(say("plan_mistakes"))))
    return steps + head + listing(plain(mistake) for mistake in exercise.mistakes)
