"""Standing bodies from postures: joint angles, balance over the feet, skinned surface.

The legs lean at the ankles until the centre of mass lies a few centimetres in front of them, as in
real standing; without that, a swayed or arched posture looks as if it were falling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.arms import ArmAim, aim_arm, clear_thighs
from calibration.bodies.pose import Pose
from calibration.bodies.postures import Posture
from calibration.bodies.rig import SIDES, SPINE, RiggedBody
from calibration.bodies.rotations import about_axis, about_x, about_y, about_z, between
from calibration.bodies.template import BODY_VERTICES, Template

THORACIC_SHARE = (0.5, 0.7, 0.9, 1.1, 1.3, 1.4, 1.4, 1.2, 1.0, 0.8, 0.7)
"""Relative flexion at T11..T1: the thoracic curve peaks in the middle."""
CLAVICLE_AT, NECK_AT = SPINE.index("T4"), SPINE.index("T1")
LEAN_LIMITS_DEG = (-8.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBody:
    """A posed body on the floor.

    Parameters
    ----------
    rigged : RiggedBody
        The body in its rest pose.
    posture : Posture
        As requested.
    lean_deg : float
        Lean of the legs that balances the body, + = backwards.
    vertices : ndarray, shape (V, 3)
        Body and helper meshes, metres.
    pose : Pose
        Pose of the segments, placed on the floor together with the vertices.
    """

    rigged: RiggedBody
    posture: Posture
    lean_deg: float
    vertices: Floats
    pose: Pose

    @property
    def height_m(self) -> float:
        """Height of the body as it stands, metres."""
        return float(self.vertices[:BODY_VERTICES, 2].max())

    def joint(self, template: Template, bone: str) -> Floats:
        """Return the posed position of a limb bone's joint, shape (3,)."""
        return np.asarray(self.pose.joints[_segment(self.rigged, template, bone)])

    def rotation(self, template: Template, bone: str) -> Floats:
        """Return the global rotation of a limb bone, shape (3, 3)."""
        return np.asarray(self.pose.rotations[_segment(self.rigged, template, bone)])

    def on_pelvis(self, rest_points: Floats) -> Floats:
        """Move rest points with the rigid pelvis, shape (N, 3)."""
        matrix = self.pose.transforms()[0]
        return np.asarray(rest_points @ matrix[:, :3].T + matrix[:, 3])


def stand(template: Template, rigged: RiggedBody, posture: Posture) -> StandingBody:
    """Pose a body, balance it and place it on the floor."""
    poser = _Poser(template, rigged, posture)
    lean = poser.balanced_lean()
    pose = poser.pose(lean)
    vertices = skin(rigged, pose)
    aims = {side: aim_arm(template, rigged, pose, vertices, posture, side) for side in SIDES}
    pose = poser.pose(lean, aims)
    vertices = skin(rigged, pose)
    if posture.arms.startswith("hanging"):
        wider = {side: clear_thighs(rigged, vertices, aims[side], side) for side in SIDES}
        if any(wider[side] is not aims[side] for side in SIDES):
            pose = poser.pose(lean, wider)
            vertices = skin(rigged, pose)
    return _on_floor(template, rigged, posture, lean, pose, vertices)


def skin(rigged: RiggedBody, pose: Pose) -> Floats:
    """Move all vertices with their segments, shape (V, 3)."""
    blended = rigged.weights @ pose.transforms().reshape(len(pose.joints), 12)
    matrices = blended.reshape(-1, 3, 4)
    rest = rigged.body.vertices
    return np.asarray(np.einsum("vij,vj->vi", matrices[:, :, :3], rest) + matrices[:, :, 3])


def _segment(rigged: RiggedBody, template: Template, bone: str) -> int:
    return len(SPINE) + rigged.skin.bones.index(template.bone(bone))


