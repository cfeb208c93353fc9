"""Joint centres: midpoints of landmarks without the pose network's constant offsets."""

from __future__ import annotations

import numpy as np
import pytest
from support.paper_doll import JOINTS, Doll

from posture.geometry.joints import LANDMARK_SD, OFFSETS, Joints, locate_joints

ALL = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})
NEEDS = {"ear": "head", "knee": "knees", "ankle": "ankles"}


def located(doll: Doll, parts: frozenset[str] = ALL) -> Joints:
    return locate_joints(doll.landmarks, doll.frame, parts)


@pytest.mark.parametrize("name", OFFSETS)
@pytest.mark.parametrize(
    "doll", [Doll(), Doll().mirrored(), Doll(roll_deg=9.0), Doll().scaled(0.37)]
)
def test_a_joint_is_its_landmark_without_the_offset(name: str, doll: Doll) -> None:
    found = located(doll).get(name)
    assert found == pytest.approx(np.array(JOINTS[name.upper()]) - OFFSETS[name])


@pytest.mark.parametrize("name", OFFSETS)
def test_a_joint_lies_half_way_between_the_sides(name: str) -> None:
    x, y = JOINTS[name.upper()]
    sides = {f"LEFT_{name.upper()}": (x + 0.1, y - 0.04), f"RIGHT_{name.upper()}": (x - 0.02, y)}
    found = located(Doll(joints=sides)).get(name)
    assert found == pytest.approx(np.array([x + 0.04, y - 0.02]) - OFFSETS[name])


@pytest.mark.parametrize(("name", "part"), NEEDS.items())
def test_joints_out_of_frame_are_missing(name: str, part: str) -> None:
    found = located(Doll(), ALL - {part})
    assert found.get(name) is None
    assert all(found.get(other) is not None for other in OFFSETS if other != name)


def test_every_joint_has_an_offset_and_an_sd() -> None:
    assert set(OFFSETS) == set(LANDMARK_SD) == {"ear", "shoulder", "hip", "knee", "ankle"}
    assert all(0 < sd < 0.1 for sd in LANDMARK_SD.values())
