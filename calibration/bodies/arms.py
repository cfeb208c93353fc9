"""Arm positions: hanging, held forwards, flexed, raised, crossed, clasped, on the hips.

Hanging, flexed and raised arms are given by joint angles. The others reach, by two-bone inverse
kinematics, for points on the *body's own surface* (upper chest, front of the belly, iliac crest),
found on the posed trunk, so that hands touch slim and wide bodies alike and never sink into them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calibration.arrays import Bools, Floats
from calibration.bodies.pose import Pose
from calibration.bodies.postures import Posture
from calibration.bodies.rig import SPINE, RiggedBody
from calibration.bodies.template import BODY_VERTICES, Template

HAND_CLEARANCE_M = 0.012


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmAim:
    """Directions of one arm's segments in the body frame, each of shape (3,).

    Parameters
    ----------
    upper, fore : ndarray
        Shoulder to elbow and elbow to wrist.
    hand : ndarray, optional
        Wrist to middle knuckle; in line with the forearm if omitted.
    twist_deg : float
        Additional pronation of the forearm, + = palm towards the back.
    """

    upper: Floats
    fore: Floats
    hand: Floats | None = None
    twist_deg: float = 0.0


def aim_arm(
    template: Template,
    rigged: RiggedBody,
    pose: Pose,
    vertices: Floats,
    posture: Posture,
    side: str,
) -> ArmAim:
    """Return the segment directions of one arm.

    Parameters
    ----------
    pose, vertices : Pose, ndarray of shape (V, 3)
        The balanced body, its arms still in the rest position.
    posture : Posture
        Gives the arm position.
    side : str
        ``.L`` or ``.R``.
    """
    if posture.arms.startswith("hanging"):
        return _hanging(posture, side)
    if posture.arms in _LIFTS:
        return _lifted(posture, side)
    bones = [template.bone(name + side) for name in ("upperarm01", "lowerarm01", "wrist")]
    joints = rigged.body.heads[bones]
    lengths = np.linalg.norm(np.diff(joints, axis=0), axis=1)
    shoulder = pose.joints[len(SPINE) + rigged.skin.bones.index(bones[0])]
    surface = _Surface(rigged, vertices, pose)
    target, pole, hand = _TARGETS[posture.arms](surface, posture, 1.0 if side == ".L" else -1.0)
    return _reach(shoulder, target, pole, lengths, hand)


def clear_thighs(rigged: RiggedBody, vertices: Floats, aim: ArmAim, side: str) -> ArmAim:
    """Abduct a hanging arm until the hand clears the hip; the same aim if it already does."""
    outwards = 1.0 if side == ".L" else -1.0
    near = outwards * vertices[:BODY_VERTICES, 0] > 0
    hand = vertices[:BODY_VERTICES][near & (rigged.skin.hand_weight[:BODY_VERTICES] > 0.6)]
    body = vertices[:BODY_VERTICES][near & (rigged.skin.arm_weight[:BODY_VERTICES] < 0.01)]
    beside = (body[:, 2] > hand[:, 2].min()) & (body[:, 2] < hand[:, 2].max() + 0.12)
    beside &= (body[:, 1] > hand[:, 1].min() - 0.02) & (body[:, 1] < hand[:, 1].max() + 0.02)
    if not beside.any():
        return aim
    inside = (outwards * body[beside, 0]).max() + HAND_CLEARANCE_M - (outwards * hand[:, 0]).min()
    if inside <= 0.0:
        return aim
    shift = np.array([outwards * min(float(inside), 0.16) / 0.52, 0.0, 0.0])
    return replace(aim, upper=aim.upper + shift, fore=aim.fore + 1.05 * shift)


class _Surface:
    """Points on the posed trunk that hands can reach for."""

    def __init__(self, rigged: RiggedBody, vertices: Floats, pose: Pose) -> None:
        trunk: Bools = rigged.skin.arm_weight[:BODY_VERTICES] < 0.02
        trunk &= rigged.skin.head_weight[:BODY_VERTICES] < 0.5
        self.points = vertices[:BODY_VERTICES][trunk]
        self.hip_z = float(pose.joints[0, 2])
        self.neck_z = float(pose.joints[SPINE.index("T1"), 2])

    def level(self, share: float) -> float:
        """Height between lumbosacral joint (0) and the base of the neck (1)."""
        return self.hip_z + share * (self.neck_z - self.hip_z)

    def front(self, share: float, half_width: float, reach: float = 0.05) -> float:
        """Foremost y of the trunk around a level, near the midline."""
        z, x = self.points[:, 2] - self.level(share), self.points[:, 0]
        return float(self.points[(np.abs(z) < reach) & (np.abs(x) < half_width), 1].min())

    def flank(self, share: float, outwards: float) -> Floats:
        """Outermost point of the trunk at a level on one side, shape (3,)."""
        ring = self.points[np.abs(self.points[:, 2] - self.level(share)) < 0.02]
        return np.asarray(ring[np.argmax(outwards * ring[:, 0])])


def _hanging(posture: Posture, side: str) -> ArmAim:
    at, outwards = (0, 1.0) if side == ".L" else (3, -1.0)
    noise = posture.arm_noise[at : at + 3]
    forwards = {"hanging": 0.0, "hanging_forward": 14.0, "hanging_back": -10.0}[posture.arms]
    swing = np.radians(forwards + 3.5 * posture.arm_noise[0] + 1.5 * noise[0])
    elbow = np.radians(4.0 + abs(9.0 + 5.0 * noise[1]))
    spread = np.radians(max(6.0, 9.0 + 2.0 * noise[2]))
    return ArmAim(
        upper=_direction(outwards * np.sin(spread), swing),
        fore=_direction(outwards * 0.01, swing + elbow),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lift:
    """Joint angles of arms held forwards, in degrees, with their spreads over people and arms.

    Parameters
    ----------
    swing : tuple of float
        Flexion of the upper arm: mean, SD shared by both arms, SD of each arm.
    elbow : tuple of float
        The same for the flexion of the elbow beyond ``least_bend``.
    least_bend : float
        Smallest flexion of the elbow.
    outwards : tuple of float
        Outward component of the directions of upper arm and forearm.
    """

    swing: tuple[float, float, float]
    elbow: tuple[float, float, float]
    least_bend: float
    outwards: tuple[float, float]


_LIFTS = {
    "flexed": _Lift(
        swing=(21.0, 6.0, 2.0), elbow=(14.0, 9.0, 3.0), least_bend=5.0, outwards=(0.13, 0.04)
    ),
    # From halfway up to horizontal, forearms in line or bent upwards.
    "raised": _Lift(
        swing=(62.0, 14.0, 4.0), elbow=(22.0, 20.0, 4.0), least_bend=4.0, outwards=(0.10, 0.02)
    ),
}


def _lifted(posture: Posture, side: str) -> ArmAim:
    lift = _LIFTS[posture.arms]
    at, outwards = (0, 1.0) if side == ".L" else (3, -1.0)
    shared, own = posture.arm_noise, posture.arm_noise[at : at + 3]
    swing, together, apart = lift.swing
    upper = np.radians(swing + together * shared[0] + apart * own[0])
    elbow, together, apart = lift.elbow
    bend = np.radians(lift.least_bend + abs(elbow + together * shared[1] + apart * own[1]))
    return ArmAim(
        upper=_direction(outwards * lift.outwards[0], upper),
        fore=_direction(outwards * lift.outwards[1], upper + bend),
    )


def _direction(outwards: float, swing: float) -> Floats:
    down = np.sqrt(1.0 - outwards**2)
    return np.array([outwards, -down * np.sin(swing), -down * np.cos(swing)])


def _crossed(surface: _Surface, posture: Posture, outwards: float) -> tuple[Floats, Floats, Floats]:
    """Forearms across the upper chest, the right one in front of the left."""
    share = 0.60 + 0.02 * posture.arm_noise[0]
    front = surface.front(share, 0.12, 0.06)
    gap = 0.055 if outwards > 0 else 0.115
    z = surface.level(share) + (0.015 if outwards > 0 else -0.015)
    target = np.array([-outwards * 0.045, front - gap, z])
    hand = np.array([-outwards * 0.9, 0.30 if outwards > 0 else 0.10, 0.25])
    return target, np.array([outwards * 0.55, -0.1, -1.0]), hand


def _clasped(surface: _Surface, posture: Posture, outwards: float) -> tuple[Floats, Floats, Floats]:
    """Hands clasped in front of the lower belly."""
    share = 0.02 + 0.04 * posture.arm_noise[0]
    front = surface.front(share, 0.14, 0.07)
    gap = 0.045 if outwards > 0 else 0.085
    z = surface.level(share) + (0.0 if outwards > 0 else 0.012)
    target = np.array([outwards * 0.075, front - gap, z])
    hand = np.array([-outwards * 0.75, -0.15, -0.62])
    return target, np.array([outwards * 0.8, 0.5, -0.6]), hand


def _on_hips(surface: _Surface, posture: Posture, outwards: float) -> tuple[Floats, Floats, Floats]:
    """Hand on the iliac crest, elbow out and a little back, fingers forwards."""
    flank = surface.flank(0.16, outwards)
    target = flank + np.array([outwards * 0.045, 0.045, 0.015])
    hand = np.array([-outwards * 0.12, -0.85, -0.5])
    return target, np.array([outwards * 1.0, 0.55 + 0.1 * posture.arm_noise[0], 0.0]), hand


_TARGETS = {"crossed": _crossed, "clasped": _clasped, "on_hips": _on_hips}


def _reach(shoulder: Floats, target: Floats, pole: Floats, lengths: Floats, hand: Floats) -> ArmAim:
    """Two-bone inverse kinematics, the elbow on the side of the pole vector."""
    line = target - shoulder
    distance = float(np.clip(np.linalg.norm(line), 0.25 * lengths.sum(), 0.985 * lengths.sum()))
    along = line / np.linalg.norm(line)
    side = pole - (pole @ along) * along
    side /= np.linalg.norm(side)
    upper, fore = lengths
    reach = (upper**2 - fore**2 + distance**2) / (2.0 * distance)
    elbow = along * reach + side * np.sqrt(max(upper**2 - reach**2, 0.0))
    return ArmAim(upper=elbow, fore=along * distance - elbow, hand=hand)
