"""Contacts of a figure: joint angles solved until hands, knees and feet touch their supports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq, least_squares

from calibration.arrays import Bools, Floats, Ints
from calibration.bodies.rig import SPINE
from calibration.bodies.template import BODY_VERTICES
from calibration.illustrations.mannequin import Mannequin
from calibration.illustrations.poses import FigureError, Pose
from calibration.illustrations.reach import place_arms
from calibration.illustrations.skeleton import Skeleton, trunk_and_legs

KNEE_M = 0.085
HIP_M = 0.13
DOWNWARDS = (0.0, 0.0, -1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A posed figure in its final place.

    Parameters
    ----------
    pose : Pose
        With the angles solved for contact.
    skeleton : Skeleton
        Frames and joints, metres, floor at z = 0.
    vertices : ndarray, shape (V, 3)
        Skinned surface, cloth mesh included.
    misses : dict
        By side, the distance of a palm from its target, metres.
    """

    pose: Pose
    skeleton: Skeleton
    vertices: Floats
    misses: dict[str, float]


def make_figure(mannequin: Mannequin, pose: Pose) -> Figure:
    """Pose a figure, solve its contacts and skin it."""
    pose = _levelled(mannequin, _tall(mannequin, pose))
    skeleton = trunk_and_legs(mannequin, pose)
    skeleton = skeleton.moved(_placing(mannequin, pose, skeleton))
    surface = mannequin.surface(skeleton.rotations, skeleton.joints)
    lift = pose.height - surface[part_rows(pose.rests), 2].min()
    skeleton = skeleton.moved(np.array([0.0, 0.0, lift]))
    pose = _hands_laid(mannequin, pose, skeleton)
    skeleton, misses = place_arms(mannequin, pose, skeleton)
    vertices = mannequin.surface(skeleton.rotations, skeleton.joints)
    return Figure(pose=pose, skeleton=skeleton, vertices=vertices, misses=misses)


@lru_cache(maxsize=64)
def part_rows(part: str) -> Ints:
    """Return the body vertices of a named part.

    Parameters
    ----------
    part : str
        ``all`` (without arms), ``seat``, ``back``, ``trunk``, ``head``, or with a side:
        ``foot.L``, ``toes.L``, ``knee.L``, ``shank.L``, ``thigh.L``, ``hip.L``, ``shoulder.L``,
        ``elbow.L``, ``forearm.L``, ``hand.L``.

    Raises
    ------
    FigureError
        For any other name.
    """
    from calibration.illustrations.mannequin import load_mannequin

    body = load_mannequin()
    stem, _, side = part.partition(".")
    chosen = _sided(body, stem, side) if side else _middle(body, stem)
    chosen[BODY_VERTICES:] = False
    return np.flatnonzero(chosen)


def _middle(body: Mannequin, stem: str) -> Bools:
    rest, skin = body.body.vertices, body.patterns.skin
    trunk = np.asarray(body.weights[:, : len(SPINE)].sum(1)).ravel() > 0.5
    behind = rest[:, 1] > 0.0
    hip = body.head("upperleg01.L")[2]
    if stem == "all":
        return np.asarray(skin.arm_weight < 0.3)
    if stem == "head":
        return np.asarray(skin.head_weight > 0.5)
    if stem == "trunk":
        return trunk
    if stem == "back":
        return np.asarray(trunk & behind & (rest[:, 2] > hip + 0.2))
    if stem == "seat":
        near = np.abs(rest[:, 2] - hip + 0.02) < 0.14
        return np.asarray(near & behind & (skin.arm_weight < 0.3))
    raise FigureError(f"There is no part {stem!r} of a figure.")


def _sided(body: Mannequin, stem: str, side: str) -> Bools:
    rest, skin = body.body.vertices, body.patterns.skin
    on_side = rest[:, 0] * (1.0 if side == "L" else -1.0) > 0

    def share(*names: str) -> Floats:
        columns = [body.at(f"{name}.{side}") for name in names]
        return np.asarray(body.weights[:, columns].sum(1)).ravel()

    def near(bone: str, distance: float) -> Bools:
        return np.asarray(np.linalg.norm(rest - body.head(f"{bone}.{side}"), axis=1) < distance)

    parts: dict[str, Callable[[], Bools]] = {
        "foot": lambda: share("foot", "toes") > 0.5,
        "toes": lambda: share("toes") > 0.5,
        "shank": lambda: share("lowerleg01") > 0.5,
        "thigh": lambda: share("upperleg01") > 0.6,
        "knee": lambda: near("lowerleg01", KNEE_M),
        "hip": lambda: near("upperleg01", HIP_M),
        "shoulder": lambda: near("upperarm01", 0.10),
        "elbow": lambda: near("lowerarm01", 0.06),
        "forearm": lambda: share("lowerarm01", "lowerarm02") > 0.5,
        "hand": lambda: (skin.hand_weight > 0.5) & on_side,
    }
    if stem not in parts:
        raise FigureError(f"There is no part {stem!r} of a figure.")
    return np.asarray(parts[stem]())


