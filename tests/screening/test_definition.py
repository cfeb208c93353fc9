"""The shipped definition: its shares hold on a normal population, its words say its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.estimator.features import FEATURE_NAMES
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.build import (
    BUILD_NAMES,
    build_of,
    chance_of_male,
    chances_of,
    male_chance,
)
from posture.screening.definition import LEAST_Z, SHARE_A, definition
from posture.screening.sway import sway_among, sway_seen

MODEL = definition()


def test_so_many_adults_have_type_a() -> None:
    """Adults are close to jointly normal, and so the cut gives the stated share of them."""
    r = MODEL.correlation
    draws = np.random.default_rng(5).multivariate_normal([0, 0], [[1, r], [r, 1]], 200_000)
    able = draws.min(axis=1) >= LEAST_Z
    high = draws.sum(axis=1) / MODEL.score_scale >= MODEL.cut_a
    assert np.mean(able & high) == pytest.approx(SHARE_A, abs=0.025)


def test_recalibration_keeps_the_order_and_the_scale() -> None:
    for each in MODEL.recalibration.values():
        assert 0.3 < each.slope < 2.5


@pytest.mark.parametrize("sex", ["female", "male"])
def test_every_view_of_the_sway_tells_of_it(sex: str) -> None:
    group = MODEL.groups[sex]
    for reading in group.sway_readings.values():
        assert 0 < reading.slope < 1
        assert 0 < reading.sd < group.sway.sd
    seen, unseen = (group.sway_readings[view].sd for view in ("shoulder_ankle", "shoulder_knee"))
    assert seen < unseen


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


def test_the_build_holds_no_arch_and_no_place_of_an_edge() -> None:
    assert set(MODEL.sex_from_build.names) == set(BUILD_NAMES)
    assert not {name for name in BUILD_NAMES if "lordosis" in name or "lumbar" in name}


@given(st.floats(-0.3, 0.3))
def test_moving_both_edges_together_changes_nothing(shift: float) -> None:
    edges = {f"{side}_+0.20": at for side, at in (("back", -0.2), ("front", 0.3))}
    moved = {name: at + shift for name, at in edges.items()}
    names = ("thickness_+0.20",)
    before, after = (build_of(body(**each)) for each in (edges, moved))
    assert [before[name] for name in names] == pytest.approx([after[name] for name in names])
    assert chance_of_male(body(**edges)) == pytest.approx(chance_of_male(body(**moved)))


def test_the_arch_does_not_tell_the_sex() -> None:
    shallow, deep = (body(lumbar_lordosis_deg=value) for value in (10.0, 70.0))
    assert chance_of_male(shallow) == chance_of_male(deep)


def test_a_told_sex_is_certain() -> None:
    assert chances_of("female", 0.9) == {"female": 1.0}
    assert chances_of(None, 0.8) == pytest.approx({"female": 0.2, "male": 0.8})
    assert chances_of(None, None) == {"female": 0.5, "male": 0.5}


# --- sway ----------------------------------------------------------------------------------


def leans(**values: float) -> dict[str, Quantity]:
    found = {
        name: Quantity.absent("not_measured", unit=item.unit) for name, item in MEASURES.items()
    }
    return found | {name: Quantity.known(at, 1.0, unit="deg") for name, at in values.items()}


@pytest.mark.parametrize(
    ("values", "view", "angle"),
    [
        ({"trunk_lean_deg": -4, "chest_lean_deg": -6, "leg_lean_deg": 3}, "chest_ankle", 8),
        ({"trunk_lean_deg": -4, "leg_lean_deg": 3}, "shoulder_ankle", 7),
        ({"trunk_lean_deg": -4, "chest_lean_deg": -6, "hip_extension_deg": 9}, "chest_knee", 10),
        ({"trunk_lean_deg": -4, "hip_extension_deg": 9}, "shoulder_knee", 9),
    ],
)
def test_the_sway_is_the_angle_between_leg_and_trunk(
    values: dict[str, float], view: str, angle: float
) -> None:
    assert sway_seen(leans(**values)) == (view, pytest.approx(angle))


def test_without_legs_or_trunk_there_is_no_sway() -> None:
    assert sway_seen(leans(leg_lean_deg=3)) is None
    assert sway_seen(leans(trunk_lean_deg=3)) is None


def test_more_lean_back_is_more_sway_and_a_tipped_pelvis_less() -> None:
    group = MODEL.groups["male"]
    small, large = (
        sway_among(group, leans(trunk_lean_deg=lean, leg_lean_deg=2.0)) for lean in (2.0, -6.0)
    )
    assert small is not None
    assert large is not None
    assert small.level < large.level
    assert large.z(1.0) < large.z(0.0)
