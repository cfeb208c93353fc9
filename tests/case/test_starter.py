"""Starter plans: one for each finding, balanced, and always the same."""

from __future__ import annotations

import json

import pytest

from posture.case.starter import EPOCH, plan_request, starter_plan
from posture.codec import encode_record
from posture.program import load_library
from posture.screening.grade import Evidence, Screening

PATTERNS = [("type_a", "possible"), ("type_b", "possible"), (None, "not_suggested")]
KINDS = {"release", "stretch", "mobilise", "activate", "strengthen", "integrate", "habit"}
LENGTHENING = {"release", "stretch"}
LOADING = {"activate", "strengthen"}


def screening(pattern: str | None, grade: str, *signs: str) -> Screening:
    evidence = tuple(
        Evidence(
            sign=sign,
            pattern="type_b",
            role="support",
            direction="for",
            probability=0.9,
            text="x",
        )
        for sign in signs
    )
    return Screening(grade=grade, pattern=pattern, probability=0.6, evidence=evidence, missing=())


@pytest.mark.parametrize(("pattern", "grade"), [*PATTERNS, (None, "undetermined")])
def test_every_finding_has_a_balanced_session(pattern: str | None, grade: str) -> None:
    plan = starter_plan(screening(pattern, grade))
    keys = ["serves", "headline", "session", "daily", "habits", "next_step"]
    assert list(encode_record(plan)) == keys
    kinds = {item.type for item in plan.session}
    assert kinds <= KINDS
    assert kinds & LENGTHENING
    assert kinds & LOADING
    assert "clinician" in plan.next_step
    known = load_library().exercises
    for item in (*plan.session, *plan.daily, *plan.habits):
        assert item.name == known[item.exercise].name
        assert item.dose
        assert item.reason


@pytest.mark.parametrize("pattern", ["type_a", None])
def test_the_true_half_kneeling_stretch_is_there(pattern: str | None) -> None:
    plan = starter_plan(screening(pattern, "possible" if pattern else "not_suggested"))
    names = " ".join(item.name.lower() for item in plan.session + plan.daily)
    assert "half-kneeling" in names


def test_the_patterns_have_different_programmes() -> None:
    a, b, none = (starter_plan(screening(*pattern)) for pattern in PATTERNS)
    assert a.headline != b.headline != none.headline
    assert a.session != b.session


@pytest.mark.parametrize(("pattern", "grade"), PATTERNS)
def test_the_same_finding_gives_the_same_plan(pattern: str | None, grade: str) -> None:
    one, other = (starter_plan(screening(pattern, grade)) for _ in range(2))
    assert json.dumps(encode_record(one)) == json.dumps(encode_record(other))


def test_only_signs_that_the_rules_know_reach_the_request() -> None:
    known = sorted(load_library().rules.photo_signs)
    request = plan_request(screening(None, "not_suggested", known[0], "never_heard"), start=EPOCH)
    assert request.signs == {known[0]}
    assert request.start == EPOCH
    assert EPOCH.weekday() == 0