def _hands_laid(body: Mannequin, pose: Pose, skeleton: Skeleton) -> Pose:
    """Raise palms that face down until no finger sinks into their support."""
    for _ in range(2):
        placed, _misses = place_arms(body, pose, skeleton)
        arms = dict(pose.arms)
        for side, arm in pose.arms.items():
            if arm.at is None or arm.on not in ("floor", "world") or arm.palm != DOWNWARDS:
                continue
            rows = part_rows("hand." + side)
            low = body.posed(placed.rotations, placed.joints, rows)[:, 2].min()
            surface = arm.surface if arm.surface is not None else arm.at[2]
            lifted = (arm.at[0], arm.at[1], arm.at[2] + surface - float(low))
            arms[side] = replace(arm, at=lifted, surface=surface)
        pose = replace(pose, arms=arms)
    return pose


def trunk_lean(mannequin: Mannequin, skeleton: Skeleton) -> float:
    """Return the forward lean of the hip-shoulder line in the root's frame, degrees."""
    shoulders = [skeleton.joints[mannequin.at("upperarm01." + side)] for side in "LR"]
    line = np.mean(shoulders, axis=0) - skeleton.origins["pelvis"]
    local = skeleton.frames["root"].T @ line
    return float(np.degrees(np.arctan2(-local[1], local[2])))


def _tall(body: Mannequin, pose: Pose) -> Pose:
    """Solve the flexion of the spine for the trunk lean of the pose."""
    if pose.trunk is None:
        return pose
    trunk = pose.trunk
    rest = trunk_lean(body, trunk_and_legs(body, Pose()))

    def bent(lumbar: float) -> Pose:
        thoracic = trunk - pose.pelvis[0] - lumbar
        return replace(pose, spine=(lumbar, thoracic, *pose.spine[2:]))

    def error(lumbar: float) -> float:
        return trunk_lean(body, trunk_and_legs(body, bent(lumbar))) - trunk - 0.5 * rest

    return bent(float(brentq(error, -60.0, 60.0, xtol=0.01)))


def _placing(body: Mannequin, pose: Pose, skeleton: Skeleton) -> Floats:
    low = body.posed(skeleton.rotations, skeleton.joints, part_rows(pose.rests))[:, 2].min()
    anchor = skeleton.origins[pose.anchor]
    return np.array([pose.place[0] - anchor[0], pose.place[1] - anchor[1], pose.height - low])


def _levelled(body: Mannequin, pose: Pose) -> Pose:
    """Solve the pose's further contacts for the angles that they may change."""
    if not pose.level:
        return pose
    rows = [part_rows(level.part) for level in pose.level]

    def errors(values: Floats) -> Floats:
        tried = _with(pose, values)
        skeleton = trunk_and_legs(body, tried)
        skeleton = skeleton.moved(_placing(body, tried, skeleton))
        lows = [body.posed(skeleton.rotations, skeleton.joints, r)[:, 2].min() for r in rows]
        wanted = [level.height for level in pose.level]
        return np.asarray((np.array(lows) - np.array(wanted)) * 100.0)

    start = np.array([_value(pose, level.by) for level in pose.level])
    found = least_squares(errors, start, diff_step=1e-3, x_scale=10.0, max_nfev=30)
    return _with(pose, found.x)


def _value(pose: Pose, path: str) -> float:
    name, _, which = path.partition(".")
    if name == "root":
        return pose.root[("pitch", "roll").index(which)]
    if name in ("pelvis", "head", "lumbar"):
        return {"pelvis": pose.pelvis, "head": pose.head, "lumbar": pose.spine}[name][0]
    leg = pose.legs[which[0]]
    if name == "hip":
        return leg.hip[0]
    if name == "spread":
        return leg.hip[1]
    return leg.knee if name == "knee" else float(leg.ankle or 0.0)


def _with(pose: Pose, values: Floats) -> Pose:
    for level, value in zip(pose.level, values, strict=True):
        pose = _changed(pose, level.by, float(value))
    return pose


def _changed(pose: Pose, path: str, value: float) -> Pose:
    name, _, which = path.partition(".")
    if name == "root":
        root = list(pose.root)
        root[("pitch", "roll").index(which)] = value
        return replace(pose, root=(root[0], root[1], root[2]))
    if name == "pelvis":
        return replace(pose, pelvis=(value, *pose.pelvis[1:]))
    if name == "head":
        return replace(pose, head=(value, *pose.head[1:]))
    if name == "lumbar":
        return replace(pose, spine=(value, *pose.spine[1:]))
    legs = dict(pose.legs)
    for side in which.split("+"):  # "L+R" moves both legs alike
        leg = legs[side]
        changed = {
            "hip": replace(leg, hip=(value, *leg.hip[1:])),
            "spread": replace(leg, hip=(leg.hip[0], value, leg.hip[2])),
            "knee": replace(leg, knee=value),
            "ankle": replace(leg, ankle=value),
        }
        legs[side] = changed[name]
    return replace(pose, legs=legs)
