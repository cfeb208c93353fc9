"""Forward kinematics of trunk and legs: frames and joints from the angles of a pose.

A *frame* is the orientation of a segment; it is neutral (x left, y backwards, z up) when standing
straight with the arms hanging. In the rest pose of the body model legs and arms are spread, so each
limb has a fixed rotation from the rest pose to neutral.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.posing import CLAVICLE_AT, NECK_AT, THORACIC_SHARE
from calibration.bodies.rig import SPINE
from calibration.bodies.rotations import about_x, about_y, about_z, between
from calibration.illustrations.mannequin import Mannequin
from calibration.illustrations.poses import SIDES, Leg, Pose

LUMBAR_SHARE = (1.2, 1.2, 1.1, 0.9, 0.7, 0.5)
"""Relative flexion at L5..L1 and T12, greatest at the lowest levels."""
OUTWARDS = {"L": 1.0, "R": -1.0}
THORAX = SPINE.index("T4")
_FOOT_HEADING_DEG = 6.0
"""Toe-out of the feet in the rest pose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """Rotation, joint and frame of every segment.

    Parameters
    ----------
    rotations : ndarray, shape (S, 3, 3)
        Global rotation of each segment from the rest pose.
    joints : ndarray, shape (S, 3)
        Posed joints, metres.
    frames : dict
        Frames of ``pelvis``, ``thorax``, ``head``, ``thigh.L``, ``shank.L``, ``foot.L``, ...
    origins : dict
        Origin of each of these frames, shape (3,).
    """

    rotations: Floats
    joints: Floats
    frames: dict[str, Floats]
    origins: dict[str, Floats]

    def moved(self, shift: Floats) -> Skeleton:
        """Return the skeleton translated as a whole."""
        return Skeleton(
            rotations=self.rotations,
            joints=self.joints + shift,
            frames=self.frames,
            origins={name: at + shift for name, at in self.origins.items()},
        )

    def point(self, on: str, at: tuple[float, float, float]) -> Floats:
        """Return a point given in a segment's frame, shape (3,)."""
        return np.asarray(self.origins[on] + self.frames[on] @ np.array(at))


def trunk_and_legs(mannequin: Mannequin, pose: Pose) -> Skeleton:
    """Place all but the arms, hips at the origin; the arms keep their rest pose on the trunk."""
    builder = _Builder(mannequin, pose)
    builder.trunk()
    builder.head()
    for side in SIDES:
        builder.leg(side, pose.legs[side])
        builder.girdle(side)
    return builder.finished()


def root_frame(pose: Pose) -> Floats:
    """Return the root frame of the whole figure, shape (3, 3)."""
    pitch, roll, turn = np.radians(pose.root)
    return np.asarray(about_z(turn) @ about_y(roll) @ about_x(pitch))


def limb_frame(parent: Floats, angles: tuple[float, float, float], side: str) -> Floats:
    """Return a limb's frame after flexion, abduction and external rotation, in degrees."""
    flexion, abduction, turn = np.radians(angles)
    out = OUTWARDS[side]
    return np.asarray(parent @ about_x(-flexion) @ about_y(-out * abduction) @ about_z(out * turn))


