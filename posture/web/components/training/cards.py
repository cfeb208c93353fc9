"""Session cards: what to do, how, and what comes next; ticks and feelings go into the log."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from posture.program import Plan, PlanItem, PlanLog, Session, load_library
from posture.program.log import FELT, Felt, Way, session_key
from posture.program.render_text import item_dose, next_step_to_text
from posture.web import state
from posture.web.access import is_guest
from posture.web.components.exercise import (
    exercise_pair,
    exercise_thumbnail,
    for_trainers,
    how_to,
)
from posture.web.components.markup import element, plain
from posture.web.components.training.player import swap_label
from posture.web.language import current_language
from posture.web.services.training import coming, first_met
from posture.web.texts import say


def keep(plan: Plan, log: PlanLog) -> None:
    """Keep what was done of a plan with the visit."""
    state.keep_plan_log(log, start=plan.start)


def show_cards(plan: Plan, session: Session, log: PlanLog) -> None:
    """Show the warm-up and every exercise of a session, each with its ticks."""
    fresh = first_met(plan, session)
    st.html(element("p", plain(plan.warm_up), css="po-warm-up"))
    for item in session.items:
        with st.container(border=True, gap="small"):
            st.html(_card(plan, session, item, fresh=item.exercise_id in fresh))
            _show_ticks(plan, session, item, log)


def swap(plan: Plan, session: Session, exercise: str, way: Way) -> None:
    """Put an exercise of a session one step further on its ladder."""
    role = load_library(current_language()).exercises[exercise].role
    keep(plan, state.plan_log().swapped(session, role, way))


def _card(plan: Plan, session: Session, item: PlanItem, *, fresh: bool) -> str:
    language = current_language()
    exercise = load_library(language).exercises[item.exercise_id]
    return element(
        "article",
        element(
            "div",
            element("h5", plain(say(f"block_{item.block}")), css=f"po-block po-{item.block}"),
            element("h4", plain(exercise.name)),
            element("span", plain(item_dose(item, language)), css="po-chip"),
        ),
        exercise_thumbnail(exercise.id),
        _how(plan, session, item, fresh=fresh),
        css="po-do",
    )


def _rises(plan: Plan, session: Session, item: PlanItem) -> Iterator[str]:
    """Yield each later dose with the week from which it holds."""
    language = current_language()
    dose = item_dose(item, language)
    for week, other in coming(plan, session, item):
        if item_dose(other, language) != dose:
            dose = item_dose(other, language)
            yield say("train_week_dose", week=week, dose=dose)


def _how(plan: Plan, session: Session, item: PlanItem, *, fresh: bool) -> str:
    """Return the fold of how and why; both pictures in it where the exercise is first met."""
    language = current_language()
    exercise = load_library(language).exercises[item.exercise_id]
    later = "; ".join(_rises(plan, session, item))
    lines = [
        item.reason,
        later and say("train_later", doses=later),
        next_step_to_text(item, language),
    ]
    return element(
        "details",
        element("summary", plain(say("plan_how"))),
        exercise_pair(exercise.id) if fresh else "",
        *(element("p", plain(line)) for line in lines if line),
        how_to(exercise),
        "" if is_guest() else for_trainers(exercise, fresh=fresh),
    )


def _show_ticks(plan: Plan, session: Session, item: PlanItem, log: PlanLog) -> None:
    key, name = session_key(session), item.exercise_id
    tick, feel = f"po_tick_{key}_{name}", f"po_feel_{key}_{name}"
    # The player writes the log too, so the fields are set from it each time.
    st.session_state[tick] = name in log.done.get(key, ())
    st.session_state[feel] = log.felt.get(key, {}).get(name)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.checkbox(
            say("train_done"), key=tick, on_change=partial(_tick, plan, session, name, tick)
        )
        _show_swaps(plan, session, item)
    # Nobody can say before it is done; the player asks by itself.
    if st.session_state[tick]:
        st.segmented_control(
            say("train_felt"),
            FELT,
            format_func=lambda how: say(f"train_{how}"),
            key=feel,
            on_change=partial(_feel, plan, session, name, feel),
        )


def _show_swaps(plan: Plan, session: Session, item: PlanItem) -> None:
    """Offer the neighbours of an exercise on its ladder that the session does not hold yet."""
    here = {other.exercise_id for other in session.items}
    ways: dict[Way, str | None] = {"easier": item.easier_id, "harder": item.harder_id}
    offered = [(way, name) for way, name in ways.items() if name is not None and name not in here]
    if not offered:
        return
    with st.popover(say("train_swap"), type="tertiary", icon=":material/swap_vert:"):
        for way, name in offered:
            st.button(
                swap_label(way, name),
                key=f"po_swap_{session_key(session)}_{item.exercise_id}_{way}",
                type="tertiary",
                icon=":material/trending_down:" if way == "easier" else ":material/trending_up:",
                on_click=swap,
                args=(plan, session, item.exercise_id, way),
            )


def _tick(plan: Plan, session: Session, exercise: str, field: str) -> None:
    on = bool(st.session_state.get(field))
    keep(plan, state.plan_log().ticked(session, exercise, on=on))


def _feel(plan: Plan, session: Session, exercise: str, field: str) -> None:
    how: Felt | None = st.session_state.get(field)
    keep(plan, state.plan_log().told(session, exercise, how))
