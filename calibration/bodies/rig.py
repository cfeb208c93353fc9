"""Rig of a body: 18 spine segments of its own, and the stock bones of the limbs.

The stock spine has five bones, too few for a lumbar curve. Here the trunk follows S1, L5..L1,
T12..T1 with Gaussian weights along the height, and the border between pelvis and thigh is
sharpened so that the iliac region and the upper buttock move with the pelvis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.special import ndtr

from calibration.arrays import Floats, smoothstep
from calibration.bodies.bodies import RestBody
from calibration.bodies.template import Template

SPINE = ("S1", "L5", "L4", "L3", "L2", "L1", *(f"T{i}" for i in range(12, 0, -1)))
SPINE_BLUR_M = 0.020
"""Gaussian SD of the trunk's skinning weights: about a third of a vertebra's height."""
LUMBAR_HEIGHTS = (1.08, 1.06, 1.03, 1.00, 0.95)
"""Relative heights of L5..L1 with their discs."""
MOVING = (
    *(f"finger{f}-{k}" for f in range(1, 6) for k in range(1, 4)),
    "upperleg01",
    "lowerleg01",
    "foot",
    "clavicle",
    "shoulder01",
    "upperarm01",
    "lowerarm01",
    "lowerarm02",
    "wrist",
)
SIDES = (".L", ".R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """Skinning weights of the template's vertices, apart from the single spine segments.

    Parameters
    ----------
    bones : tuple of int
        Stock bones that rotate on their own; all others are rigidly attached to these.
    limb_weights : ndarray, shape (V, len(bones))
        Weights of these bones.
    trunk_weight : ndarray, shape (V,)
        Total weight of the spine segments.
    arm_weight : ndarray, shape (V,)
        Weight of upper arm, forearm and hand, without the shoulder girdle.
    head_weight, foot_weight, hand_weight : ndarray, shape (V,)
        Weights of head, foot with toes, and hand with fingers.
    """

    bones: tuple[int, ...]
    limb_weights: Floats
    trunk_weight: Floats
    arm_weight: Floats
    head_weight: Floats
    foot_weight: Floats
    hand_weight: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RiggedBody:
    """A rest body with its skeleton, ready to be posed.

    Parameters
    ----------
    body : RestBody
        Shape and joints.
    skin : Skin
        Limb weights of the template.
    spine : ndarray, shape (18, 3)
        Lower joint of S1, L5..L1, T12..T1, metres.
    weights : sparse matrix, shape (V, 18 + len(skin.bones))
        Weights of all segments, spine first.
    moments : ndarray, shape (18 + len(skin.bones), 4)
        Mass and first moments of each segment.
    """

    body: RestBody
    skin: Skin
    spine: Floats
    weights: sp.csr_matrix
    moments: Floats


def make_skin(template: Template) -> Skin:
    """Split the stock weights into trunk and limbs and sharpen the pelvis-thigh border."""
    moving = [template.bone(name + side) for name in MOVING for side in SIDES]
    moving += [template.bone(name) for name in ("neck01", "neck02", "neck03", "head")]
    bones = tuple(sorted(moving))
    owner = _nearest_moving(template, set(bones))
    limb = np.zeros((template.vertices, len(bones)))
    trunk = np.zeros(template.vertices)
    for bone, target in enumerate(owner):
        if target is None:
            trunk += template.weights[:, bone]
        else:
            limb[:, bones.index(target)] += template.weights[:, bone]
    thighs = [bones.index(template.bone("upperleg01" + side)) for side in SIDES]
    _sharpen_groin(limb, trunk, thighs)

    def total(*names: str) -> Floats:
        chosen = [template.bone(name + side) for name in names for side in SIDES]
        below = {bone for root in chosen for bone in template.under(template.bones[root])}
        return np.asarray(template.weights[:, sorted(below)].sum(1))

    return Skin(
        bones=bones,
        limb_weights=limb,
        trunk_weight=trunk,
        arm_weight=total("upperarm01"),
        head_weight=np.asarray(template.weights[:, template.under("head")].sum(1)),
        foot_weight=total("foot"),
        hand_weight=total("wrist"),
    )


def rig_body(template: Template, skin: Skin, body: RestBody) -> RiggedBody:
    """Place the joints of the spine in a body and compute the weights of its vertices."""
    spine = _spine_joints(template, body)
    z = body.vertices[:, 2]
    above = ndtr((z[:, None] - spine[None, 1:, 2]) / SPINE_BLUR_M)
    steps = np.concatenate([np.ones((len(z), 1)), above, np.zeros((len(z), 1))], axis=1)
    vertebrae = (steps[:, :-1] - steps[:, 1:]) * skin.trunk_weight[:, None]
    dense = np.concatenate([vertebrae, skin.limb_weights], axis=1)
    dense[dense < 1e-4] = 0.0
    dense /= np.maximum(dense.sum(1, keepdims=True), 1e-9)
    weights = sp.csr_matrix(dense)
    return RiggedBody(
        body=body, skin=skin, spine=spine, weights=weights, moments=weights.T @ body.lumps
    )


def _nearest_moving(template: Template, moving: set[int]) -> list[int | None]:
    """For each stock bone, the nearest moving bone at or above it; None on the trunk."""
    owner: list[int | None] = []
    for bone in range(len(template.bones)):
        at = bone
        while at >= 0 and at not in moving:
            at = template.parents[at]
        owner.append(at if at >= 0 else None)
    return owner


def _sharpen_groin(limb: Floats, trunk: Floats, thighs: list[int]) -> None:
    leg = limb[:, thighs].sum(1)
    both = leg + trunk
    share = np.divide(leg, both, out=np.zeros_like(leg), where=both > 1e-9)
    sharp = smoothstep((share - 0.15) / 0.80) * both
    factor = np.divide(sharp, leg, out=np.zeros_like(leg), where=leg > 1e-9)
    limb[:, thighs] *= factor[:, None]
    trunk[:] = np.where(leg > 1e-9, both - sharp, trunk)


def _spine_joints(template: Template, body: RestBody) -> Floats:
    """Place 18 joints along the stock spine: S1, five lumbar levels, twelve thoracic."""
    names = ("spine05", "spine04", "spine03", "spine02", "spine01")
    line = body.tails[[template.bone(name) for name in names]]
    lumbar = np.cumsum([0.0, *LUMBAR_HEIGHTS])
    thoracic = np.cumsum([0.0, *(1.25 - 0.045 * np.arange(12))])
    joints = np.zeros((len(SPINE), 3))
    joints[0] = body.heads[template.bone("spine05")]
    joints[1:7] = _along(line[:3], lumbar / lumbar[-1])
    joints[7:] = _along(line[2:], thoracic[1:12] / thoracic[-1])
    joints[:, 0] = 0.0
    return joints


def _along(line: Floats, fractions: Floats) -> Floats:
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = fractions * length[-1]
    return np.column_stack([np.interp(at, length, line[:, axis]) for axis in range(3)])