def _on_floor(
    template: Template,
    rigged: RiggedBody,
    posture: Posture,
    lean: float,
    pose: Pose,
    vertices: Floats,
) -> StandingBody:
    ankles = [pose.joints[_segment(rigged, template, "foot" + side)] for side in SIDES]
    middle = (ankles[0] + ankles[1]) / 2
    floor = vertices[:BODY_VERTICES, 2].min()
    shift = -np.array([middle[0], middle[1], floor])
    return StandingBody(
        rigged=rigged,
        posture=posture,
        lean_deg=lean,
        vertices=vertices + shift,
        pose=Pose(rotations=pose.rotations, joints=pose.joints + shift, rests=pose.rests),
    )


class _Poser:
    """Forward kinematics of one body in one posture."""

    def __init__(self, template: Template, rigged: RiggedBody, posture: Posture) -> None:
        self.template, self.rigged, self.posture = template, rigged, posture
        self.names = [template.bones[bone] for bone in rigged.skin.bones]
        self.rests = np.concatenate([rigged.spine, rigged.body.heads[list(rigged.skin.bones)]])
        self.parents = [self._parent(bone) for bone in rigged.skin.bones]
        self.spine_rotations = _spine_rotations(posture)
        self.spine_joints = _chain(rigged.spine, self.spine_rotations)

    def balanced_lean(self) -> float:
        """Return the lean of the legs that puts the centre of mass where the posture has it."""
        first, second = 0.0, 2.0
        error = [self._balance_error(self.pose(lean)) for lean in (first, second)]
        lean = first - error[0] * (second - first) / (error[1] - error[0])
        return float(np.clip(lean, *LEAN_LIMITS_DEG))

    def pose(self, lean: float, aims: dict[str, ArmAim] | None = None) -> Pose:
        """Return the pose for a lean of the legs and, once known, the aims of the arms."""
        count = len(SPINE)
        rotations = np.zeros((len(self.rests), 3, 3))
        joints = np.zeros((len(self.rests), 3))
        rotations[:count], joints[:count] = self.spine_rotations, self.spine_joints
        for i, name in enumerate(self.names):
            parent, at = self.parents[i], count + i
            offset = self.rests[at] - self.rests[parent]
            joints[at] = joints[parent] + rotations[parent] @ offset
            rotations[at] = self._rotation(name, rotations[parent], lean, aims)
        return Pose(rotations=rotations, joints=joints, rests=self.rests)

    def _balance_error(self, pose: Pose) -> float:
        moments = self.rigged.moments
        y = np.einsum("sj,sj->s", pose.transforms()[:, 1, :3], moments[:, 1:])
        centre = (y + pose.transforms()[:, 1, 3] * moments[:, 0]).sum() / moments[:, 0].sum()
        ankles = [
            pose.joints[_segment(self.rigged, self.template, "foot" + side)][1] for side in SIDES
        ]
        return float(centre - np.mean(ankles) + self.posture.com_forward_m)

    def _parent(self, bone: int) -> int:
        """Parent segment of a limb bone: another limb bone, or a segment of the spine."""
        name, moving = self.template.bones[bone], self.rigged.skin.bones
        fixed = {"clavicle": CLAVICLE_AT, "neck01": NECK_AT, "upperleg01": 0}
        for start, segment in fixed.items():
            if name.startswith(start):
                return segment
        at = self.template.parents[bone]
        while at not in moving:
            at = self.template.parents[at]
        return len(SPINE) + moving.index(at)

    def _rotation(
        self, name: str, parent: Floats, lean: float, aims: dict[str, ArmAim] | None
    ) -> Floats:
        side, stem = name[-2:], name.removesuffix(".L").removesuffix(".R")
        if stem in ("upperleg01", "lowerleg01", "foot"):
            return self._leg(stem, side, lean)
        if stem.startswith("neck") or stem == "head":
            return self._head(stem)
        if stem.startswith("finger"):
            return parent @ self._finger(stem, side)
        if stem == "clavicle":
            outwards = 1.0 if side == ".L" else -1.0
            drop, forwards = np.radians([self.posture.shoulder_drop, self.posture.protraction])
            return parent @ about_y(outwards * drop) @ about_z(outwards * -forwards)
        return self._arm(stem, side, parent, aims)

    def _leg(self, stem: str, side: str, lean: float) -> Floats:
        outwards, at = (1.0, 0) if side == ".L" else (-1.0, 1)
        if stem == "foot":
            return about_z(outwards * np.radians(self.posture.toe_out))
        angle = (self.posture.thigh if stem == "upperleg01" else self.posture.shank)[at]
        tilt = about_x(np.radians(angle + lean))
        return np.asarray(tilt @ about_y(outwards * np.radians(self.posture.adduction)))

    def _head(self, stem: str) -> Floats:
        part = 1.0 if stem == "head" else 0.15 + 0.2 * int(stem[-1])
        angle = self.posture.t1 + (self.posture.head - self.posture.t1) * part
        turned = about_z(np.radians(self.posture.head_yaw * part))
        return np.asarray(about_x(np.radians(angle)) @ turned)

    def _arm(self, stem: str, side: str, parent: Floats, aims: dict[str, ArmAim] | None) -> Floats:
        if aims is None:
            return parent
        aim, heads = aims[side], self.rigged.body.heads
        elbow, wrist = (heads[self.template.bone(name + side)] for name in ("lowerarm01", "wrist"))
        upper = elbow - heads[self.template.bone("upperarm01" + side)]
        if stem == "shoulder01":
            return np.asarray(between(parent @ upper, aim.upper, 0.25) @ parent)
        if stem == "upperarm01":
            return np.asarray(between(parent @ upper, aim.upper) @ parent)
        if stem == "lowerarm01":
            return np.asarray(between(parent @ (wrist - elbow), aim.fore) @ parent)
        if stem == "lowerarm02":
            outwards = 1.0 if side == ".L" else -1.0
            twist = np.radians(self.posture.forearm_twist + aim.twist_deg) * outwards
            return np.asarray(about_axis(aim.fore, twist) @ parent)
        middle = heads[self.template.bone("finger3-1" + side)] - wrist
        return (
            parent if aim.hand is None else np.asarray(between(parent @ middle, aim.hand) @ parent)
        )

    def _finger(self, stem: str, side: str) -> Floats:
        """Curl about the line of the knuckles; fingers 2-5 also close towards the middle finger."""
        heads, tails = self.rigged.body.heads, self.rigged.body.tails
        finger, joint = int(stem[6]), int(stem[8])
        knuckles = heads[self.template.bone("finger5-1" + side)]
        knuckles = knuckles - heads[self.template.bone("finger2-1" + side)]
        amount = 0.25 if finger == 1 else (0.5 if joint == 1 else 1.0)
        curl = about_axis(knuckles, -np.radians(self.posture.finger_curl * amount))
        if finger == 1 or joint > 1:
            return curl
        direction = [
            tails[self.template.bone(f"finger{f}-1{side}")]
            - heads[self.template.bone(f"finger{f}-1{side}")]
            for f in (finger, 3)
        ]
        return np.asarray(curl @ between(direction[0], direction[1], self.posture.finger_close))


