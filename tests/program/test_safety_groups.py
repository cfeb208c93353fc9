"""The grouped safety questions: together they ask what the seventeen ask, and stop as firmly."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from posture.program import (
    PlanRequest,
    build_plan,
    find_notices,
    load_library,
    parse_answers,
    unanswered_safety,
)
from posture.program.model import Question
from posture.program.red_flags import MOST_URGENT_FIRST

LIBRARY = load_library()
GROUPS = LIBRARY.sections["safety"].questions
STARTS = date(2025, 1, 6)


def urgencies(table: dict[str, object]) -> list[int]:
    return [MOST_URGENT_FIRST.index(each.urgency) for each in find_notices(parse_answers(table))]


def test_every_safety_question_is_in_exactly_one_group() -> None:
    covered = Counter(name for group in GROUPS for name in group.covers)
    asked = [question.id for question in LIBRARY.sections["health"].questions]
    assert covered == Counter(asked)
    assert len(GROUPS) <= 7


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.id)
@pytest.mark.parametrize("age", [16, 30, 60])
def test_a_group_stops_at_least_as_firmly_as_any_question_in_it(group: Question, age: int) -> None:
    said = urgencies({f"safety.{group.id}": "yes"})
    assert said
    for name in group.covers:
        alone = urgencies({f"health.{name}": "yes", "about.age": age})
        young = urgencies({"about.age": age})
        assert min(said) <= min((each for each in alone if each not in young), default=2)


def test_none_of_these_answers_every_safety_question() -> None:
    none = {f"safety.{group.id}": "no" for group in GROUPS}
    assert unanswered_safety(parse_answers(none)) == ()
    assert find_notices(parse_answers(none)) == ()
    plan = build_plan(PlanRequest(start=STARTS, answers=parse_answers(none)))
    assert plan.outcome == "programme"
    assert not any("safety questions are still open" in note for note in plan.notes)


def test_a_no_to_one_group_leaves_the_others_open() -> None:
    rest = unanswered_safety(parse_answers({"safety.legs": "no", "safety.fall": "unsure"}))
    assert "health.leg_weakness" not in rest
    assert {"health.major_trauma", "health.saddle_numbness"} <= set(rest)


@pytest.mark.parametrize(
    ("group", "outcome"),
    [
        ("nerves", "urgent"),
        ("legs", "urgent"),
        ("fall", "clinician_first"),
        ("unwell", "clinician_first"),
        ("new_pain", "clinician_first"),
        ("ask_first", "clinician_first"),
        ("condition", "programme"),
    ],
)
def test_what_a_yes_means_for_the_plan(group: str, outcome: str) -> None:
    answers = parse_answers({f"safety.{group}": "yes"})
    plan = build_plan(PlanRequest(start=STARTS, answers=answers))
    assert plan.outcome == outcome
    assert [notice.flag_id for notice in plan.notices] == [f"group_{group}"]


def test_a_yes_in_the_long_form_outweighs_none_of_these() -> None:
    table = {f"safety.{group.id}": "no" for group in GROUPS} | {"health.leg_weakness": "yes"}
    assert urgencies(table) == [0]
