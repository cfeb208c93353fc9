"""Instructions about where the person stands in the picture, read from the landmarks."""

from __future__ import annotations

from typing import Final

import numpy as np

from posture.geometry.frame import midpoint
from posture.guidance.instructions import Code, Instruction, required
from posture.landmarks import ANKLES, EARS, HIPS, SHOULDERS
from posture.pose.plausibility import Pose
from posture.types import Facing
from posture.view.findings import CROP_COST_DEG, LOW_RESOLUTION_COST_DEG, NOTE_YAW_DEG, YAW_COST
from posture.view.stance import MAX_YAW_DEG, estimate_yaw_deg, parts_in_frame, trunk_length_px

HEAD_ROOM: Final = 0.27
"""From the ears to the crown, in trunk lengths (14 cm)."""

FOOT_ROOM: Final = 0.2
"""From the ankles to the soles, in trunk lengths."""

LEAST_HEIGHT: Final = 0.5
"""Of the picture's height: somebody smaller is asked to come nearer."""

LEG_TO_TRUNK: Final = 1.65
"""Hip to sole in trunk lengths: where the feet are when the picture does not show them."""


def cut_off(pose: Pose) -> bool:
    """Return whether the upper or the lower border of the picture cuts the person."""
    body = pose.mask > 0.5
    return bool(body[0].any() or body[-1].any())


def place(pose: Pose) -> list[Instruction]:
    """Return what to do about where in the picture the person stands."""
    height, width = pose.mask.shape
    trunk = trunk_length_px(pose.landmarks)
    hip = midpoint(pose.landmarks, HIPS)
    if not 0.0 <= hip[0] < width or _at_side(pose):
        return [required("middle")]
    top, bottom = _reach(pose, trunk)
    if bottom - top > height:
        return [_cut("step_back", pose)]
    if top < 0.0:
        return [_cut("tilt_back", pose)]
    if bottom > height:
        return [_cut("tilt_forward", pose)]
    if bottom - top < LEAST_HEIGHT * height:
        return [Instruction(code="come_nearer", cost_deg=LOW_RESOLUTION_COST_DEG)]
    return []


def _reach(pose: Pose, trunk: float) -> tuple[float, float]:
    """Return the rows of crown and soles, also where the picture does not show them."""
    parts = parts_in_frame(pose.landmarks, pose.mask)
    hip, shoulder = (midpoint(pose.landmarks, pair)[1] for pair in (HIPS, SHOULDERS))
    head = midpoint(pose.landmarks, EARS)[1] if "head" in parts else shoulder - 0.4 * trunk
    soles = (
        float(np.max(pose.landmarks[list(ANKLES), 1])) + FOOT_ROOM * trunk
        if "ankles" in parts
        else hip + LEG_TO_TRUNK * trunk
    )
    return float(head - HEAD_ROOM * trunk), float(soles)


def _at_side(pose: Pose) -> bool:
    """Return whether the picture's left or right border cuts the trunk."""
    rows = slice(*sorted(int(midpoint(pose.landmarks, pair)[1]) for pair in (SHOULDERS, HIPS)))
    body = pose.mask[rows] > 0.5
    return bool(body.size) and bool(max(body[:, 0].mean(), body[:, -1].mean()) > 0.2)


def _cut(code: Code, pose: Pose) -> Instruction:
    missing = set(CROP_COST_DEG) - parts_in_frame(pose.landmarks, pose.mask)
    if not missing:
        # All of it is in the picture by a hair: the next sway would cut it.
        return Instruction(code=code, cost_deg=min(CROP_COST_DEG.values()))
    return required(code)


def turn(pose: Pose, facing: Facing | None) -> list[Instruction]:
    """Return what to do about how the person is turned.

    Parameters
    ----------
    pose : Pose
    facing : {"left", "right"}, optional
        Without it, nobody can be told which way to turn.
    """
    yaw = estimate_yaw_deg(pose.world)
    if abs(yaw) <= NOTE_YAW_DEG:
        return []
    if facing is None or abs(yaw) > MAX_YAW_DEG:
        return [required("side_view")]
    # A positive yaw shows the chest: whoever faces right turns it away to their own left.
    code: Code = "turn_left" if (yaw > 0) == (facing == "right") else "turn_right"
    return [Instruction(code=code, cost_deg=YAW_COST * abs(yaw))]
