"""Tests of the trainer one by one, without a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.captures import make_capture

from posture.clients import ClientStore, Details
from posture.program import load_library, parse_answers
from posture.web.services.test_round import paths_of, round_of, with_readings

DAY, LATER = date(2025, 3, 3), date(2025, 4, 28)
ABOVE = "tests.modified_thomas.left.thigh_above_horizontal"


def page() -> None:
    from posture.web.pages import tests

    tests.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    return ClientStore()


def shown(visit_id: str | None = None) -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    if visit_id is not None:
        test.session_state["tested_visit"] = visit_id
    return test.run()


def shown_html(test: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in test.get("html"))


def press(test: AppTest, label: str) -> AppTest:
    return next(button for button in test.button if button.label == label).click().run()


def test_the_first_tests_take_five_minutes_and_bear_on_the_verdict() -> None:
    found = round_of(parse_answers({}))
    names = [test.id for test in found.first]
    assert (len(names), found.minutes) == (6, 5)
    assert {"modified_thomas", "active_leg_raise", "knee_lift_hold"} <= set(names)
    assert {test.id for test in (*found.first, *found.more)} == set(load_library().tests)


def test_conditions_of_the_client_leave_tests_out() -> None:
    """Osteoporosis and pregnancy: neither curl-up nor plank, whatever else stands in for them."""
    for condition in ("osteoporosis", "pregnant_later"):
        found = round_of(parse_answers({"about.conditions": [condition]}))
        names = {test.id for test in (*found.first, *found.more)}
        assert names
        assert not names & {"curl_up", "plank", "leg_lowering"}


def test_readings_of_one_test_replace_its_earlier_ones_only() -> None:
    thomas = load_library().tests["modified_thomas"]
    assert ABOVE in paths_of(thomas)
    kept = {ABOVE: "yes", "tests.plank.hold_s": 30.0, "about.age": 40.0}
    assert with_readings(kept, thomas, {}) == {"tests.plank.hold_s": 30.0, "about.age": 40.0}
    assert with_readings(None, thomas, {ABOVE: "no"}) == {ABOVE: "no"}


def test_each_test_is_saved_when_it_is_left_and_last_time_fills_it_in(store: ClientStore) -> None:
    first = store.add_visit(
        Details(name="Anna"), [make_capture("a")], day=DAY, answers={ABOVE: "yes"}
    )
    visit = store.add_visit(first.client_id, [make_capture("b")], day=LATER)
    test = shown(visit.id)
    assert test.title[0].value == "Modified Thomas test"
    assert any("Filled in as on 3 Mar 2025" in caption.value for caption in test.caption)
    test.number_input(key=f"tests_{visit.id}_tests.modified_thomas.left.thigh_deg").set_value(8.0)
    press(test, "Save and go on")
    assert test.title[0].value == "Glute bridge"
    thigh = "tests.modified_thomas.left.thigh_deg"
    assert store.visit(visit.id).answers == {ABOVE: "yes", thigh: 8.0}
    press(test, "Back")
    press(test, "Not today")
    assert store.visit(visit.id).answers is None
    assert store.visit(first.id).answers == {ABOVE: "yes"}
    assert not test.exception


def test_after_the_first_tests_there_is_an_end_and_a_way_on(store: ClientStore) -> None:
    visit = store.add_visit(Details(name="Anna"), [make_capture("a")], day=DAY)
    test = shown(visit.id)
    for _ in range(6):
        press(test, "Not today")
    assert test.title[0].value == "That is all it takes"
    press(test, "8 more tests")
    assert any("Test 1 of 8" in caption.value for caption in test.caption)
    assert not test.exception


def test_who_tests_alone_is_spoken_to_and_has_nothing_to_measure_in_degrees() -> None:
    test = shown()
    assert test.title[0].value == "Modified Thomas test"
    assert "Sit on the edge of the bench" in shown_html(test)
    assert any("somebody watches" in caption.value for caption in test.caption)
    # What the trainer's note says is one tap deeper.
    assert any(each.label == "For trainers" for each in test.expander)
    assert not test.number_input
    test.get("button_group")[0].set_value("yes")
    press(test, "Save and go on")
    assert test.session_state["visit"].get("answer.tests.modified_thomas.left.back_stayed_flat")
    assert not test.exception


def test_no_step_of_a_test_speaks_of_a_client() -> None:
    steps = [step for test in load_library().tests.values() for step in test.how]
    assert [step for step in steps if "client" in step.lower()] == []
    german = [step for test in load_library("de").tests.values() for step in test.how]
    assert [step for step in german if "Person" in step] == []
