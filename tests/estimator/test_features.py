"""The feature vector: every entry in its place, and NaN where nothing was seen."""

from __future__ import annotations

import numpy as np
import pytest
from support.paper_doll import SOLE, TOP, Doll
from support.stick import UPRIGHT, WHOLE, figure, make_silhouette

from posture.estimator.features import (
    ARM_NAMES,
    BODY_NAMES,
    CURVE_MEASURES,
    FEATURE_NAMES,
    JOINT_NAMES,
    PROFILE_LEVELS,
    feature_vector,
)
from posture.measures.catalogue import take_measures
from posture.measures.traced_body import TracedBody, trace_body
from posture.types import Clothing, FloatArray


def named(body: TracedBody, yaw_deg: float = 0.0) -> dict[str, float]:
    vector = feature_vector(body, take_measures(body), yaw_deg=yaw_deg)
    assert vector.shape == (len(FEATURE_NAMES),)
    assert vector.dtype == np.float64
    return dict(zip(FEATURE_NAMES, vector.tolist(), strict=True))


def profile(values: dict[str, float], side: str) -> FloatArray:
    return np.array([values[f"{side}_{level:+.2f}"] for level in PROFILE_LEVELS])


def test_names_are_unique() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)


def test_profiles_are_the_edges_at_the_levels() -> None:
    values, doll = named(figure()), Doll()
    assert profile(values, "back") == pytest.approx(doll.back(PROFILE_LEVELS), abs=2e-4)
    assert profile(values, "front") == pytest.approx(doll.front(PROFILE_LEVELS), abs=2e-4)


def test_measures_joints_stature_and_yaw() -> None:
    body = figure(ear=(0.13, 1.44), knee=(-0.02, -0.83))
    values, taken = named(body, yaw_deg=-14.0), take_measures(body)
    for name in CURVE_MEASURES:
        assert values[name] == taken[name].value
    points = {**UPRIGHT, "ear": (0.13, 1.44), "knee": (-0.02, -0.83)}
    for joint in JOINT_NAMES:
        assert (values[f"{joint}_x"], values[f"{joint}_y"]) == points[joint]
    assert values["stature"] == pytest.approx(TOP - SOLE)
    assert values["abs_yaw_deg"] == 14.0


def gaps(body: TracedBody) -> set[str]:
    values = named(body)
    return {name for name in BODY_NAMES if np.isnan(values[name])} - {"male", "looseness"}


def test_a_full_view_has_no_gap() -> None:
    assert gaps(figure()) == set()


@pytest.mark.parametrize(("male", "expected"), [(True, 1.0), (False, 0.0), (None, np.nan)])
def test_sex_is_as_stated_by_the_user(*, male: bool | None, expected: float) -> None:
    body = figure()
    vector = feature_vector(body, take_measures(body), yaw_deg=0.0, male=male)
    assert vector[FEATURE_NAMES.index("male")] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("clothing", "expected"), [("minimal", 0.0), ("tight", 1.0), ("loose", 2.0), (None, np.nan)]
)
def test_clothing_is_as_stated_by_the_user(clothing: Clothing | None, expected: float) -> None:
    body = figure()
    vector = feature_vector(body, take_measures(body), yaw_deg=0.0, clothing=clothing)
    assert vector[FEATURE_NAMES.index("looseness")] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("joint", ["ear", "knee", "ankle"])
def test_a_missing_joint_is_a_gap(joint: str) -> None:
    assert gaps(figure(**{joint: None})) == {f"{joint}_x", f"{joint}_y"}


def test_an_unknown_height_is_a_gap() -> None:
    assert gaps(figure(parts=WHOLE - {"head"})) == {"stature"}


@pytest.mark.parametrize("side", ["back", "front"])
def test_a_hidden_stretch_is_a_gap_and_its_neighbours_are_not(side: str) -> None:
    hidden = {f"{side}_hidden": (0.42, 0.28)}
    expected = {f"{side}_{level:+.2f}" for level in (0.40, 0.35, 0.30)}
    found = gaps(figure(make_silhouette(**hidden)))
    assert expected <= found
    assert not {name for name in found - expected if name.startswith((f"{side}_", "front_+"))}


@pytest.mark.parametrize("side", ["back", "front"])
def test_the_outline_of_an_arm_is_a_feature_where_there_is_an_arm(side: str) -> None:
    values = named(figure(make_silhouette(**{f"{side}_hidden": (0.42, 0.28)})))
    found = {name for name in ARM_NAMES if name.startswith("arm_") and np.isfinite(values[name])}
    assert {f"arm_on_{side}_{level:+.2f}" for level in (0.40, 0.35, 0.30)} == found
    edge = Doll().back if side == "back" else Doll().front
    assert values[f"arm_on_{side}_+0.35"] == pytest.approx(edge(np.array(0.35)), abs=2e-4)


@pytest.mark.parametrize(("facing", "near"), [("right", "RIGHT"), ("left", "LEFT")])
def test_the_arm_near_the_camera_comes_first(facing: str, near: str) -> None:
    far = "LEFT" if near == "RIGHT" else "RIGHT"
    joints = {f"{near}_ELBOW": (0.1, 0.5), f"{far}_ELBOW": (-0.2, 0.6)}
    doll = Doll(facing=facing, joints=joints)
    body = figure(doll.silhouette())
    values = named(body)
    assert (values["near_elbow_x"], values["near_elbow_y"]) == pytest.approx((0.1, 0.5))
    assert (values["far_elbow_x"], values["far_elbow_y"]) == pytest.approx((-0.2, 0.6))


def test_a_covered_back_leaves_gaps_in_the_features_of_the_curve() -> None:
    found = gaps(figure(make_silhouette(back_hidden=(0.7, 0.0))))
    assert set(CURVE_MEASURES) - {"abdominal_slope_deg"} <= found
    assert "abdominal_slope_deg" not in found


@pytest.mark.parametrize(
    "doll",
    [
        Doll().mirrored(),
        Doll(roll_deg=6.0),
        Doll(roll_deg=-6.0).mirrored(),
        Doll().scaled(0.6),
        Doll().scaled(1.7),
    ],
)
def test_the_view_does_not_matter(doll: Doll) -> None:
    """From mask and landmarks to the vector: mirror, roll, scale change nothing."""
    from posture.geometry.joints import locate_joints

    def read(view: Doll) -> FloatArray:
        joints = locate_joints(view.landmarks, view.frame, WHOLE)
        body = trace_body(view.silhouette(), joints, parts=WHOLE, roll_sd_deg=0.3)
        return feature_vector(body, take_measures(body), yaw_deg=0.0)

    tolerance = [
        0.3 if name.endswith("_deg") else 0.6 if name.endswith("_pct") else 0.008
        for name in FEATURE_NAMES
    ]
    found, plain = read(doll), read(Doll())
    assert (np.isnan(found) == np.isnan(plain)).all()
    assert (np.nan_to_num(np.abs(found - plain)) < tolerance).all()
