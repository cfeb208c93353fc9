"""Answers and tests: each domain multiplies the photo's odds once; the photo's own stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.records import make_record
from support.screenings import person

from posture.case.outlook import find_outlook, leading_pattern
from posture.case.weigh import (
    ANSWERS_RANGE,
    CONFIRMED,
    DOMAINS,
    MUSCLE_RATIO,
    Weighed,
    domain_ratios,
    open_tests,
    pattern_weight,
    weigh,
)
from posture.case.words import (
    AGAINST,
    AGAINST_UPKEEP,
    AGREE,
    MUSCLES_ORDINARY,
    RAISED,
    next_lines,
    told_lines,
)
from posture.program import (
    Answers,
    answer_fields,
    load_library,
    parse_answers,
    supporting_signs,
)
from posture.program.answers import Answer
from posture.screening.grade import Screening, grade_of
from posture.screening.words import NOT_SUGGESTED

THOMAS_SHORT = {"tests.modified_thomas.left.thigh_above_horizontal": "yes"}
THOMAS_LONG = {
    "tests.modified_thomas.left.thigh_above_horizontal": "no",
    "tests.modified_thomas.right.thigh_above_horizontal": "no",
}
LIFTED = {"tests.modified_thomas.left.back_stayed_flat": "no"}
BRIDGE_POOR = {"tests.glute_bridge.quality": "poor"}
BRIDGE_GOOD = {"tests.glute_bridge.quality": "good"}
CURL_POOR = {"tests.curl_up.quality": "poor"}
CURL_GOOD = {"tests.curl_up.quality": "good"}
RAISE_SHORT = {"tests.active_leg_raise.right.stops_early": "yes"}
STIFF = {"signs.front_hip_stiffness": "yes", "signs.trouble_standing_up": "yes"}
ALL_FOUND = {**THOMAS_SHORT, **CURL_POOR, **BRIDGE_POOR}


def photo(type_a: float = 0.02, type_b: float = 0.02) -> Screening:
    """Return the screening of a photo with these probabilities."""
    found = person()
    assert found.patterns is not None
    patterns = replace(
        found.patterns,
        type_a=replace(found.patterns.type_a, probability=type_a),
        type_b=replace(found.patterns.type_b, probability=type_b),
    )
    return weigh(replace(found, patterns=patterns), Answers()).photo


def judged(screening: Screening, *answers: dict[str, str]) -> Weighed:
    merged: dict[str, object] = {}
    for part in answers:
        merged |= part
    return weigh(screening, parse_answers(merged))


def odds(probability: float | None) -> float:
    assert probability is not None
    return probability / (1.0 - probability)


# --- the photo and the tests ---------------------------------------------------------------


@pytest.mark.parametrize("type_a", [0.9, 0.3, 0.02])
def test_without_answers_the_photo_decides(type_a: float) -> None:
    found = weigh(photo(type_a), Answers())
    assert found.photo.grade == found.screening.grade == grade_of(type_a)
    assert found.screening.probability_with_tests is None
    assert not found.moved


@pytest.mark.parametrize(
    ("answers", "ratio"),
    [
        (THOMAS_SHORT, 2.5),
        (THOMAS_LONG, 0.5),
        (CURL_POOR, 2.0),
        (CURL_GOOD, 0.6),
        (BRIDGE_POOR, 1.8),
        ({"tests.single_leg_bridge.left.quality": "poor"}, 1.8),
        (BRIDGE_GOOD, 0.6),
        ({"tests.side_lying_abduction.left.quality": "poor"}, 1.3),
        ({"tests.prone_hip_extension.left.quality": "poor"}, 1.1),
        (ALL_FOUND, 9.0),
        ({**BRIDGE_POOR, "tests.single_leg_bridge.left.quality": "poor"}, 1.8),
        ({**CURL_POOR, "tests.plank.quality": "poor"}, 2.0),
        ({**CURL_GOOD, "tests.plank.quality": "poor"}, 2.0),
    ],
)
def test_each_domain_multiplies_the_odds_once(answers: dict[str, str], ratio: float) -> None:
    found = judged(photo(0.4), answers).screening
    assert found.probability == 0.4
    assert odds(found.probability_with_tests) == pytest.approx(ratio * odds(0.4))


@pytest.mark.parametrize("name", ["side_lying_abduction", "prone_hip_extension"])
def test_both_sides_clear_speak_against_and_one_alone_does_not(name: str) -> None:
    one = {f"tests.{name}.left.quality": "good"}
    both = {**one, f"tests.{name}.right.quality": "good"}
    assert judged(photo(0.4), one).weights["type_a"] == 1.0
    assert judged(photo(0.4), both).weights["type_a"] < 1.0


def test_type_b_has_tests_of_its_own() -> None:
    found = judged(photo(0.02, 0.4), RAISE_SHORT, CURL_POOR, THOMAS_SHORT, BRIDGE_POOR)
    assert found.weights["type_b"] == pytest.approx(2.5 * 2.0)
    weak = {"tests.knee_lift_hold.left.quality": "poor"}
    assert judged(photo(), weak).weights == {"type_a": 1.0, "type_b": pytest.approx(1.8)}


def test_a_thomas_test_with_a_lifted_back_does_not_count() -> None:
    held = judged(photo(0.4), THOMAS_SHORT)
    lifted = judged(photo(0.4), THOMAS_SHORT, LIFTED)
    assert held.weights["type_a"] == 2.5
    assert lifted.weights["type_a"] == 1.0
    assert "modified_thomas" in open_tests(parse_answers({**THOMAS_SHORT, **LIFTED}))
    other = {"tests.modified_thomas.right.thigh_above_horizontal": "yes"}
    assert judged(photo(0.4), THOMAS_SHORT, LIFTED, other).weights["type_a"] == 2.5


def test_all_questions_together_stay_within_their_bounds() -> None:
    for pattern, value in (("type_a", "yes"), ("type_a", "no"), ("type_b", "yes")):
        entries = tuple(
            Answer(path=path, value=value)
            for path, field in sorted(answer_fields().items())
            if not path.startswith("tests.") and field.question.kind == "yes_no"
        )
        weight = pattern_weight(supporting_signs(Answers(entries=entries)), pattern)
        assert ANSWERS_RANGE[0] <= weight <= ANSWERS_RANGE[1]


def test_the_grade_follows_the_probability_with_tests() -> None:
    assert judged(photo(0.6), THOMAS_LONG, CURL_GOOD).screening.grade == "possible"
    assert judged(photo(0.25), THOMAS_LONG).screening.grade == "not_suggested"
    assert judged(photo(0.15), THOMAS_SHORT).screening.grade == "possible"
    assert judged(photo(0.4), THOMAS_SHORT).screening.grade == "likely"


def test_tests_may_turn_the_lead_over() -> None:
    found = judged(photo(0.4, 0.35), THOMAS_LONG, RAISE_SHORT)
    assert (found.photo.pattern, found.screening.pattern) == ("type_a", "type_b")
    assert found.screening.probability == 0.35


def test_a_photo_that_cannot_tell_stays_undetermined() -> None:
    found = judged(person(None, 0.0), THOMAS_SHORT, CURL_POOR)
    assert found.screening.grade == "undetermined"


def test_a_grade_of_an_earlier_rule_stays() -> None:
    old = replace(photo(0.6), patterns=None, grade="possible", probability=0.6)
    found = judged(old, THOMAS_LONG, CURL_GOOD, BRIDGE_GOOD)
    assert (found.photo.grade, found.screening.grade) == ("possible", "possible")
    assert found.screening.probability_with_tests is None


# --- confirmed, muscle pattern -------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_a", "answers", "confirmed"),
    [
        (0.6, [THOMAS_SHORT, CURL_POOR], True),
        (0.6, [THOMAS_SHORT], False),  # one domain only
        (0.6, [CURL_POOR, BRIDGE_POOR], False),  # hip flexors not tested
        (0.45, [THOMAS_SHORT, CURL_POOR, BRIDGE_POOR], False),  # the photo alone is not enough
        (0.5, [THOMAS_SHORT, {"tests.prone_hip_extension.left.quality": "poor"}, CURL_GOOD], False),
    ],
)
def test_photo_and_tests_agree(
    type_a: float, answers: list[dict[str, str]], *, confirmed: bool
) -> None:
    found = judged(photo(type_a), *answers).screening
    assert found.confirmed is confirmed
    assert not confirmed or (found.probability_with_tests or 0.0) >= CONFIRMED


@pytest.mark.parametrize(
    ("type_a", "answers", "expected"),
    [
        (0.02, [ALL_FOUND], True),
        (0.02, [THOMAS_SHORT, CURL_POOR], False),  # two domains
        (0.6, [ALL_FOUND], False),  # the posture shows it by itself
        (
            0.02,
            [
                CURL_POOR,
                BRIDGE_POOR,
                {"tests.side_lying_abduction.left.quality": "poor"},
            ],
            False,
        ),
    ],
)
def test_muscles_can_show_the_pattern_without_the_posture(
    type_a: float, answers: list[dict[str, str]], *, expected: bool
) -> None:
    assert judged(photo(type_a), *answers).screening.muscle_pattern is expected


def test_no_three_domains_reach_the_muscle_pattern_without_hips_and_trunk() -> None:
    """The sentence says that hips are tight and trunk and seat weak, and so that has to hold."""
    found = supporting_signs(
        parse_answers(
            {
                **ALL_FOUND,
                "tests.side_lying_abduction.left.quality": "poor",
                "tests.prone_hip_extension.left.quality": "poor",
            }
        )
    )
    ratios = domain_ratios(found, "type_a")
    for missing in ("hip_flexor_length", "abdominals"):
        rest = [ratio for name, ratio in ratios.items() if name != missing]
        three = sorted(rest)[-3:]
        assert three[0] * three[1] * three[2] < MUSCLE_RATIO


# --- words ---------------------------------------------------------------------------------


def told(weighed: Weighed) -> tuple[str, ...]:
    record = make_record(tilt=9.0, lordosis=41.0)
    return told_lines(weighed, record, sex=None)


@pytest.mark.parametrize(
    ("type_a", "answers", "sentence"),
    [
        (0.6, [THOMAS_SHORT, CURL_POOR], AGREE),
        (0.01, [ALL_FOUND], MUSCLES_ORDINARY),
        (0.3, [THOMAS_LONG, CURL_GOOD], AGAINST_UPKEEP),
        (0.6, [THOMAS_LONG, CURL_GOOD], AGAINST),
        (0.1, [THOMAS_SHORT], RAISED),
    ],
)
def test_agreement_and_disagreement_are_one_sentence(
    type_a: float, answers: list[dict[str, str]], sentence: str
) -> None:
    lines = told(judged(photo(type_a), *answers))
    assert lines[-1] == sentence
    assert (
        sum(line in (AGREE, MUSCLES_ORDINARY, AGAINST, AGAINST_UPKEEP, RAISED) for line in lines)
        == 1
    )


def test_an_ordinary_posture_with_tight_hips_is_not_called_unsuggested() -> None:
    assert NOT_SUGGESTED not in told(judged(photo(0.01), ALL_FOUND))


def next_of(type_a: float, *answers: dict[str, str]) -> tuple[str, ...]:
    merged: dict[str, object] = {}
    for part in answers:
        merged |= part
    record = replace(make_record(tilt=9.0, lordosis=41.0), screening=photo(type_a))
    found = parse_answers(merged)
    return next_lines(weigh(record.screening, found).screening, record, found)


def test_the_next_step_follows_the_grade() -> None:
    assert next_of(0.05) == ()
    assert next_of(0.3) == ("Next: one test would tell more: modified Thomas test.",)
    assert next_of(0.25, THOMAS_SHORT) == (
        "Next: two short tests would tell more: curl-up, glute bridge.",
    )
    assert "two short tests" in next_of(0.6)[0]
    assert "one short test that" in next_of(0.49, THOMAS_SHORT, CURL_GOOD)[0]
    assert "session A" in next_of(0.95, ALL_FOUND)[0]


# --- outlook -------------------------------------------------------------------------------


def test_the_outlook_names_only_what_can_change_the_grade_the_most_telling_first() -> None:
    outlook = find_outlook(photo(0.3), Answers())
    single = [entry.item for entry in outlook if entry.kind == "test"]
    assert single[0] == "modified_thomas"
    assert all({e.if_positive, e.if_negative} != {"possible"} for e in outlook)
    assert outlook[-1].kind == "all_tests"
    assert (outlook[-1].if_positive, outlook[-1].if_negative) == ("likely", "not_suggested")


def test_nothing_that_can_change_means_no_outlook() -> None:
    assert find_outlook(photo(0.001), Answers()) == ()
    assert find_outlook(person(None, 0.0), Answers()) == ()


def test_the_outlook_is_the_grade_that_follows() -> None:
    answers = parse_answers(THOMAS_SHORT)
    bridge = next(e for e in find_outlook(photo(0.25), answers) if e.item == "glute_bridge")
    assert bridge.if_positive == judged(photo(0.25), THOMAS_SHORT, BRIDGE_POOR).screening.grade
    assert bridge.if_negative == judged(photo(0.25), THOMAS_SHORT, BRIDGE_GOOD).screening.grade


def test_a_done_test_and_its_twin_are_no_longer_in_the_outlook() -> None:
    items = {entry.item for entry in find_outlook(photo(0.3), parse_answers(BRIDGE_POOR))}
    assert not {"glute_bridge", "single_leg_bridge"} & items


def test_the_outlook_is_about_the_leading_pattern() -> None:
    assert leading_pattern(photo(0.05, 0.3), Answers()) == "type_b"
    items = [entry.item for entry in find_outlook(photo(0.05, 0.3), Answers())]
    assert items[0] == "active_leg_raise"
    assert "modified_thomas" not in items


def test_every_test_that_bears_on_a_pattern_has_a_domain() -> None:
    bearing = {
        test.id
        for test in load_library().tests.values()
        if any(field.supports for field in test.fields)
    }
    assert bearing == set(DOMAINS)


# --- properties ----------------------------------------------------------------------------


def answers_of(choose: st.DataObject) -> Answers:
    """Draw answers to any of the questions that count."""
    chosen = []
    for path, field in sorted(answer_fields().items()):
        if not field.question.supports:
            continue
        choices = [option.id for option in field.question.options] or ["yes", "no", "unsure"]
        value = choose.draw(st.sampled_from([None, *choices]))
        if value is not None:
            chosen.append(Answer(path=path, value=value))
    return Answers(entries=tuple(chosen))


chances = st.floats(0.001, 0.999)


@given(chances, chances, st.data())
def test_weighing_twice_gives_the_same_as_once(
    type_a: float, type_b: float, data: st.DataObject
) -> None:
    answers = answers_of(data)
    once = weigh(photo(type_a, type_b), answers)
    assert weigh(once.screening, answers) == once


@given(chances, chances, st.data())
def test_the_photos_own_probability_stays(
    type_a: float, type_b: float, data: st.DataObject
) -> None:
    found = weigh(photo(type_a, type_b), answers_of(data)).screening
    assert found.probability in (type_a, type_b)
    assert found.probabilities == {"type_a": type_a, "type_b": type_b}


@given(chances, st.data())
def test_a_finding_never_lowers_its_pattern(type_a: float, data: st.DataObject) -> None:
    """Each reading for type A, added to any answers, leaves its ratio as it was or raises it."""
    answers = answers_of(data)
    before = weigh(photo(type_a), answers).weights["type_a"]
    for path, value in {**THOMAS_SHORT, **CURL_POOR, **BRIDGE_POOR}.items():
        known = {entry.path: entry for entry in answers.entries}
        known[path] = Answer(path=path, value=value)
        after = weigh(photo(type_a), Answers(entries=tuple(known[p] for p in sorted(known))))
        assert after.weights["type_a"] >= before - 1e-12


def test_every_answer_that_counts_is_listed_with_its_weight() -> None:
    found = judged(photo(0.4), THOMAS_SHORT, BRIDGE_GOOD, STIFF)
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
    assert undone == {
        "curl_up",
        "side_lying_abduction",
        "prone_hip_extension",
        "active_leg_raise",
        "knee_lift_hold",
    }


def test_signs_of_the_photo_stay_signs_of_the_photo() -> None:
    found = judged(photo(0.4), THOMAS_SHORT, BRIDGE_POOR)
    assert found.screening.signs == found.photo.signs
