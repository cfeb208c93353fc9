"""The shipped definition: its shares hold on a normal population, its words say its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.estimator.features import FEATURE_NAMES
from posture.estimator.leans import Leans, leans_between
from posture.screening.build import (
    BUILD_NAMES,
    FRONT,
    build_of,
    chance_of_male,
    chances_of,
    male_chance,
)
from posture.screening.definition import LEAST_Z, SHARE_A, definition
from posture.screening.posterior import Joint
from posture.screening.sway import sway_among
from posture.types import Sex

MODEL = definition()


def test_so_many_adults_have_type_a() -> None:
    """Adults are close to jointly normal, and so the cut gives the stated share of them."""
    r = MODEL.correlation
    draws = np.random.default_rng(5).multivariate_normal([0, 0], [[1, r], [r, 1]], 200_000)
    able = draws.min(axis=1) >= LEAST_Z
    high = draws.sum(axis=1) / MODEL.score_scale >= MODEL.cut_a
    assert np.mean(able & high) == pytest.approx(SHARE_A, abs=0.025)


def test_recalibration_keeps_the_order_and_the_scale() -> None:
    for told in ("told", "untold"):
        for each in MODEL.recalibration[told].values():
            assert 0.3 < each.slope < 2.5


@pytest.mark.parametrize("sex", ["female", "male"])
def test_every_view_of_the_sway_tells_of_it(sex: str) -> None:
    group = MODEL.groups[sex]
    for reading in group.sway_readings.values():
        assert -1 < reading.trunk < 0 < reading.limb < 1
        assert 0 < reading.sd < group.sway.sd
    assert group.sway_readings["leg"].sd < group.sway_readings["thigh"].sd


def test_truth_is_the_definition_itself() -> None:
    high = (MODEL.cut_a * MODEL.score_scale) / 2
    assert MODEL.is_type_a(high + 0.01, high + 0.01)
    assert not MODEL.is_type_a(high - 0.01, high - 0.01)
    assert not MODEL.is_type_a(4.0, LEAST_Z - 0.01)
    assert MODEL.is_type_b(0.0, 0.0, MODEL.cut_b + 0.01)
    assert not MODEL.is_type_b(-1.01, 0.0, 3.0)
    assert not MODEL.is_type_b(0.0, 0.51, 3.0)


def test_the_words_hold_the_numbers() -> None:
    words = MODEL.words
    assert f"{MODEL.cut_a:.2f}" in words["type_a"]
    assert "15 % of adults" in words["type_a"]
    assert f"{MODEL.cut_b:.2f}" in words["type_b"]
    assert "10 % of adults" in words["type_b"]


# --- sex from the build --------------------------------------------------------------------


def body(**values: float) -> np.ndarray:
    features = np.full(len(FEATURE_NAMES), np.nan)
    for name, value in values.items():
        features[FEATURE_NAMES.index(name)] = value
    return features


def test_a_build_that_was_not_seen_leaves_the_share_of_men() -> None:
    found = male_chance(body(), MODEL.sex_from_build)
    assert 0.3 < found < 0.7


def test_the_build_is_the_front_of_the_trunk_alone() -> None:
    assert set(MODEL.sex_from_build.names) == set(BUILD_NAMES)
    assert all(name.startswith("front_") for name in BUILD_NAMES)


@given(st.floats(-0.3, 0.3))
def test_moving_the_whole_front_changes_nothing(shift: float) -> None:
    front = {name: 0.2 + 0.01 * place for place, name in enumerate(FRONT)}
    moved = {name: at + shift for name, at in front.items()}
    before, after = (build_of(body(**each)) for each in (front, moved))
    assert list(before.values()) == pytest.approx([0.01] * len(BUILD_NAMES))
    assert list(before.values()) == pytest.approx(list(after.values()))
    assert chance_of_male(body(**front)) == pytest.approx(chance_of_male(body(**moved)))


def test_a_bust_is_more_often_a_womans() -> None:
    model = MODEL.sex_from_build
    steps = dict(zip(model.names, model.means, strict=True))
    front = np.cumsum([0.2, *steps.values()])
    bust = 0.02 * np.exp(-(((np.arange(len(FRONT)) - 3) / 1.5) ** 2))
    flat, full = (
        male_chance(body(**dict(zip(FRONT, edge, strict=True))), model)
        for edge in (front - bust, front + bust)
    )
    assert full < 0.5 < flat
    assert flat - full > 0.1


def test_the_arch_does_not_tell_the_sex() -> None:
    shallow, deep = (body(lumbar_lordosis_deg=value) for value in (10.0, 70.0))
    assert chance_of_male(shallow) == chance_of_male(deep)


def test_a_told_sex_is_certain() -> None:
    assert chances_of("female", 0.9) == {"female": 1.0}
    assert chances_of(None, 0.8) == pytest.approx({"female": 0.2, "male": 0.8})
    assert chances_of(None, None) == {"female": 0.5, "male": 0.5}


# --- sway ----------------------------------------------------------------------------------


STATED = Joint(x=(0.0, 0.6), y=(0.0, 0.4))


def leans(trunk: float, leg: float | None = None, thigh: float | None = None) -> Leans:
    return Leans(trunk_deg=trunk, leg_deg=leg, thigh_deg=thigh)


def test_the_leg_tells_more_than_the_thigh_and_is_taken_where_it_is_seen() -> None:
    group = MODEL.groups["female"]
    leg, both, thigh = (
        sway_among(group, each, STATED) for each in (leans(1, 2), leans(1, 2, 9), leans(1, None, 9))
    )
    assert leg is not None
    assert thigh is not None
    assert leg == both
    assert leg.sd < thigh.sd


def test_without_legs_there_is_no_sway() -> None:
    group = MODEL.groups["female"]
    assert sway_among(group, leans(3), STATED) is None
    assert sway_among(group, None, STATED) is None


@pytest.mark.parametrize("sex", ["female", "male"])
@given(st.floats(-15, 15), st.floats(-10, 10), st.floats(0.5, 10))
def test_more_lean_back_is_more_sway_and_a_tipped_pelvis_less(
    sex: Sex, trunk: float, leg: float, more: float
) -> None:
    group = MODEL.groups[sex]
    before, back, forward = (
        sway_among(group, each, STATED)
        for each in (leans(trunk, leg), leans(trunk - more, leg), leans(trunk, leg + more))
    )
    assert before is not None
    assert back is not None
    assert forward is not None
    assert before.level < min(back.level, forward.level)
    high, low = before.above(MODEL.cut_b, np.array([0.0, 1.0]))
    assert low < high


def test_the_leans_are_those_between_located_joints() -> None:
    features = body(ankle_x=-0.1, ankle_y=-1.5, knee_x=0.02, knee_y=-0.7)
    found = leans_between(features, np.array([0.0, 0.0, -0.1, 1.0]))
    assert found.trunk_deg == pytest.approx(-np.degrees(np.arctan(0.1)))
    assert found.leg_deg == pytest.approx(np.degrees(np.arctan(0.1 / 1.5)))
    assert found.thigh_deg == pytest.approx(-np.degrees(np.arctan(0.02 / 0.7)))
    unseen = leans_between(body(), np.array([0.0, 0.0, 0.0, 1.0]))
    assert (unseen.leg_deg, unseen.thigh_deg) == (None, None)