def _spine_rotations(posture: Posture) -> Floats:
    """Global rotation of S1, L5..L1, T12..T1, shape (18, 3, 3)."""
    lumbar = np.cumsum(posture.lumbar_share) / np.sum(posture.lumbar_share)
    thoracic = np.cumsum(THORACIC_SHARE) / np.sum(THORACIC_SHARE)
    pelvis, t12, t1 = posture.pelvis_rotation, posture.t12, posture.t1
    angles = np.concatenate(
        [[pelvis], pelvis + (t12 - pelvis) * lumbar, t12 + (t1 - t12) * thoracic]
    )
    up = np.linspace(0.0, 1.0, len(SPINE))
    # The trunk bends back over the feet: pelvis and shoulders lean to opposite sides.
    sideways = posture.obliquity * (1.0 - up) ** 2 + posture.side_bend * np.sin(np.pi * up)
    rotations = [
        about_z(np.radians(twist)) @ about_y(np.radians(side)) @ about_x(np.radians(angle))
        for angle, side, twist in zip(angles, sideways, posture.twist * up, strict=True)
    ]
    return np.array(rotations)


def _chain(rest: Floats, rotations: Floats) -> Floats:
    joints = rest.copy()
    for i in range(1, len(rest)):
        joints[i] = joints[i - 1] + rotations[i - 1] @ (rest[i] - rest[i - 1])
    return joints
