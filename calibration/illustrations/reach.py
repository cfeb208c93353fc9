"""Arms of a figure, by joint angles or by inverse kinematics from the position of the palm."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.rotations import about_axis, about_x, about_y, about_z, between
from calibration.illustrations.mannequin import Mannequin
from calibration.illustrations.poses import SIDES, Arm, Pose
from calibration.illustrations.skeleton import OUTWARDS, Skeleton, limb_frame

ROUNDS = 6
"""Rounds of iteration: the shoulder follows the arm and the wrist the palm until both settle."""
GIRDLE_SHARE = 0.28
"""Share of the shoulder blade in raising the arm."""
DOWN = np.array([0.0, 0.0, -1.0])


def place_arms(
    mannequin: Mannequin, pose: Pose, skeleton: Skeleton
) -> tuple[Skeleton, dict[str, float]]:
    """Place both arms of a skeleton that is already in its final place.

    Returns
    -------
    Skeleton
        With arms.
    dict
        By side, the distance of the palm from its target, metres.
    """
    misses = {}
    for side in SIDES:
        solver = _ArmSolver(mannequin, skeleton, pose.arms[side], side)
        skeleton, misses[side] = solver.solved()
    return skeleton, misses


class _ArmSolver:
    def __init__(self, mannequin: Mannequin, skeleton: Skeleton, arm: Arm, side: str) -> None:
        self.body, self.arm, self.side, self.out = mannequin, arm, side, OUTWARDS[side]
        self.rotations, self.joints = skeleton.rotations.copy(), skeleton.joints.copy()
        self.collar = self.rotations[self._at("clavicle")].copy()
        self.frames, self.origins = dict(skeleton.frames), dict(skeleton.origins)
        self.origins["floor"] = skeleton.origins["pelvis"] * [1.0, 1.0, 0.0]
        self.origins["world"] = np.zeros(3)
        self.frames["floor"] = self.frames["world"] = np.eye(3)
        names = ("upperarm01", "lowerarm01", "wrist", "finger3-1", "finger2-1", "finger5-1")
        rest = {name: mannequin.head(f"{name}.{side}") for name in names}
        self.upper, self.fore = (
            rest["lowerarm01"] - rest["upperarm01"],
            rest["wrist"] - rest["lowerarm01"],
        )
        hinge = -np.cross(self.upper, self.fore)
        self.neutral = {
            "upper": _frame(-self.upper, hinge).T,
            "fore": _frame(-self.fore, hinge).T,
            "hand": self._hand_neutral(rest),
        }
        middle = 0.55 * rest["wrist"] + 0.45 * rest["finger3-1"] - rest["wrist"]
        self.palm = self.neutral["hand"] @ middle + np.array([-self.out * 0.016, 0.0, 0.0])

    def solved(self) -> tuple[Skeleton, float]:
        """Return the skeleton with this arm, and the palm's distance from its target."""
        upper, fore, hand = self._by_angles()
        for _ in range(ROUNDS if self.arm.at is not None else 1):
            self._girdle(upper)
            if self.arm.at is not None:
                upper, fore, hand = self._by_target(hand)
        self._set(upper, fore, hand)
        miss = 0.0
        if self.arm.at is not None:
            wrist = self.joints[self._at("wrist")]
            miss = float(np.linalg.norm(wrist + hand @ self.palm - self._target()))
        frames = self.frames | {f"arm.{self.side}": upper, f"forearm.{self.side}": fore}
        frames |= {f"hand.{self.side}": hand}
        origins = dict(self.origins)
        for name, bone in (("arm", "upperarm01"), ("forearm", "lowerarm01"), ("hand", "wrist")):
            origins[f"{name}.{self.side}"] = self.joints[self._at(bone)]
        done = Skeleton(
            rotations=self.rotations, joints=self.joints, frames=frames, origins=origins
        )
        return done, miss

    def _by_angles(self) -> tuple[Floats, Floats, Floats]:
        arm = self.arm
        upper = limb_frame(self.frames["thorax"], arm.shoulder, self.side)
        fore = upper @ about_x(-np.radians(arm.elbow))
        turned = about_z(-self.out * np.radians(arm.forearm))
        return upper, fore, fore @ turned @ about_y(self.out * np.radians(arm.wrist))

    def _by_target(self, hand: Floats) -> tuple[Floats, Floats, Floats]:
        """Solve two-bone inverse kinematics from shoulder to wrist, the elbow towards its pole."""
        shoulder = self.joints[self._at("upperarm01")]
        away = self._target() - hand @ self.palm - shoulder
        a, b = np.linalg.norm(self.upper), np.linalg.norm(self.fore)
        reach = float(np.clip(np.linalg.norm(away), abs(a - b) + 0.02, (a + b) * 0.999))
        line = away / np.linalg.norm(away)
        to = self.arm.elbow_to or (0.5 * self.out, 1.0, -0.3)
        pole = self.frames["thorax"] @ np.array(to)
        pole = pole - (pole @ line) * line
        pole /= np.linalg.norm(pole)
        along = (reach**2 + a**2 - b**2) / (2 * reach)
        elbow = along * line + float(np.sqrt(np.maximum(a**2 - along**2, 0.0))) * pole
        hinge = np.cross(line, pole)
        upper, fore = _frame(-elbow, hinge), _frame(elbow - reach * line, hinge)
        return upper, fore, self._hand(fore)

    def _hand(self, fore: Floats) -> Floats:
        arm, on = self.arm, self.frames[self.arm.on]
        if arm.palm is None and arm.fingers is None:
            turned = about_z(-self.out * np.radians(arm.forearm))
            return np.asarray(fore @ turned @ about_y(self.out * np.radians(arm.wrist)))
        fingers = fore @ DOWN if arm.fingers is None else on @ np.array(arm.fingers)
        if arm.palm is None:
            return _frame(-fingers, fore[:, 0])
        palm = on @ np.array(arm.palm)
        across = -self.out * palm
        if arm.fingers is None:
            fingers = fingers - (fingers @ palm) * palm / (palm @ palm)
        return _frame(-fingers, across)

    def _girdle(self, upper: Floats) -> None:
        """Let collarbone and shoulder blade follow a raised arm."""
        clavicle, shoulder, arm = (self._at(n) for n in ("clavicle", "shoulder01", "upperarm01"))
        aim = upper @ DOWN
        local = self.frames["thorax"].T @ aim
        lift = max(0.0, float(np.degrees(np.arccos(np.clip(-local[2], -1, 1)))) - 45.0) * 0.22
        self.rotations[clavicle] = self.collar @ about_y(-self.out * np.radians(lift))
        self._carry(clavicle, shoulder)
        parent = self.rotations[clavicle]
        self.rotations[shoulder] = between(parent @ self.upper, aim, GIRDLE_SHARE) @ parent
        self._carry(shoulder, arm)

    def _set(self, upper: Floats, fore: Floats, hand: Floats) -> None:
        names = ("upperarm01", "lowerarm01", "lowerarm02", "wrist")
        arm, elbow, half, wrist = (self._at(name) for name in names)
        self.rotations[arm] = upper @ self.neutral["upper"]
        self._carry(arm, elbow)
        plain, turned = fore @ self.neutral["fore"], hand @ self.neutral["hand"]
        axis = self.fore / np.linalg.norm(self.fore)
        twist = _twist(plain.T @ turned, axis)
        self.rotations[elbow] = plain @ about_axis(axis, 0.15 * twist)
        self._carry(elbow, half)
        self.rotations[half] = plain @ about_axis(axis, 0.6 * twist)
        self._carry(half, wrist)
        self.rotations[wrist] = turned
        self._fingers(wrist)

    def _fingers(self, wrist: int) -> None:
        knuckles = self.body.head(f"finger5-1.{self.side}") - self.body.head(
            f"finger2-1.{self.side}"
        )
        axis = self.out * knuckles
        for finger in range(1, 6):
            parent = wrist
            for joint in range(1, 4):
                at = self._at(f"finger{finger}-{joint}")
                self._carry(parent, at)
                part = 0.3 if finger == 1 else 1.0
                bend = about_axis(axis, np.radians(self.arm.grip * part))
                closed = self._closing(finger) if joint == 1 else np.eye(3)
                self.rotations[at] = self.rotations[parent] @ bend @ closed
                parent = at

    def _closing(self, finger: int) -> Floats:
        """Bring a finger towards the middle one; the rest pose spreads them."""
        share = 0.45 if finger == 1 else 0.85
        tails = self.body.body.tails
        ways = [
            tails[self.body.template.bone(f"finger{f}-2.{self.side}")]
            - self.body.head(f"finger{f}-1.{self.side}")
            for f in (finger, 3)
        ]
        return between(ways[0], ways[1], share)

    def _hand_neutral(self, rest: dict[str, Floats]) -> Floats:
        """Return the rotation from the rest hand to a hanging hand, palm to the thigh."""
        fingers = rest["finger3-1"] - rest["wrist"]
        palm = np.cross(rest["finger5-1"] - rest["finger2-1"], fingers) * self.out
        return _frame(-fingers, -self.out * palm).T

    def _target(self) -> Floats:
        assert self.arm.at is not None  # noqa: S101  (callers asked)
        return np.asarray(
            self.origins[self.arm.on] + self.frames[self.arm.on] @ np.array(self.arm.at)
        )

    def _at(self, name: str) -> int:
        return self.body.at(f"{name}.{self.side}")

    def _carry(self, parent: int, child: int) -> None:
        step = self.body.rests[child] - self.body.rests[parent]
        self.joints[child] = self.joints[parent] + self.rotations[parent] @ step


def _frame(z: Floats, x: Floats) -> Floats:
    """Return the orthonormal frame with this z and with x as close as possible, columns x, y, z."""
    z = z / np.linalg.norm(z)
    x = x - (x @ z) * z
    x = x / np.linalg.norm(x)
    return np.column_stack([x, np.cross(z, x), z])


def _twist(rotation: Floats, axis: Floats) -> float:
    """Return the angle of a rotation about an axis, radians, within half a turn."""
    vector = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    return float(2.0 * np.arctan2(vector @ axis, 1.0 + np.trace(rotation)))
