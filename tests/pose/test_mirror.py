"""Mirrored poses: the pose that the flipped picture would have given."""

from __future__ import annotations

import numpy as np
import pytest
from support.paper_doll import Doll

from posture.landmarks import LANDMARK_COUNT, Landmark
from posture.pose.detector import Pose
from posture.pose.mirror import OTHER_SIDE, mirrored_pose


def pose_of(doll: Doll) -> Pose:
    return Pose(
        landmarks=doll.landmarks,
        visibility=np.linspace(0, 1, LANDMARK_COUNT),
        presence=np.linspace(1, 0, LANDMARK_COUNT),
        world=doll.world,
        mask=doll.mask,
    )


def test_left_and_right_change_places_and_the_nose_stays() -> None:
    assert OTHER_SIDE[Landmark.NOSE] == Landmark.NOSE
    assert OTHER_SIDE[Landmark.LEFT_EYE_INNER] == Landmark.RIGHT_EYE_INNER
    assert OTHER_SIDE[Landmark.MOUTH_LEFT] == Landmark.MOUTH_RIGHT
    assert OTHER_SIDE[Landmark.RIGHT_FOOT_INDEX] == Landmark.LEFT_FOOT_INDEX
    assert [OTHER_SIDE[i] for i in OTHER_SIDE] == list(range(LANDMARK_COUNT))
    assert sum(i != other for i, other in enumerate(OTHER_SIDE)) == LANDMARK_COUNT - 1


def test_mirroring_twice_changes_nothing() -> None:
    pose = pose_of(Doll(roll_deg=5.0, joints={"LEFT_WRIST": (0.3, 0.2)}))
    again = mirrored_pose(mirrored_pose(pose, 600), 600)
    for name in ("landmarks", "world", "visibility", "presence", "mask"):
        assert np.allclose(getattr(again, name), getattr(pose, name))


def test_the_mirrored_pose_is_the_pose_of_the_mirrored_doll() -> None:
    doll = Doll(roll_deg=5.0, joints={"LEFT_WRIST": (0.3, 0.2), "RIGHT_KNEE": (0.1, -0.8)})
    other = doll.mirrored().but(
        joints={"RIGHT_WRIST": (0.3, 0.2), "LEFT_KNEE": (0.1, -0.8)},
    )
    found = mirrored_pose(pose_of(doll), doll.size[0])
    assert found.landmarks == pytest.approx(other.landmarks)
    assert found.world == pytest.approx(other.world)
    assert np.allclose(found.mask, other.mask, atol=1e-5)
    assert found.mask.flags.c_contiguous


def test_the_original_is_not_changed() -> None:
    pose = pose_of(Doll())
    landmarks, world = pose.landmarks.copy(), pose.world.copy()
    mirrored_pose(pose, 600)
    assert np.array_equal(pose.landmarks, landmarks)
    assert np.array_equal(pose.world, world)