class _Builder:
    def __init__(self, mannequin: Mannequin, pose: Pose) -> None:
        self.body, self.pose = mannequin, pose
        count = len(mannequin.segments)
        self.rotations: Floats = np.tile(np.eye(3), (count, 1, 1))
        self.joints: Floats = mannequin.rests.copy()
        self.frames: dict[str, Floats] = {"root": root_frame(pose)}
        self.origins: dict[str, Floats] = {}

    def trunk(self) -> None:
        """Place the pelvis midway between the hips, then S1 to T1."""
        tilt, drop, turn = np.radians(self.pose.pelvis)
        pelvis = self.frames["root"] @ about_z(turn) @ about_y(drop) @ about_x(tilt)
        hips = self._hips_middle()
        rests, count = self.body.rests, len(SPINE)
        self.joints[0] = pelvis @ (rests[0] - hips)
        self.rotations[:count] = pelvis @ _bends(self.pose.spine)
        for i in range(1, count):
            step = rests[i] - rests[i - 1]
            self.joints[i] = self.joints[i - 1] + self.rotations[i - 1] @ step
        self.frames |= {"pelvis": pelvis, "thorax": self.rotations[THORAX]}
        self.origins |= {
            "root": np.zeros(3), "pelvis": np.zeros(3), "thorax": self.joints[THORAX],
        }  # fmt: skip

    def head(self) -> None:
        """Place neck and head, which share nod, turn and tilt."""
        nod, turn, tilt = np.radians(self.pose.head)
        parent, above = NECK_AT, self.rotations[NECK_AT]
        for name, part in (("neck01", 0.3), ("neck02", 0.5), ("neck03", 0.75), ("head", 1.0)):
            at = self._hang(name, parent)
            turned = about_z(turn * part) @ about_y(tilt * part) @ about_x(nod * part)
            self.rotations[at] = above @ turned
            parent = at
        self.frames["head"], self.origins["head"] = self.rotations[parent], self.joints[parent]

    def leg(self, side: str, leg: Leg) -> None:
        """Place the thigh in the root's frame, then shank, foot and toes."""
        thigh = limb_frame(self.frames["root"], leg.hip, side)
        shank = thigh @ about_x(np.radians(leg.knee))
        foot = _flat(shank) if leg.ankle is None else shank @ about_x(-np.radians(leg.ankle))
        toes = foot @ about_x(-np.radians(leg.toes))
        rest = [self.body.head(bone + "." + side) for bone in ("upperleg01", "lowerleg01", "foot")]
        down = np.array([0.0, 0.0, -1.0])
        heading = about_z(-OUTWARDS[side] * np.radians(_FOOT_HEADING_DEG))
        turns = {
            "upperleg01": thigh @ between(rest[1] - rest[0], down),
            "lowerleg01": shank @ between(rest[2] - rest[1], down),
            "foot": foot @ heading,
            "toes": toes @ heading,
        }
        parent = 0
        for (bone, rotation), frame in zip(turns.items(), (thigh, shank, foot, toes), strict=True):
            parent = self._hang(bone + "." + side, parent)
            self.rotations[parent] = rotation
            name = {"upperleg01": "thigh", "lowerleg01": "shank"}.get(bone, bone) + "." + side
            self.frames[name], self.origins[name] = frame, self.joints[parent]

    def girdle(self, side: str) -> None:
        """Place the collarbone; the arm keeps its rest pose on it until it is placed."""
        up, forwards = -OUTWARDS[side] * np.radians(self.pose.shrug)
        at = self._hang("clavicle." + side, CLAVICLE_AT)
        self.rotations[at] = self.rotations[CLAVICLE_AT] @ about_y(up) @ about_z(forwards)
        for name in ("shoulder01", "upperarm01", "lowerarm01", "lowerarm02", "wrist"):
            parent, at = at, self._hang(f"{name}.{side}", at)
            self.rotations[at] = self.rotations[parent]

    def finished(self) -> Skeleton:
        return Skeleton(
            rotations=self.rotations, joints=self.joints, frames=self.frames, origins=self.origins
        )

    def _hang(self, name: str, parent: int) -> int:
        at = self.body.at(name)
        step = self.body.rests[at] - self.body.rests[parent]
        self.joints[at] = self.joints[parent] + self.rotations[parent] @ step
        return at

    def _hips_middle(self) -> Floats:
        return np.asarray(np.mean([self.body.head("upperleg01." + side) for side in SIDES], axis=0))


def _bends(spine: tuple[float, float, float, float]) -> Floats:
    """Return the rotations of S1..T1 relative to the pelvis, shape (18, 3, 3)."""
    lumbar, thoracic, side, twist = np.radians(spine)
    low = np.cumsum([0.0, *LUMBAR_SHARE]) / sum(LUMBAR_SHARE)
    high = np.cumsum(THORACIC_SHARE) / sum(THORACIC_SHARE)
    flexion = np.concatenate([lumbar * low, lumbar + thoracic * high])
    up = np.linspace(0.0, 1.0, len(SPINE))
    return np.array(
        [
            about_z(twist * u) @ about_y(side * u) @ about_x(angle)
            for u, angle in zip(up, flexion, strict=True)
        ]
    )


def _flat(shank: Floats) -> Floats:
    """Return the frame of a foot flat on the floor, toes in the direction of the shank's front."""
    ahead = shank @ np.array([0.0, -1.0, 0.0])
    ahead[2] = 0.0
    ahead /= np.linalg.norm(ahead)
    up = np.array([0.0, 0.0, 1.0])
    return np.column_stack([np.cross(-ahead, up), -ahead, up])
