"""No client meets what their body rules out: each rule by name, then 10,000 drawn clients."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from support.drawn_clients import requests, shown

from posture.case.weigh import open_tests
from posture.program import (
    Plan,
    PlanRequest,
    answer_fields,
    build_plan,
    conditions_of,
    load_library,
    parse_answers,
    suitable_tests,
)
from posture.program.model import LEVELS

ROOT = Path(__file__).parents[2]
START = date(2025, 1, 6)
LIBRARY = load_library()
CLIENTS = 10_000
ALL_KIT = frozenset(LIBRARY.equipment)

NEVER = [
    *((name, ("side_plank", "single_leg_bridge"))
      for name in ("osteoporosis", "balance_problem", "kneeling_pain")),
    ("spondylolisthesis", ("leg_swings", "prone_leg_lift", "standing_back_reach", "cat_camel",
                           "bed_edge_hip_flexor_stretch", "couch_stretch")),
    ("hip_replacement", ("standing_march", "seated_march", "seated_leg_lift", "dead_bug")),
    ("shoulder_pain", ("half_kneeling_arm_reach", "seated_side_reach", "bird_dog", "dead_bug")),
    ("hip_catch", ("standing_hip_circles", "leg_swings")),
    ("ankylosing_spondylitis", ("thoracic_foam_roll",)),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "exercises"), NEVER)
def test_rule_of_the_review(condition: str, exercises: tuple[str, ...]) -> None:
    allowed = [e for e in exercises if condition not in LIBRARY.exercises[e].contraindications]
    assert allowed == []


@pytest.mark.parametrize("condition", ["pregnant_early", "pregnant_later", "osteoporosis"])
def test_curl_up_is_neither_given_nor_missed(condition: str) -> None:
    answers = parse_answers({"about": {"conditions": [condition]}})
    assert "curl_up" not in suitable_tests(answers)
    assert "curl_up" not in open_tests(answers)
    assert "curl_up" in open_tests(parse_answers({}))
    assert not [e for e in LIBRARY.exercises.values() if "curl-up" in e.name.lower()]


def test_no_face_down_test_is_missed_in_pregnancy() -> None:
    for condition in ("pregnant_early", "pregnant_later"):
        answers = parse_answers({"about": {"conditions": [condition]}})
        assert not {"plank", "prone_hip_extension"} & set(open_tests(answers))


def test_a_hip_that_locks_wants_a_look_and_gets_no_circles() -> None:
    request = PlanRequest(start=START, answers=parse_answers({"signs": {"hips_lock": "yes"}}))
    plan = build_plan(request)
    assert any("have it looked at" in notice.text for notice in plan.notices)
    assert not {"standing_hip_circles", "leg_swings"} & set(plan.exercise_ids())
    asked = answer_fields()["about.conditions"].question.options
    assert "hip_catch" not in {option.id for option in asked}


@pytest.mark.parametrize(
    "question", ["cancer_history", "recent_infection", "iv_drugs", "immune_suppression"]
)
def test_history_alone_does_not_block_exercise(question: str) -> None:
    def plan(**health: str) -> Plan:
        answers = parse_answers({"health": health, "about": {"age": 35}})
        return build_plan(PlanRequest(start=START, answers=answers))

    alone = plan(**{question: "yes"})
    assert alone.outcome == "programme"
    assert [notice.urgency for notice in alone.notices] == ["check_first"]
    assert plan(**{question: "yes"}, new_pain="yes").outcome == "clinician_first"


def test_no_picture_with_the_arm_overhead_for_a_sore_shoulder() -> None:
    """The drawing's joint angles decide: from 80 degrees on, the arm is at shoulder height."""
    folder = ROOT / "calibration" / "illustrations" / "data"
    raised = {name for path in folder.glob("*.toml") for name in _raised(path)}
    assert {"seated_side_reach", "half_kneeling_arm_reach", "open_book"} <= raised
    assert [
        name
        for name in sorted(raised)
        if "shoulder_pain" not in LIBRARY.exercises[name].contraindications
    ] == []


def _raised(path: Path) -> Iterator[str]:
    for name, drawing in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for part in ("start", "end"):
            arms = drawing.get(part, {}).get("arm", {}) if name in LIBRARY.exercises else {}
            for arm in arms.values():
                if max(map(abs, arm.get("shoulder", (0.0, 0.0))[:2])) >= 80.0:
                    yield name


def test_ten_thousand_clients_never_meet_what_is_ruled_out() -> None:
    programmes = 0
    for request in islice(requests(), CLIENTS):
        plan = build_plan(request)
        programmes += plan.outcome == "programme"
        held = conditions_of(request.answers)
        ruled_out = {condition.id for condition in held}
        caps = [LEVELS.index(c.level_cap) for c in held if c.level_cap]
        for name in shown(plan):
            exercise = LIBRARY.exercises[name]
            assert not ruled_out & set(exercise.contraindications), (name, request)
            assert LEVELS.index(exercise.level) <= min(caps, default=2), (name, request)
        again = {test for check in plan.checks for test in check.tests}
        for test in again | set(open_tests(request.answers)):
            assert not ruled_out & set(LIBRARY.tests[test].contraindications), (test, request)
    assert programmes == CLIENTS


def test_the_check_of_drawn_clients_can_fail() -> None:
    plan = build_plan(PlanRequest(start=START, equipment=ALL_KIT, level="advanced", minutes=60))
    barred = {n for n in shown(plan) if LIBRARY.exercises[n].contraindications}
    assert barred


def test_the_page_is_the_one_that_the_command_writes() -> None:
    """``python scripts/safety_table.py`` renews it."""
    spec = importlib.util.spec_from_file_location("safety", ROOT / "scripts" / "safety_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "safety.md").read_text(encoding="utf-8") == module.page(LIBRARY)
