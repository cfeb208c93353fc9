"""Instructions about place, turn and lean, on paper dolls whose geometry is exact."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from support.paper_doll import TRUNK_M, Doll

from posture.guidance.framing import (
    BREADTH,
    LEAST_TURN_DEG,
    LITTLE_DEG,
    MAX_LEAN_DEG,
    facing_of,
    lean,
    place,
    turn,
    turned_deg,
)
from posture.landmarks import SHOULDERS
from posture.pose.mirror import mirrored_pose
from posture.pose.plausibility import Pose
from posture.types import Facing
from posture.view.gate import View, judge_view
from posture.view.roll import Roll

SHOULDER, HIP = 0.33, 0.22
"""Half of the breadth from joint to joint, in trunk lengths: together they are half of BREADTH."""

ROOMY = Doll(unit_px=150.0, hip_px=(300.0, 380.0), size=(600, 800))


def turned(yaw_deg: float, *, roll_deg: float = 0.0) -> Pose:
    """Return a doll that faces right and shows so much of its chest, as a parallel view does."""
    yaw = np.radians(yaw_deg)
    forward = float(np.sin(yaw))
    doll = ROOMY.but(
        roll_deg=roll_deg,
        joints={
            "LEFT_SHOULDER": (SHOULDER * forward, 1.0),
            "RIGHT_SHOULDER": (-SHOULDER * forward, 1.0),
            "LEFT_HIP": (HIP * forward, 0.0),
            "RIGHT_HIP": (-HIP * forward, 0.0),
        },
    )
    world = doll.world.copy()
    for side, far in zip(SHOULDERS, (1.0, -1.0), strict=True):
        world[side] = far * TRUNK_M * SHOULDER * np.array([np.sin(yaw), 0.0, np.cos(yaw)])
    return replace(doll.pose, world=world)


def codes(doll: Doll | Pose) -> list[str]:
    pose = doll if isinstance(doll, Pose) else doll.pose
    return [instruction.code for instruction in place(pose)]


@pytest.mark.parametrize("yaw", [-80.0, -35.0, -13.0, 0.0, 8.0, 20.0, 60.0])
def test_the_turn_is_read_from_the_breadth_that_shows(yaw: float) -> None:
    assert pytest.approx(BREADTH) == 2 * (SHOULDER + HIP)
    pose = turned(yaw)
    assert turned_deg(pose) == pytest.approx(yaw, abs=1e-6)
    assert turned_deg(mirrored_pose(pose, 600)) == pytest.approx(yaw, abs=1e-6)


def test_a_known_roll_is_not_taken_for_a_turn() -> None:
    for roll in (-8.0, 8.0):
        assert turned_deg(turned(20.0, roll_deg=roll), roll_deg=roll) == pytest.approx(
            20.0, abs=0.1
        )


def test_a_wider_spread_than_the_body_has_is_a_view_from_the_front() -> None:
    pose = turned(90.0)
    landmarks = pose.landmarks * (2.0, 1.0)
    assert turned_deg(replace(pose, landmarks=landmarks)) == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("yaw", "facing", "code"),
    [
        (20.0, "right", "turn_left"),
        (20.0, "left", "turn_right"),
        (-20.0, "right", "turn_right"),
        (-20.0, "left", "turn_left"),
        (20.0, None, "side_view"),
        (LITTLE_DEG + 5.0, "right", "side_view"),
    ],
)
def test_who_is_turned_is_told_which_way(yaw: float, facing: Facing | None, code: str) -> None:
    found = turn(turned(yaw), facing)
    assert [instruction.code for instruction in found] == [code]


def test_a_small_turn_is_not_worth_a_word_and_a_larger_one_costs_more() -> None:
    assert turn(turned(LEAST_TURN_DEG - 1.0), "right", refused=True) == []
    costs = [turn(turned(yaw), "right")[0].cost_deg for yaw in (LEAST_TURN_DEG + 1.0, 25.0, 40.0)]
    assert all(smaller < larger for smaller, larger in pairwise(costs))


def test_of_a_refused_frame_the_turn_is_mended_first() -> None:
    (found,) = turn(turned(20.0), "right", refused=True)
    assert found.cost_deg == np.inf


def test_the_facing_is_known_without_a_verdict_of_the_gate_and_turns_with_the_mirror() -> None:
    pose = turned(30.0)
    assert facing_of(pose) == "right"
    assert facing_of(mirrored_pose(pose, 600)) == "left"


def test_who_stands_in_the_middle_with_room_is_told_nothing() -> None:
    assert codes(ROOMY) == []


@pytest.mark.parametrize(
    ("doll", "code"),
    [
        (ROOMY.but(hip_px=(300.0, 240.0)), "tilt_back"),
        (ROOMY.but(hip_px=(300.0, 560.0)), "tilt_forward"),
        (ROOMY.but(unit_px=260.0), "step_back"),
        (ROOMY.but(unit_px=80.0), "come_nearer"),
        (ROOMY.but(hip_px=(15.0, 380.0)), "middle"),
    ],
)
def test_place_in_the_picture(doll: Doll, code: str) -> None:
    assert codes(doll) == [code]


def test_legs_squeezed_into_the_picture_are_cut_off_all_the_same() -> None:
    """The border cuts the shanks, and the network puts the ankles above it."""
    cut = ROOMY.but(hip_px=(300.0, 580.0))
    squeezed = cut.but(joints={"KNEE": (0.0, -0.7), "ANKLE": (0.0, -1.2), "HEEL": (-0.05, -1.22)})
    squeezed = squeezed.but(joints={**squeezed.joints, "FOOT_INDEX": (0.05, -1.22)})
    assert squeezed.landmarks[:, 1].max() < 780.0
    assert codes(replace(squeezed.pose, mask=cut.mask)) == ["tilt_forward"]


def seen(doll: Doll, roll: Roll) -> tuple[Pose, View]:
    image = np.full((*doll.mask.shape, 3), 128, np.uint8)
    facing: Facing = "right" if doll.facing == "right" else "left"
    view = judge_view(image, doll.landmarks, doll.world, doll.mask, facing=facing)
    return doll.pose, replace(view, roll=roll)


UNKNOWN = Roll(deg=0.0, sd_deg=2.5, source="unknown")


@pytest.mark.parametrize("facing", ["right", "left"])
def test_a_lean_that_nobody_can_stand_in_is_the_camera_s(facing: str) -> None:
    forward, backward = MAX_LEAN_DEG["forward"], MAX_LEAN_DEG["backward"]
    doll = ROOMY.but(facing=facing, joints={"ANKLE": (0.0, -1.7)})
    clockwise = 1.0 if facing == "right" else -1.0
    for tilt, crooked in (
        (forward - 0.5, False),
        (forward + 0.5, True),
        (-backward + 0.5, False),
        (-backward - 0.5, True),
    ):
        rolled = doll.but(roll_deg=clockwise * tilt)
        found = lean(*seen(rolled, UNKNOWN))
        assert [instruction.code for instruction in found] == (["level"] if crooked else [])
        known = Roll(deg=rolled.roll_deg, sd_deg=0.5, source="given")
        assert lean(*seen(rolled, known)) == []
