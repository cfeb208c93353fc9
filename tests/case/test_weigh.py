"""Weight of answers and tests: they move a grade by stated steps, and never make one alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.case.outlook import find_outlook, leading_pattern
from posture.case.weigh import (
    STEPS,
    WEIGHT_DOWN,
    WEIGHT_FAR_DOWN,
    WEIGHT_UP,
    Weighed,
    open_tests,
    pattern_weight,
    weigh,
)
from posture.program import (
    Answers,
    SupportingSign,
    answer_fields,
    load_library,
    parse_answers,
    supporting_signs,
)
from posture.program.answers import Answer
from posture.screening.grade import PATTERNS, Evidence, Screening

CORES = {"type_a": ("anterior_tilt", "deep_arch"), "type_b": ("sway", "shallow_arch")}

THOMAS_SHORT = {"tests.modified_thomas.left.thigh_above_horizontal": "yes"}
THOMAS_LONG = {
    "tests.modified_thomas.left.thigh_above_horizontal": "no",
    "tests.modified_thomas.right.thigh_above_horizontal": "no",
}
BRIDGE_POOR = {"tests.glute_bridge.quality": "poor"}
BRIDGE_GOOD = {"tests.glute_bridge.quality": "good"}
CURL_GOOD = {"tests.curl_up.quality": "good"}
STIFF = {"signs.front_hip_stiffness": "yes", "signs.trouble_standing_up": "yes"}


def photo(type_a: float | None = 0.0, type_b: float | None = 0.0) -> Screening:
    """Return a photo whose first core sign has a probability and whose second is certain."""
    given_values = {"type_a": type_a, "type_b": type_b}
    evidence = []
    for pattern in PATTERNS:
        for sign, probability in zip(CORES[pattern], (given_values[pattern], 1.0), strict=True):
            seen = probability is not None
            evidence.append(
                Evidence(
                    sign=sign,
                    pattern=pattern,
                    role="core",
                    direction=("for" if (probability or 0) >= 0.5 else "against")
                    if seen
                    else "not_seen",
                    probability=probability,
                    text=sign,
                )
            )
    blank = Screening(
        grade="undetermined", pattern=None, probability=None, evidence=tuple(evidence), missing=()
    )
    return weigh(blank, Answers()).photo


def judged(screening: Screening, *answers: dict[str, str]) -> Weighed:
    merged: dict[str, object] = {}
    for part in answers:
        merged |= part
    return weigh(screening, parse_answers(merged))


@pytest.mark.parametrize(
    ("type_a", "grade"), [(0.9, "possible"), (0.3, "undetermined"), (0.02, "not_suggested")]
)
def test_without_answers_the_photo_decides(type_a: float, grade: str) -> None:
    found = weigh(photo(type_a), Answers())
    assert found.photo.grade == found.screening.grade == grade
    assert not found.moved


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ([STIFF], "possible"),  # answers alone never make it likely
        ([THOMAS_SHORT], "possible"),  # nor does one test
        ([THOMAS_SHORT, BRIDGE_POOR], "likely"),
        ([THOMAS_SHORT, STIFF], "likely"),
        ([BRIDGE_GOOD], "possible"),
        ([THOMAS_LONG], "undetermined"),
        ([THOMAS_LONG, BRIDGE_GOOD, CURL_GOOD], "not_suggested"),
    ],
)
def test_tests_move_a_possible_pattern(answers: list[dict[str, str]], grade: str) -> None:
    found = judged(photo(0.7), *answers)
    assert found.screening.grade == grade
    assert found.screening.pattern == ("type_a" if grade in ("possible", "likely") else None)


def test_tests_alone_do_not_make_a_pattern_that_the_photo_rules_out() -> None:
    found = judged(photo(0.01), THOMAS_SHORT, BRIDGE_POOR, STIFF)
    assert (found.photo.grade, found.screening.grade) == ("not_suggested", "undetermined")


def test_an_open_photo_becomes_possible_only_if_both_together_are_better_than_even() -> None:
    assert judged(photo(0.4), THOMAS_SHORT, BRIDGE_POOR).screening.grade == "possible"
    assert judged(photo(0.12), THOMAS_SHORT, BRIDGE_POOR).screening.grade == "undetermined"


def test_tests_for_the_other_type_do_not_raise_this_one() -> None:
    found = judged(photo(0.0, 0.7), THOMAS_SHORT)
    assert found.screening.grade == "possible"
    assert found.screening.pattern == "type_b"


def test_an_unseen_core_sign_keeps_the_grade_open() -> None:
    found = judged(photo(0.02, None), THOMAS_LONG)
    assert found.screening.grade == "undetermined"
    assert found.screening.missing == ("sway",)


def test_one_side_of_a_test_speaks_for_but_only_both_against() -> None:
    half = {"tests.modified_thomas.left.thigh_above_horizontal": "no"}
    assert judged(photo(0.7), half).screening.grade == "possible"


def test_plank_and_curl_up_count_once() -> None:
    both = parse_answers({"tests.curl_up.quality": "poor", "tests.plank.quality": "poor"})
    one = parse_answers({"tests.curl_up.quality": "poor"})
    assert pattern_weight(supporting_signs(both), "type_a") == pattern_weight(
        supporting_signs(one), "type_a"
    )
    assert not {"plank", "curl_up"} & set(open_tests(one))


def test_no_single_test_moves_a_grade_up() -> None:
    strongest: dict[tuple[str, str], float] = {}
    for name, test in load_library().tests.items():
        for field in test.fields:
            for support in field.supports:
                key = (name, support.pattern)
                strongest[key] = max(strongest.get(key, 1.0), support.likelihood_ratio)
    assert max(strongest.values()) < WEIGHT_UP
    assert WEIGHT_FAR_DOWN < WEIGHT_DOWN < 1.0


def answers_of(choose: st.DataObject) -> Answers:
    """Draw answers to any of the questions that count."""
    chosen = []
    for path, field in answer_fields().items():
        if not field.question.supports:
            continue
        choices = [option.id for option in field.question.options] or ["yes", "no", "unsure"]
        value = choose.draw(st.sampled_from([None, *choices]))
        if value is not None:
            chosen.append(Answer(path=path, value=value))
    return Answers(entries=tuple(chosen))


chances = st.one_of(st.none(), st.floats(0.0, 1.0))


@given(chances, chances, st.data())
def test_answers_never_lift_a_grade_by_more_than_a_step(
    type_a: float | None, type_b: float | None, data: st.DataObject
) -> None:
    found = weigh(photo(type_a, type_b), answers_of(data))
    assert STEPS.index(found.screening.grade) <= STEPS.index(found.photo.grade) + 1
    if found.screening.grade == "likely":
        pattern = found.screening.pattern
        assert found.photo.grade == "possible"
        assert found.photo.pattern == pattern
        assert pattern is not None
        assert found.weights[pattern] >= WEIGHT_UP
        tests = [e for e in found.screening.evidence if e.origin == "test"]
        assert any(e.direction == "for" and e.pattern == pattern for e in tests)


@given(chances, chances, st.data())
def test_weighing_twice_gives_the_same_as_once(
    type_a: float | None, type_b: float | None, data: st.DataObject
) -> None:
    answers = answers_of(data)
    once = weigh(photo(type_a, type_b), answers)
    assert weigh(once.screening, answers) == once


@given(chances, chances, st.data())
def test_more_in_favour_never_lowers_a_grade(
    type_a: float | None, type_b: float | None, data: st.DataObject
) -> None:
    screening = photo(type_a, type_b)
    answers = answers_of(data)
    before = STEPS.index(weigh(screening, answers).screening.grade)
    for entry in find_outlook(screening, answers):
        if entry.kind == "test" and leading_pattern(screening) == "type_a":
            assert STEPS.index(entry.if_negative) <= STEPS.index(entry.if_positive)
            assert STEPS.index(entry.if_positive) <= before + 2


def test_every_answer_that_counts_is_listed_with_its_weight() -> None:
    found = judged(photo(0.7), THOMAS_SHORT, BRIDGE_GOOD, STIFF)
    counted = [e for e in found.screening.evidence if e.origin != "photo" and e.weight is not None]
    assert {(e.sign, e.direction) for e in counted if e.pattern == "type_a"} == {
        ("tests.modified_thomas.left.thigh_above_horizontal", "for"),
        ("tests.glute_bridge.quality", "against"),
        ("signs.front_hip_stiffness", "for"),
        ("signs.trouble_standing_up", "for"),
    }
    texts = [e.text for e in counted]
    assert "Modified Thomas test: Does the thigh stay above the horizontal? Yes." in texts
    undone = {e.sign for e in found.screening.evidence if e.direction == "not_seen"}
    assert undone == {"curl_up", "plank", "side_lying_abduction", "prone_hip_extension"}


def test_signs_of_the_photo_stay_signs_of_the_photo() -> None:
    found = judged(photo(0.7), THOMAS_SHORT, BRIDGE_POOR)
    assert found.screening.signs == found.photo.signs


def test_the_outlook_names_every_missing_piece_and_what_it_would_change() -> None:
    outlook = {entry.item: entry for entry in find_outlook(photo(0.7), Answers())}
    assert list(outlook) == [*open_tests(Answers()), "questions", "all_tests"]
    thomas = outlook["modified_thomas"]
    assert (thomas.if_positive, thomas.if_negative) == ("possible", "undetermined")
    together = outlook["all_tests"]
    assert (together.if_positive, together.if_negative) == ("likely", "not_suggested")


def test_the_outlook_is_the_grade_that_follows() -> None:
    answers = parse_answers(THOMAS_SHORT)
    bridge = next(e for e in find_outlook(photo(0.7), answers) if e.item == "glute_bridge")
    assert bridge.if_positive == judged(photo(0.7), THOMAS_SHORT, BRIDGE_POOR).screening.grade
    assert bridge.if_negative == judged(photo(0.7), THOMAS_SHORT, BRIDGE_GOOD).screening.grade


def test_the_outlook_imagines_an_unseen_sign() -> None:
    (sway, *_) = find_outlook(photo(0.02, None), Answers())
    assert (sway.item, sway.if_positive, sway.if_negative) == ("sway", "possible", "undetermined")


def test_a_done_test_is_no_longer_in_the_outlook() -> None:
    items = {entry.item for entry in find_outlook(photo(0.7), parse_answers(BRIDGE_POOR))}
    assert "glute_bridge" not in items


def test_contradicting_readings_of_one_test_weigh_against_each_other() -> None:
    def sign(ratio: float) -> SupportingSign:
        return SupportingSign(
            path=f"tests.modified_thomas.left.{ratio}",
            origin="test",
            question="",
            value="",
            pattern="type_a",
            direction="for" if ratio > 1 else "against",
            likelihood_ratio=ratio,
        )

    assert pattern_weight([sign(2.0), sign(1.5), sign(0.5)], "type_a") == pytest.approx(1.0)
    assert pattern_weight([replace(sign(2.0), pattern="type_b")], "type_a") == 1.0
