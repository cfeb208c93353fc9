"""Instructions about where the person stands in the picture and how, read from the landmarks."""

from __future__ import annotations

from typing import Final

import numpy as np

from posture.errors import PoseError
from posture.geometry.frame import midpoint
from posture.guidance.instructions import Code, Instruction, required
from posture.landmarks import ANKLES, EARS, HIPS, SHOULDERS
from posture.pose.plausibility import Pose
from posture.types import Facing
from posture.view.facing import decide_facing, facing_cues
from posture.view.findings import CROP_COST_DEG, LOW_RESOLUTION_COST_DEG, YAW_COST
from posture.view.gate import View
from posture.view.stance import estimate_yaw_deg, parts_in_frame, trunk_length_px

HEAD_ROOM: Final = 0.27
"""From the ears to the crown, in trunk lengths (14 cm)."""

FOOT_ROOM: Final = 0.2
"""From the ankles to the soles, in trunk lengths."""

LEAST_HEIGHT: Final = 0.5
"""Of the picture's height: somebody smaller is asked to come nearer."""

LEG_TO_TRUNK: Final = 1.65
"""Hip to sole in trunk lengths: where the feet are when the picture does not show them."""

LEAST_LEG: Final = 1.42
"""Hip to ankle in trunk lengths: less than the 1.5 to 1.7 of people is a leg cut off."""

AT_SIDE: Final = 0.05
"""Share of the trunk's rows at a side border from which on the border cuts the trunk."""

BREADTH: Final = 1.1
"""Shoulders and hips together, from joint to joint, in trunk lengths (33 + 22 cm of 50)."""

_PAIRS: Final = (SHOULDERS, HIPS)

LEAST_TURN_DEG: Final = 11.0
"""Turn from which on somebody is told to turn: 2.5 times the SD of :func:`turned_deg` on those who
stand side on."""

LITTLE_DEG: Final = 50.0
"""Somebody turned farther than this is told to turn sideways, not to turn a little."""

MAX_LEAN_DEG: Final = {"forward": 8.0, "backward": 4.5}
"""Lean of the body about the ankles beyond which nobody keeps their balance without a step: the
limits of stability, 12.5 degrees from back to front (Nashner 1990). A picture that shows more
was taken by a crooked camera."""


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
    parts, body = parts_in_frame(pose.landmarks, pose.mask), pose.mask > 0.5
    above = top < 0.0 or bool(body[0].any())
    below = bottom > height or bool(body[-1].any())
    if bottom - top > height or (above and below):
        return [_cut("step_back", pose)]
    if above:
        return [_cut("tilt_back", pose)]
    if below:
        return [_cut("tilt_forward", pose)]
    if bottom - top < LEAST_HEIGHT * height:
        # Of somebody so small, it is not seen whether feet and head are whole.
        return [Instruction(code="come_nearer", cost_deg=LOW_RESOLUTION_COST_DEG)]
    # Legs that are cut off the network squeezes into the picture: short, with feet off the body.
    if "head" not in parts:
        return [_cut("tilt_back", pose)]
    ankles = float(np.max(pose.landmarks[list(ANKLES), 1]))
    if not {"ankles", "feet"} <= parts and ankles - hip[1] < LEAST_LEG * trunk:
        return [_cut("tilt_forward", pose)]
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
    return bool(body.size) and bool(max(body[:, 0].mean(), body[:, -1].mean()) > AT_SIDE)


def _cut(code: Code, pose: Pose) -> Instruction:
    missing = set(CROP_COST_DEG) - parts_in_frame(pose.landmarks, pose.mask)
    if not missing:
        # All of it is in the picture by a hair: the next sway would cut it.
        return Instruction(code=code, cost_deg=min(CROP_COST_DEG.values()))
    return required(code)


def turned_deg(pose: Pose, *, roll_deg: float = 0.0) -> float:
    """Return the angle by which somebody is turned out of the side view, in degrees.

    How far left and right joints of shoulders and hips lie apart across the picture is nothing in a
    side view and their whole breadth from the front. On rendered people that reads a turn without
    bias, to 5 degrees (SD). The depth of the shoulder line, which the network has to guess, draws
    everybody towards the side view, to 0.8 of their turn, and errs by 6.6; with a third of the
    weight it still makes the mean surer.

    Parameters
    ----------
    pose : Pose
    roll_deg : float, optional
        Camera roll: of two shoulders, the nearer one lies higher or lower in the picture, and a
        roll would turn that into breadth.

    Returns
    -------
    float
        Positive if the chest shows, negative if the back does.
    """
    roll = np.radians(roll_deg)
    level = np.array([np.cos(roll), np.sin(roll)])
    across = sum(
        float((pose.landmarks[left] - pose.landmarks[right]) @ level) for left, right in _PAIRS
    )
    breadth = BREADTH * max(trunk_length_px(pose.landmarks), 1.0)
    spread = float(np.degrees(np.arcsin(np.clip(across / breadth, -1.0, 1.0))))
    return (2.0 * spread + estimate_yaw_deg(pose.world)) / 3.0


def facing_of(pose: Pose) -> Facing | None:
    """Return which way somebody looks, also where a photo would be refused."""
    parts = parts_in_frame(pose.landmarks, pose.mask)
    try:
        return decide_facing(facing_cues(pose.landmarks, pose.world, pose.mask, in_frame=parts))
    except PoseError:
        return None


def turn(
    pose: Pose, facing: Facing | None, *, roll_deg: float = 0.0, refused: bool = False
) -> list[Instruction]:
    """Return what to do about how the person is turned.

    Parameters
    ----------
    pose : Pose
    facing : {"left", "right"}, optional
        Without it, nobody can be told which way to turn.
    roll_deg : float, optional
        Camera roll, if it is known.
    refused : bool, optional
        Whether the frame would be refused as a photo: whatever else is wrong with it may come
        from the turn.
    """
    yaw = turned_deg(pose, roll_deg=roll_deg)
    if abs(yaw) <= LEAST_TURN_DEG:
        return []
    if facing is None or abs(yaw) > LITTLE_DEG:
        return [required("side_view")]
    # Whoever faces right and shows the chest turns it away to their own left.
    code: Code = "turn_left" if (yaw > 0) == (facing == "right") else "turn_right"
    return [required(code) if refused else Instruction(code=code, cost_deg=YAW_COST * abs(yaw))]


def lean(pose: Pose, view: View) -> list[Instruction]:
    """Return what to do about a picture in which the person leans as nobody can stand.

    Parameters
    ----------
    pose : Pose
    view : View
        How the person is seen; its roll is taken off the lean.
    """
    if "ankles" not in view.parts:
        return []
    across, down = midpoint(pose.landmarks, SHOULDERS) - midpoint(pose.landmarks, ANKLES)
    to_right = float(np.degrees(np.arctan2(across, -down)))
    side = 1.0 if view.facing == "right" else -1.0
    # Lines may be misread, too: who stands upright in the picture is no sign of a crooked camera.
    leans = [side * to_right, side * (to_right - view.roll.deg)]
    forward = min(leans, key=abs)
    low, high = -MAX_LEAN_DEG["backward"], MAX_LEAN_DEG["forward"]
    if any(low <= each <= high for each in leans):
        return []
    # A roll that is not seen goes into every angle as it is.
    return [Instruction(code="level", cost_deg=abs(forward))]
