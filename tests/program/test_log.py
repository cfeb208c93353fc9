"""Ticks and feelings: they move the plan on its ladders, safely, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.program import Plan, PlanLog, PlanRequest, build_plan, load_library, plan_to_ics
from posture.program.choose import block_of
from posture.program.log import FELT, Felt, is_done, next_session, session_key, streak
from posture.program.plan import Session
from posture.program.profile import profile_of
from tests.program.conftest import read_clients

LIBRARY = load_library()
CLIENTS = {name: r for name, r in read_clients().items() if build_plan(r).sessions}


def felt(plan: Plan, answers: Mapping[int, Felt]) -> PlanLog:
    """Return the log in which all exercises of some sessions felt alike."""
    log = PlanLog()
    for number, how in answers.items():
        for item in plan.sessions[number].items:
            log = log.told(plan.sessions[number], item.exercise_id, how)
    return log


def names(session: Session) -> list[str]:
    return [item.exercise_id for item in session.items]


@pytest.fixture(scope="module")
def request_a() -> PlanRequest:
    return next(r for r in CLIENTS.values() if r.serves == "type_a" and r.minutes >= 20)


def test_without_a_log_the_plan_is_the_one_for_the_request(request_a: PlanRequest) -> None:
    assert build_plan(request_a, PlanLog()) == build_plan(request_a)


def test_too_much_once_steps_down_from_the_next_session_on(request_a: PlanRequest) -> None:
    plan = build_plan(request_a)
    changed = build_plan(request_a, felt(plan, {0: "too_much"}))
    assert names(changed.sessions[0]) == names(plan.sessions[0])
    for before, after in zip(plan.sessions[2].items, changed.sessions[2].items, strict=True):
        if before.easier_id and before.easier_id not in names(plan.sessions[2]):
            assert after.exercise_id == before.easier_id
            assert LIBRARY.exercises[before.exercise_id].name in after.reason


def test_easy_counts_when_it_was_easy_twice_in_a_row(request_a: PlanRequest) -> None:
    plan = build_plan(request_a)
    opener = plan.sessions[0].items[0]
    once = build_plan(request_a, felt(plan, {0: "easy"}))
    broken = build_plan(request_a, felt(plan, {0: "easy", 1: "right", 2: "easy"}))
    twice = build_plan(request_a, felt(plan, {0: "easy", 1: "easy"}))
    assert once.sessions[5].items[0].exercise_id == opener.exercise_id
    assert broken.sessions[5].items[0].exercise_id == opener.exercise_id
    assert twice.sessions[1].items[0].exercise_id == opener.exercise_id
    assert twice.sessions[2].items[0].exercise_id == opener.harder_id


def test_a_swap_counts_at_once_and_can_be_taken_back(request_a: PlanRequest) -> None:
    plan = build_plan(request_a)
    session, item = plan.sessions[3], plan.sessions[3].items[2]
    role = LIBRARY.exercises[item.exercise_id].role
    log = PlanLog().swapped(session, role, "easier")
    changed = build_plan(request_a, log)
    assert changed.sessions[2] == plan.sessions[2]
    assert changed.sessions[3].items[2].exercise_id == item.easier_id
    assert build_plan(request_a, log.swapped(session, role, "harder")) == plan


def test_the_calendar_and_the_daily_block_follow(request_a: PlanRequest) -> None:
    plan = build_plan(request_a)
    changed = build_plan(request_a, felt(plan, {0: "too_much"}))
    opener = plan.sessions[0].items[0]
    easier = LIBRARY.exercises[opener.easier_id or ""].name
    assert easier not in plan_to_ics(plan).replace("\r\n ", "")
    assert easier in plan_to_ics(changed).replace("\r\n ", "")
    assert changed.phases[0].daily[0].exercise_id == opener.easier_id


@given(
    st.sampled_from(sorted(CLIENTS)),
    st.lists(st.tuples(st.integers(0, 23), st.integers(0, 7), st.sampled_from(FELT)), max_size=40),
    st.lists(st.tuples(st.integers(0, 23), st.integers(0, 7), st.booleans()), max_size=6),
)
def test_no_log_leads_to_a_barred_exercise_or_a_longer_session(
    name: str, told: list[tuple[int, int, Felt]], swaps: list[tuple[int, int, bool]]
) -> None:
    request = CLIENTS[name]
    plan, client = build_plan(request), profile_of(request, LIBRARY)
    log = PlanLog()
    for number, place, how in told:
        session = plan.sessions[number]
        log = log.told(session, names(session)[place % len(session.items)], how)
    for number, place, up in swaps:
        session = plan.sessions[number]
        exercise = LIBRARY.exercises[names(session)[place % len(session.items)]]
        log = log.swapped(session, exercise.role, "harder" if up else "easier")
    changed = build_plan(request, log)
    for before, after in zip(plan.sessions, changed.sessions, strict=True):
        assert after.seconds <= before.seconds
        assert len(set(names(after))) == len(before.items)
        for old, new in zip(before.items, after.items, strict=True):
            exercise = LIBRARY.exercises[new.exercise_id]
            assert client.suits(exercise)
            assert client.equipped(exercise)
            assert block_of(exercise) == block_of(LIBRARY.exercises[old.exercise_id])


def test_streak_and_next_session_follow_the_ticks(request_a: PlanRequest) -> None:
    plan, log = build_plan(request_a), PlanLog()
    assert streak(plan, log) == 0
    assert next_session(plan, log) == plan.sessions[0]
    for number in (0, 2, 3):
        for name in names(plan.sessions[number]):
            log = log.ticked(plan.sessions[number], name, on=True)
    assert is_done(plan.sessions[0], log)
    assert streak(plan, log) == 2
    assert next_session(plan, log) == plan.sessions[1]
    log = log.ticked(plan.sessions[3], names(plan.sessions[3])[0], on=False)
    assert not is_done(plan.sessions[3], log)


def test_a_log_survives_as_ticks_and_foreign_ones_are_left_out(request_a: PlanRequest) -> None:
    plan = build_plan(request_a)
    log = felt(plan, {0: "easy"}).ticked(plan.sessions[0], "clam", on=True)
    log = log.swapped(plan.sessions[1], "glute", "harder")
    assert PlanLog.from_ticks(log.to_ticks()) == log
    assert log.to_ticks()["1-2.swap.glute"] == "1"
    assert log.to_ticks()["1-1.clam"] == ""
    assert log.felt[session_key(plan.sessions[0])]
    foreign = {"1-A": "right", "1-1.swap.glute": "all", "": "", "1-1.a.b": "easy"}
    assert PlanLog.from_ticks(foreign) == PlanLog()
    assert PlanLog.from_ticks({"1-1.clam": "awful"}).felt == {}


def test_who_takes_a_tick_back_takes_back_how_it_was(request_a: PlanRequest) -> None:
    session = build_plan(request_a).sessions[0]
    name = names(session)[0]
    log = PlanLog().told(session, name, "easy")
    assert name in log.done[session_key(session)]
    gone = log.ticked(session, name, on=False)
    assert gone.to_ticks() == {}
    assert log.told(session, name, None).to_ticks() == {f"1-1.{name}": ""}
