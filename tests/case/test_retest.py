"""Readings of tests in words, and compared between two visits."""

from __future__ import annotations

import pytest

from posture.case.retest import compare_tests, only_tests, readings, without_tests
from posture.program import load_library, parse_answers

THIGH = "tests.modified_thomas.left.thigh_deg"
FLAT = "tests.modified_thomas.left.back_stayed_flat"
RAISE = "tests.active_leg_raise.right.angle_deg"
PLANK = "tests.plank.hold_s"
BRIDGE = "tests.glute_bridge.quality"


def sentences(before: dict[str, object], after: dict[str, object]) -> list[str]:
    found = compare_tests(parse_answers(before), parse_answers(after))
    return [change.sentence for change in found.changes]


def test_a_reading_is_told_in_words() -> None:
    answers = parse_answers({THIGH: 12, PLANK: 45, BRIDGE: "poor", FLAT: True})
    assert {(reading.place, reading.words) for reading in readings(answers)} == {
        ("Modified Thomas test, left", "12°"),
        ("Modified Thomas test, left", "yes"),
        ("Glute bridge", "“Back or hamstrings take over”"),
        ("Plank hold", "45 s"),
    }


@pytest.mark.parametrize(
    ("after", "told"), [(5.0, True), (6.0, False), (12.0, False), (19.0, True)]
)
def test_degrees_count_only_beyond_what_repeats_differ(after: float, *, told: bool) -> None:
    """Repeats of the Thomas test lie within six degrees (Peeler and Anderson 2007)."""
    found = compare_tests(parse_answers({THIGH: 12.0}), parse_answers({THIGH: after}))
    assert [change.beyond_repeats for change in found.changes] == ([True] if told else [])
    assert found.unchanged == (0 if told else 1)


def test_each_change_is_one_plain_sentence() -> None:
    assert sentences({RAISE: 60.0}, {RAISE: 75.0}) == [
        "Active straight-leg raise, right: now 75°, before 60°. "
        "Repeats of this test differ by up to 12°."
    ]
    assert sentences({PLANK: 30.0}, {PLANK: 45.0}) == ["Plank hold: now 45 s, before 30 s."]
    assert sentences({BRIDGE: "poor"}, {BRIDGE: "good"}) == [
        "Glute bridge: now “Clean”, before “Back or hamstrings take over”."
    ]


def test_what_was_tested_once_or_is_not_sure_is_no_change() -> None:
    assert sentences({}, {PLANK: 30.0}) == []
    stops = "tests.active_leg_raise.left.stops_early"
    assert sentences({stops: "unsure"}, {stops: "yes"}) == []


def test_a_thomas_test_with_a_lifted_back_is_not_compared() -> None:
    assert sentences({THIGH: 20.0, FLAT: False}, {THIGH: 2.0, FLAT: True}) == []


def test_tests_and_questionnaire_are_told_apart() -> None:
    both = parse_answers({PLANK: 30.0, "about.age": 40})
    assert only_tests(both).to_dict() == {PLANK: 30.0}
    assert without_tests(both).to_dict() == {"about.age": 40.0}


def test_an_error_of_repeats_rests_on_a_source_that_was_read() -> None:
    library = load_library()
    stated = [
        (field.repeats_within, {library.sources[name].mark for name in test.sources})
        for test in library.tests.values()
        for field in test.fields
        if field.repeats_within
    ]
    assert [error for error, _ in stated] == [6.0, 12.0]
    assert all("read" in marks for _, marks in stated)
