"""The eight weeks: what is done, which session is next, and what changes on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

import streamlit as st

from posture.program import Plan, PlanItem, PlanLog, Session, load_library
from posture.program.localised import localised
from posture.program.log import FELT, Felt, Way, is_done, next_session, session_key, streak
from posture.program.plan import PhasePlan
from posture.program.render_text import check_to_text, date_to_text, item_dose, session_letter
from posture.program.texts import say_in as phrase
from posture.report.plan_page import phase_rows
from posture.web import state
from posture.web.components.exercise import how_to
from posture.web.components.markup import element, listing, plain
from posture.web.components.training.cards import keep, show_cards, swap
from posture.web.components.training.player import last_event, show_player
from posture.web.language import current_language
from posture.web.texts import say

_WEEK: Final = "plan_week"
_NUMBER: Final = "plan_session"


def show_weeks(plan: Plan) -> None:
    """Show progress, the session to do, the daily block and what comes later."""
    plan, log = localised(plan, current_language()), state.plan_log()
    st.html(_progress(plan, log))
    # The session to do stands first, the choice of another one below it.
    chosen = st.container()
    session = _show_choice(plan, log)
    phase = next(phase for phase in plan.phases if session.week in phase.weeks)
    with chosen:
        _show_start(session, phase)
    _show_running(plan, log)
    show_cards(plan, session, log)
    daily = say("plan_daily", minutes=phase.daily_minutes)
    _show_rows(daily, ":material/today:", phase.daily)
    _show_rows(say("plan_habits"), ":material/directions_walk:", plan.habits)
    # The foot of every page says that this is no diagnosis.
    elsewhere = phrase(current_language(), "not_a_diagnosis")
    _show_later(plan, tuple(note for note in plan.notes if note != elsewhere))


def _show_start(session: Session, phase: PhasePlan) -> None:
    """Show when a session is due and what its weeks are about, and the button that begins it."""
    language = current_language()
    when = say(
        "train_when",
        date=date_to_text(session.date, language),
        minutes=-(-session.seconds // 60),
        phase=phase.name,
    )
    st.caption(f"{when} {phase.aim}")
    st.button(
        say("train_start", letter=session_letter(session.number, language)),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="train_start",
        on_click=state.train,
        args=(session_key(session),),
    )


def _progress(plan: Plan, log: PlanLog) -> str:
    """Return a dot for each session, how many are done, and the day of the next photos."""
    done = [is_done(session, log) for session in plan.sessions]
    dots = element(
        "div",
        *(element("i", css="po-full" if each else "") for each in done),
        css="po-dots",
        label=say("train_count_done", done=sum(done), of=len(done)),
    )
    row = streak(plan, log)
    words = [say("train_count_done", done=sum(done), of=len(done))]
    words += [say("train_streak", row=row)] if row > 1 else []
    upcoming = next_session(plan, log)
    days = [photo.date for photo in plan.photos if photo.date > upcoming.date]
    retake = days[0] if days else plan.photos[-1].date
    words.append(say("train_retake", date=date_to_text(retake, current_language())))
    return element("section", dots, element("p", plain(" ".join(words))), css="po-progress")


def _show_choice(plan: Plan, log: PlanLog) -> Session:
    """Show the choice of week and session; at first the next one that is not done."""
    if _WEEK not in st.session_state:
        _open(next_session(plan, log))
    numbers = [session.number for session in plan.week(1)]
    with (
        st.expander(say("train_choose"), icon=":material/date_range:"),
        st.container(horizontal=True, gap="medium", key="po_weeks"),
    ):
        week = st.segmented_control(
            say("train_week"),
            tuple(dict.fromkeys(session.week for session in plan.sessions)),
            required=True,
            key=_WEEK,
            persist_state="session",
        )
        number = st.segmented_control(
            say("train_session"),
            numbers,
            required=True,
            format_func=lambda number: session_letter(number, current_language()),
            key=_NUMBER,
            persist_state="session",
        )
    return plan.week(week or 1)[(number or 1) - 1]


def _open(session: Session) -> None:
    st.session_state[_WEEK], st.session_state[_NUMBER] = session.week, session.number


def _show_running(plan: Plan, log: PlanLog) -> None:
    """Show the player over the page while a session is being done."""
    running = next((s for s in plan.sessions if session_key(s) == state.training()), None)
    if running is None:
        return
    show_player(plan, running, log, _follow(plan, running))


def _follow(plan: Plan, session: Session) -> Callable[[], None]:
    """Return a function that writes what the player says into the log."""

    def follow() -> None:
        event = last_event()
        kind, exercise = event.get("kind"), str(event.get("exercise", ""))
        log = state.plan_log()
        if kind == "leave":
            state.train("")
            _open(next_session(plan, log) if is_done(session, log) else session)
        elif exercise not in {item.exercise_id for item in session.items}:
            return
        elif kind == "swap" and event.get("way") in ("easier", "harder"):
            swap(plan, session, exercise, cast("Way", event["way"]))
        elif kind == "done":
            keep(plan, log.ticked(session, exercise, on=True))
        elif kind == "felt" and event.get("how") in FELT:
            keep(plan, log.told(session, exercise, cast("Felt", event["how"])))

    return follow


def _show_rows(title: str, icon: str, items: Iterable[PlanItem]) -> None:
    with st.expander(title, icon=icon):
        st.html(element("div", *(_row(item) for item in items), css="po-rows"))


def _row(item: PlanItem) -> str:
    exercise = load_library(current_language()).exercises[item.exercise_id]
    dose = element("span", plain(item_dose(item, current_language())), css="po-chip")
    name = f"{element('b', plain(exercise.name))} {dose}"
    reason = element("p", plain(item.reason))
    return element("details", element("summary", name), reason, how_to(exercise))


def _show_later(plan: Plan, notes: Iterable[str]) -> None:
    """Show what is the same for all sessions: phases, checks and notes."""
    with st.expander(say("train_phases"), icon=":material/calendar_month:"):
        st.html(element("div", *_phases(plan), css="po-phases"))
    with st.expander(say("train_checks"), icon=":material/event_repeat:"):
        st.html(
            listing(
                (plain(check_to_text(check, current_language())) for check in plan.checks),
                css="po-lines",
            )
        )
    with st.expander(say("plan_notes"), icon=":material/lightbulb:"):
        st.html(listing((plain(note) for note in notes), css="po-lines"))


def _phases(plan: Plan) -> Iterable[str]:
    """Yield a box for each phase, with the words that the sheet prints."""
    for row in phase_rows(plan, language=current_language()):
        yield element(
            "section",
            element("small", plain(f"{row.weeks}, {row.starts}")),
            element("h4", plain(row.name)),
            element("p", plain(row.aim)),
            element("p", element("b", plain(say("train_dose") + " ")), plain(row.dose)),
            element("p", element("b", plain(say("train_new") + " ")), plain(row.new))
            if row.new
            else "",
        )
