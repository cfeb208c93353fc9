"""Twenty clients with three photos each: their plans as files, and what a coach asks of them.

To renew the files after an intended change, run ``POSTURE_RENEW_GOLDEN=1 pytest tests/program`` and
read the difference line by line.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

from posture.program import Plan, PlanItem, load_library, plan_to_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "golden" / "programme"
LIBRARY = load_library()


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("programme", ROOT / "scripts" / "programme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["programme"] = module
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
CLIENTS = SCRIPT.clients()
NO_PLAN = ("07_urgent", "08_night_pain")
TRAINED = tuple(key for key in CLIENTS if key not in NO_PLAN)
PLANS = [(key, photo) for key in TRAINED for photo in CLIENTS[key].plans]


def plan_of(key: str, photo: str) -> Plan:
    plan = CLIENTS[key].plans[photo]
    assert isinstance(plan, Plan)
    return plan


def items(plan: Plan) -> list[PlanItem]:
    return [item for session in plan.sessions for item in session.items]


def roles(found: Iterable[PlanItem]) -> set[str]:
    return {LIBRARY.exercises[item.exercise_id].role for item in found}


@pytest.mark.parametrize("key", CLIENTS)
def test_plans_are_the_golden_ones(key: str) -> None:
    path = FOLDER / f"{key}.txt"
    parts = [
        f"#### {photo}\n{plan_to_text(plan, detail='plan')}"
        for photo, plan in CLIENTS[key].plans.items()
    ]
    text = "\n".join(parts)
    if os.environ.get("POSTURE_RENEW_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", TRAINED)
def test_the_finding_decides_at_least_half_of_a_plan(key: str) -> None:
    for one, other in combinations(CLIENTS[key].plans.values(), 2):
        assert SCRIPT.share(one, other) <= 0.5


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_what_differs_says_which_finding_led_to_it(key: str, photo: str) -> None:
    """An exercise that another photo of the same client does not bring names its finding."""
    plan = plan_of(key, photo)
    if photo == "ordinary":
        return
    others = [other for name, other in CLIENTS[key].plans.items() if name != photo]
    own = SCRIPT.exercises(plan) - {name for other in others for name in SCRIPT.exercises(other)}
    found = {item.exercise_id: item.reason for item in items(plan)}
    named = ("In type A" if photo == "type_a" else "In type B", "In the photo")
    tested = ("test", "You felt nothing", "You told us")
    for name in own & set(found):
        assert any(words in found[name] for words in (*named, *tested)), found[name]


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_sessions_are_few_exercises_and_warm(key: str, photo: str) -> None:
    plan = plan_of(key, photo)
    wanted = {5: 2, 10: 3, 20: 5, 30: 6, 45: 8, 60: 8}[plan.minutes]
    if photo == "ordinary":
        wanted = min(wanted, 5)
    assert {len(session.items) for session in plan.sessions} == {wanted}
    assert plan.warm_up.startswith("Warm up for two minutes")
    for session in plan.sessions:
        spent = sum(15 + item.seconds for item in session.items)
        assert session.seconds == 120 + spent
        blocks = [item.block for item in session.items]
        assert blocks[0] == "open"
        assert "wake" in blocks


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_daily_block_is_two_small_exercises(key: str, photo: str) -> None:
    for phase in plan_of(key, photo).phases:
        assert len(phase.daily) == 2
        types = {LIBRARY.exercises[item.exercise_id].type for item in phase.daily}
        assert types <= {"stretch", "activate"}
        assert sum(item.seconds for item in phase.daily) <= 300


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_repetitions_and_holds_rise_and_never_fall_back(key: str, photo: str) -> None:
    reached: dict[str, tuple[int, int]] = {}
    plan = plan_of(key, photo)
    for item in items(plan):
        exercise = LIBRARY.exercises[item.exercise_id]
        if exercise.type in ("activate", "strengthen", "integrate"):
            now = (item.dose.reps or 0, item.dose.hold_s or 0)
            before = reached.get(exercise.id, (0, 0))
            assert now[0] >= before[0]
            assert now[1] >= before[1]
            reached[exercise.id] = now
    for phase in plan.phases:
        first, last = (_doses(plan, week) for week in (phase.weeks[0], phase.weeks[-1]))
        for name in first:
            assert last[name] > first[name] or last[name][2], (name, first[name])


def _doses(plan: Plan, week: int) -> dict[str, tuple[int, int, bool]]:
    """Return repetitions and hold of loaded work, and whether it is at its top."""
    return {
        item.exercise_id: (
            item.dose.reps or 0,
            item.dose.hold_s or 0,
            item.top in (item.dose.reps, item.dose.hold_s),
        )
        for session in plan.week(week)
        for item in session.items
        if item.block in ("wake", "integrate")
    }


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_each_loaded_exercise_has_a_next_step(key: str, photo: str) -> None:
    plan = plan_of(key, photo)
    limited = any(flag.urgency == "check_first" for flag in plan.notices)
    for item in items(plan):
        if item.block in ("wake", "integrate"):
            assert item.top is not None
            assert item.harder_id or item.load or limited, item.exercise_id


@pytest.mark.parametrize(("key", "photo"), PLANS)
def test_checks_come_after_two_four_and_eight_weeks(key: str, photo: str) -> None:
    plan = plan_of(key, photo)
    assert [(check.week, check.photo) for check in plan.checks] == [
        (2, False), (4, True), (8, True),
    ]  # fmt: skip
    for check in plan.checks:
        assert check.tests
        assert check.then


@pytest.mark.parametrize("key", TRAINED)
def test_type_a_eases_the_front_and_strengthens_abdominals_and_seat(key: str) -> None:
    plan = plan_of(key, "type_a")
    leading = {"opener", "front_thigh", "core_front", "glute"}
    for session in plan.sessions:
        lead = [i for i in session.items if LIBRARY.exercises[i.exercise_id].role in leading]
        assert len(lead) >= 2, session.week


def test_type_a_gives_front_seat_and_trunk_most_of_the_time() -> None:
    leading = {"opener", "front_thigh", "core_front", "glute"}
    for session in plan_of("01_desk_stiff", "type_a").sessions:
        lead = [i for i in session.items if LIBRARY.exercises[i.exercise_id].role in leading]
        assert sum(i.seconds for i in lead) > sum(i.seconds for i in session.items) / 2


@pytest.mark.parametrize("key", ["01_desk_stiff", "12_runner", "19_spondylolisthesis"])
def test_type_b_gets_back_of_thigh_upper_back_flexor_strength_and_stance(key: str) -> None:
    plan = plan_of(key, "type_b")
    assert {"hamstring", "thoracic", "flexor_strength", "core_front", "stance"} <= roles(
        items(plan)
    )
    assert all(item.dose.sets == 1 for item in items(plan) if item.block == "open")


@pytest.mark.parametrize("photo", ["type_a", "type_b", "ordinary"])
def test_knees_pressed_back_alone_bring_stance_drills(photo: str) -> None:
    for session in plan_of("16_hypermobile", photo).sessions:
        assert "stance" in roles(session.items)


@pytest.mark.parametrize("photo", ["type_a", "type_b", "ordinary"])
def test_thomas_positive_keeps_the_front_thigh_and_adds_a_set(photo: str) -> None:
    both = plan_of("02_desk_tested", photo)
    for session in both.sessions:
        assert session.items[0].dose.sets == 3
        assert "front_thigh" in roles(session.items)
        assert {"glute", "core_front"} <= roles(session.items)
    one = plan_of("05_side_tested", photo)
    for session in one.sessions:
        assert session.items[0].extra_side == "right"
        assert "front_thigh" in roles(session.items)


@pytest.mark.parametrize("photo", ["type_a", "type_b", "ordinary"])
def test_thomas_negative_leaves_most_time_to_strength_of_the_flexors(photo: str) -> None:
    for session in plan_of("03_weak_flexors", photo).sessions:
        easing = sum(15 + i.seconds for i in session.items if i.block in ("open", "lengthen"))
        assert easing <= 0.3 * session.seconds
        assert "flexor_strength" in roles(session.items)
        assert session.items[0].dose.sets == 1


@pytest.mark.parametrize("photo", ["type_a", "type_b"])
def test_a_weak_test_starts_lower_and_comes_first(photo: str) -> None:
    usual = plan_of("01_desk_stiff", photo)
    weak = plan_of("20_weak_trunk", photo)

    def first(plan: Plan, role: str) -> str:
        return next(
            item.exercise_id
            for item in items(plan)
            if LIBRARY.exercises[item.exercise_id].role == role
        )

    waking = [i for i in weak.sessions[0].items if i.block == "wake"]
    assert roles(waking[:2]) == {"glute", "core_front"}
    steps = {rule.role: rule.steps for rule in LIBRARY.rules.ladders if rule.serves == photo}[
        "core_front"
    ]
    assert steps.index(first(weak, "core_front")) < steps.index(first(usual, "core_front"))


def test_tighter_is_not_weaker() -> None:
    """Client 4 feels the right side stronger and tighter: stretched more right, trained left."""
    plan = plan_of("04_side_felt", "type_a")
    assert plan.asymmetry is not None
    assert plan.tightness is not None
    assert (plan.asymmetry.first, plan.tightness.side) == ("left", "right")
    assert {item.extra_side for item in items(plan) if item.block == "open"} == {"right"}
    lifts = [i for i in items(plan) if LIBRARY.exercises[i.exercise_id].role == "side_hip"]
    assert {item.side_rule for item in lifts} == {"left_first"}


@pytest.mark.parametrize("key", ["04_side_felt", "05_side_tested"])
def test_range_is_cut_only_where_the_difference_was_found(key: str) -> None:
    plan = plan_of(key, "type_a")
    cuts = [
        (session.week, session.number, item.exercise_id, item.range_cut)
        for session in plan.sessions
        for item in session.items
        if item.range_cut
    ]
    assert {LIBRARY.exercises[name].role for _, _, name, _ in cuts} == {"side_hip"}
    assert {cut.side for *_, cut in cuts} == {"left"}
    spans = [(cut.low_pct, cut.high_pct) for *_, cut in cuts]
    assert spans[0] == (10, 15)
    assert spans == sorted(set(spans))
    assert max(week for week, *_ in cuts) <= 2


def test_the_command_prints_what_the_page_says() -> None:
    """``python scripts/programme.py --write`` renews docs/program.md."""
    assert (ROOT / "docs" / "program.md").read_text(encoding="utf-8") == SCRIPT.page()
