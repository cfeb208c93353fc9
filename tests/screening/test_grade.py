"""Grades: the probability of this photo, by a definition among adults of the same sex."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.screenings import MODEL, measured, person, stated

from posture.codec import decode
from posture.estimator.model import Estimates
from posture.screening.build import chances_of
from posture.screening.definition import (
    LEAST_Z,
    ORDINARY_Z,
    SHARE_A,
    SHARE_B,
    TUCKED_Z,
)
from posture.screening.grade import (
    LIKELY,
    POSSIBLE,
    Evidence,
    Screening,
    flagged,
    grade_of,
    screen,
)
from posture.screening.pattern_odds import scores_by_sex
from posture.screening.signs import (
    BENT_LIMIT_DEG,
    HEAD_LIMIT_DEG,
    KNEE_LIMIT_DEG,
    KYPHOSIS_LIMIT_PCT,
)
from posture.screening.words import USUAL, verdict_lines
from posture.types import Sex


def chance(found: Screening, pattern: str) -> float:
    return found.probabilities[pattern]  # type: ignore[index]


def evidence(found: Screening) -> dict[str, Evidence]:
    return {item.sign: item for item in found.evidence}


# --- grades --------------------------------------------------------------------------------


def test_an_ordinary_person_is_not_suggested() -> None:
    found = person()
    assert (found.grade, found.pattern, found.missing) == ("not_suggested", None, ())
    assert chance(found, "type_a") < POSSIBLE


@pytest.mark.parametrize(
    ("scores", "pattern"), [((2.0, 2.0, -1.0), "type_a"), ((0.3, -1.0, 2.5), "type_b")]
)
def test_all_parts_of_a_definition_make_it_flagged(
    scores: tuple[float, float, float], pattern: str
) -> None:
    found = person(*scores, sd=(0.3, 0.3))
    assert flagged(found.grade)
    assert found.pattern == pattern
    assert found.probability == chance(found, pattern)
    assert pattern != "type_a" or found.grade == "likely"


@pytest.mark.parametrize("scores", [(3.0, -1.0), (-1.0, 3.0), (4.0, -0.2), (-0.2, 4.0)])
def test_one_value_alone_however_large_is_not_type_a(scores: tuple[float, float]) -> None:
    assert chance(person(*scores, sd=(0.3, 0.3)), "type_a") < LIKELY


def test_a_tucked_pelvis_is_no_sway() -> None:
    held, tucked = (person(z, -0.5, 2.5, sd=(0.2, 0.2)) for z in (0.0, -2.5))
    assert chance(tucked, "type_b") < chance(held, "type_b")
    assert tucked.pattern is None


@pytest.mark.parametrize(
    ("probability", "grade"),
    [(None, "undetermined"), (0.1999, "not_suggested"), (0.2, "possible"), (0.5, "likely")],
)
def test_grades_follow_the_probability(probability: float | None, grade: str) -> None:
    assert grade_of(probability) == grade


def test_the_likelier_pattern_leads() -> None:
    found = person(1.2, 0.6, 1.5, sd=(0.8, 0.8))
    assert found.probability == max(found.probabilities.values())


# --- what was not seen ---------------------------------------------------------------------


def test_without_a_position_nothing_can_be_told() -> None:
    found = person(None, 2.0)
    assert (found.grade, found.pattern, found.probability) == ("undetermined", None, None)
    assert found.probabilities == {}
    assert "anterior_tilt" in found.missing


def test_a_posterior_as_wide_as_adults_are_tells_nothing() -> None:
    # Errors of this photo are independent, position and arch of adults are not.
    assert person(0.0, 0.0, sd=(1.2, 1.2)).grade == "undetermined"
    assert person(0.0, 0.0, sd=(0.5, 0.5)).grade == "not_suggested"


def test_a_covered_arch_is_known_as_far_as_it_goes_with_the_position() -> None:
    """Among adults both are correlated, and so a covered arch does not stop a verdict."""
    low, high = person(-1.0, None, sd=(0.4, 0.4)), person(2.0, None, sd=(0.4, 0.4))
    assert chance(low, "type_a") < 0.1 < chance(high, "type_a")
    assert chance(high, "type_a") < chance(person(2.0, 1.5, sd=(0.4, 0.4)), "type_a")
    assert evidence(high)["deep_arch"].direction == "not_seen"
    assert high.missing[0] == "deep_arch"
    assert high.patterns is not None
    assert high.patterns.type_a.z_arch is None


def test_without_a_sway_type_a_is_still_judged() -> None:
    found = person(2.0, 2.0, None)
    assert found.grade == "likely"
    assert "type_b" not in found.probabilities


def test_old_results_lack_the_correlation() -> None:
    found = person(1.5, 1.5, correlation=0.0)
    estimates = stated(1.5, 1.5, sd=(0.4, 0.4))
    without = Estimates(
        pelvic_tilt_deg=estimates.pelvic_tilt_deg,
        lumbar_lordosis_deg=estimates.lumbar_lordosis_deg,
        lumbar_depth_pct=estimates.lumbar_depth_pct,
    )
    again = screen(without, measured(), sex="female")
    assert chance(again, "type_a") == pytest.approx(chance(found, "type_a"))
    assert "type_b" not in again.probabilities  # the leans are missing as well


# --- sex -----------------------------------------------------------------------------------


def test_sex_chooses_the_adults_to_compare_with() -> None:
    """An arch that is ordinary for a woman is deep for a man."""
    estimates, measures = stated(1.0, 0.3, sd=(0.3, 0.3)), measured()
    woman, man = (screen(estimates, measures, sex=sex) for sex in ("female", "male"))
    assert chance(woman, "type_a") < chance(man, "type_a")


@given(st.floats(0.01, 0.99))
def test_untold_both_norms_count_by_the_build(male: float) -> None:
    """Before the monotone map, the probability is the mean of both."""
    estimates = stated(1.0, 0.6, -0.5, sd=(0.4, 0.4))
    found = screen(estimates, measured(), male=male)
    chances = chances_of(None, male)
    among = scores_by_sex(estimates, MODEL, chances=chances)
    mean = sum(chances[sex] * each.type_a(MODEL) for sex, each in among.items())
    expected = MODEL.recalibration["untold"]["type_a"](mean)
    assert chance(found, "type_a") == pytest.approx(expected)


def test_the_guess_is_neither_stored_nor_shown() -> None:
    found = person(1.0, 1.0, told=False, male=0.7777)
    assert found.patterns is not None
    scores = found.patterns
    assert (scores.type_a.z_position, scores.type_a.z_arch, scores.type_b.z_sway) == (None,) * 3
    assert "0.777" not in json.dumps(found.to_dict())


def test_told_sex_gives_standard_scores() -> None:
    found = person(1.25, -0.5, 0.75)
    assert found.patterns is not None
    scores = found.patterns
    assert scores.type_a.z_position == pytest.approx(1.25)
    assert scores.type_a.z_arch == scores.type_b.z_arch == pytest.approx(-0.5)
    assert scores.type_b.z_sway == pytest.approx(0.75)


# --- properties ----------------------------------------------------------------------------

scores = st.floats(-4, 4)
widths = st.floats(0.05, 2.5)
told = st.sampled_from(["female", None])


@given(scores, scores, st.tuples(widths, widths), st.floats(-0.9, 0.9), st.floats(0, 2))
def test_more_position_or_arch_never_lowers_type_a(
    z_position: float, z_arch: float, sd: tuple[float, float], correlation: float, more: float
) -> None:
    def of(position: float, arch: float) -> float:
        return chance(person(position, arch, sd=sd, correlation=correlation), "type_a")

    before = of(z_position, z_arch)
    assert of(z_position + more, z_arch) >= before - 1e-6
    assert of(z_position, z_arch + more) >= before - 1e-6


@given(
    st.tuples(scores, scores, st.floats(-3, 4)),
    st.tuples(widths, widths),
    st.floats(1, 4),
    st.floats(1, 4),
    st.floats(-0.5, 0.5),
    told,
)
def test_a_wider_interval_never_turns_a_flag_into_the_usual_range(
    z: tuple[float, float, float],
    sd: tuple[float, float],
    wider_position: float,
    wider_arch: float,
    correlation: float,
    sex: Sex | None,
) -> None:
    wide = (sd[0] * wider_position, sd[1] * wider_arch)
    first = person(*z, sd=sd, correlation=correlation, told=sex is not None)
    second = person(*z, sd=wide, correlation=correlation, told=sex is not None)
    if first.pattern == "type_a":
        assert USUAL not in verdict_lines(second, stated(z[0], z[1], sd=wide), sex=sex)


@given(scores, scores, st.floats(-3, 4), st.tuples(widths, widths), told)
def test_probabilities_are_probabilities(
    z_position: float, z_arch: float, z_sway: float, sd: tuple[float, float], sex: Sex | None
) -> None:
    found = person(z_position, z_arch, z_sway, sd=sd, told=sex is not None)
    assert all(0.0 <= each <= 1.0 for each in found.probabilities.values())
    assert (found.pattern is not None) == flagged(found.grade)


# --- evidence ------------------------------------------------------------------------------

CORE = {"anterior_tilt", "deep_arch", "sway", "shallow_arch", "not_tucked"}


def test_every_sign_is_listed_once_with_its_role() -> None:
    found = person()
    assert len(evidence(found)) == len(found.evidence) == 10
    assert {item.sign for item in found.evidence if item.role == "core"} == CORE


@pytest.mark.parametrize(
    ("sign", "scores", "limit"),
    [
        ("anterior_tilt", lambda z: (z, 0.0), LEAST_Z),
        ("deep_arch", lambda z: (0.0, z), LEAST_Z),
        ("not_tucked", lambda z: (z, 0.0), TUCKED_Z),
    ],
)
def test_a_core_sign_at_its_limit_is_a_coin_toss(sign: str, scores: Any, limit: float) -> None:
    at, beyond = (evidence(person(*scores(limit + more)))[sign] for more in (0.0, 0.4))
    assert at.probability == pytest.approx(0.5)
    assert beyond.probability == pytest.approx(0.5 * math.erfc(-1 / math.sqrt(2)))


def test_a_shallow_arch_is_the_other_side_of_the_ordinary_limit() -> None:
    found = evidence(person(0.0, ORDINARY_Z - 0.4))["shallow_arch"]
    assert found.probability == pytest.approx(0.5 * math.erfc(-1 / math.sqrt(2)))


def test_a_sway_at_the_cut_is_a_coin_toss() -> None:
    found = evidence(person(0.5, 0.0, MODEL.cut_b))["sway"]
    assert found.probability == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("sign", "measure", "limit", "side"),
    [
        ("hip_flexion", "hip_extension_deg", BENT_LIMIT_DEG, -1),
        ("knee_flexion", "knee_extension_deg", BENT_LIMIT_DEG, -1),
        ("knee_hyperextension", "knee_extension_deg", KNEE_LIMIT_DEG, +1),
        ("kyphosis", "thoracic_kyphosis_index_pct", KYPHOSIS_LIMIT_PCT, +1),
        ("forward_head", "craniovertebral_deg", HEAD_LIMIT_DEG, -1),
    ],
)
def test_supporting_signs_are_listed_and_never_counted(
    sign: str, measure: str, limit: float, side: int
) -> None:
    seen = evidence(person(**{measure: limit + 2 * side}))[sign]
    gone = evidence(person(**{measure: limit - 2 * side}))[sign]
    assert (seen.direction, gone.direction) == ("for", "against")
    assert seen.role == "support"
    bare, more = person(), person(**{measure: limit + 2 * side})
    assert bare.probability == more.probability


# --- files ---------------------------------------------------------------------------------


def test_json_has_both_patterns_with_their_definition() -> None:
    found = person(1.5, 1.5)
    table = found.to_dict()
    assert list(table) == [
        "grade",
        "pattern",
        "probability",
        "probability_with_tests",
        "confirmed",
        "muscle_pattern",
        "patterns",
        "evidence",
        "missing",
    ]
    assert list(table["patterns"]["type_a"]) == [
        "probability",
        "z_position",
        "z_arch",
        "share_of_adults",
        "definition",
    ]
    assert list(table["patterns"]["type_b"]) == [
        "probability",
        "z_sway",
        "z_arch",
        "share_of_adults",
        "definition",
    ]
    shares = [table["patterns"][name]["share_of_adults"] for name in ("type_a", "type_b")]
    assert shares == [SHARE_A, SHARE_B]
    again = decode(Screening, json.loads(json.dumps(table)))
    assert again.to_dict() == table


def test_a_result_of_an_earlier_rule_keeps_its_grade_and_says_so() -> None:
    old = {
        "grade": "possible",
        "pattern": "type_a",
        "probability": 0.62,
        "evidence": [],
        "missing": [],
    }
    found = decode(Screening, old)
    assert found.earlier_rule
    lines = verdict_lines(found, stated(0.0, 0.0, sd=(0.4, 0.4)), sex=None)
    assert "compatible" in lines[0]
    assert "earlier version" in lines[1]
