"""Arms as capsules, and the stretches of an edge that they cover."""

from __future__ import annotations

import numpy as np
import pytest
from support.paper_doll import Doll

from posture.geometry.arms import (
    FOREARM_RADIUS,
    HAND_RADIUS,
    HAND_REACH,
    INSIDE_TOLERANCE,
    SHOULDER_CAP,
    UPPER_ARM_RADIUS,
    ArmModel,
)

ELBOW, WRIST, HAND = (-0.3, 0.4), (0.1, 0.1), (0.2, 0.0)


def model(**view: object) -> ArmModel:
    doll = Doll(joints={"ELBOW": ELBOW, "WRIST": WRIST, "INDEX": HAND}).but(**view)
    return ArmModel.from_landmarks(doll.landmarks, doll.frame)


def test_each_arm_is_three_capsules_without_the_shoulder() -> None:
    arms = model()
    shoulder = np.array([0.0, 1.0])
    start = shoulder + SHOULDER_CAP * (np.array(ELBOW) - shoulder)
    assert arms.starts == pytest.approx(np.array([start, ELBOW, WRIST] * 2))
    fingertip = np.array(WRIST) + HAND_REACH * (np.array(HAND) - np.array(WRIST))
    assert arms.ends == pytest.approx(np.array([ELBOW, WRIST, fingertip] * 2))
    assert arms.radii.tolist() == [UPPER_ARM_RADIUS, FOREARM_RADIUS, HAND_RADIUS] * 2


@pytest.mark.parametrize(
    "view", [{"facing": "left"}, {"roll_deg": 12.0}, {"unit_px": 80.0, "hip_px": (7.0, 900.0)}]
)
def test_the_view_does_not_matter(view: dict[str, object]) -> None:
    seen, plain = model(**view), model()
    assert seen.starts == pytest.approx(plain.starts)
    assert seen.ends == pytest.approx(plain.ends)


def capsule(x: float) -> ArmModel:
    """One vertical forearm of radius 0.1 at ``x`` between the levels 0 and 0.5."""
    return ArmModel(starts=np.array([[x, 0.5]]), ends=np.array([[x, 0.0]]), radii=np.array([0.1]))


@pytest.mark.parametrize(
    ("x", "covered"),
    [
        pytest.param(-0.301, False, id="beyond the limb"),
        pytest.param(-0.299, True, id="rim of the limb"),
        pytest.param(-0.21, True, id="just behind the axis"),
        pytest.param(-0.2 + 0.9 * INSIDE_TOLERANCE, True, id="axis hardly outside"),
        pytest.param(-0.2 + 1.1 * INSIDE_TOLERANCE, False, id="axis outside: daylight"),
    ],
)
def test_a_back_edge_belongs_to_the_arm_up_to_its_radius(*, x: float, covered: bool) -> None:
    edge = np.array([[x, 0.25]])
    assert capsule(-0.2).covers(edge, "back").tolist() == [covered]
    mirrored = edge * (-1, 1)
    assert capsule(0.2).covers(mirrored, "front").tolist() == [covered]


@pytest.mark.parametrize(
    ("level", "covered"), [(0.59, True), (0.61, False), (-0.09, True), (-0.11, False)]
)
def test_ends_are_round(*, level: float, covered: bool) -> None:
    assert capsule(-0.2).covers(np.array([[-0.2, level]]), "back").tolist() == [covered]


def test_a_missing_edge_is_not_covered() -> None:
    edge = np.array([[np.nan, 0.2], [-0.25, 0.2]])
    assert capsule(-0.2).covers(edge, "back").tolist() == [False, True]


def test_an_arm_without_length_is_a_ball() -> None:
    arm = ArmModel(starts=np.zeros((1, 2)), ends=np.zeros((1, 2)), radii=np.array([0.1]))
    edge = np.array([[-0.09, 0.0], [0.0, 0.09], [-0.08, 0.08]])
    assert arm.covers(edge, "back").tolist() == [True, True, False]
