"""Sewing patterns: fields of garments and hairline on the template in its rest pose.

Every field is a signed distance, roughly in metres, positive inside; hems run along its zero
line. Fields are measured once, on a mean body, so that a garment fits every body.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree

from calibration.arrays import Bools, Floats, Ints
from calibration.bodies.appearance import Appearance
from calibration.bodies.bodies import Traits, build_body
from calibration.bodies.mesh import (
    Subdivision,
    no_subdivision,
    smooth_matrix,
    subdivide,
    triangles_of,
    vertex_normals,
)
from calibration.bodies.rig import SIDES, Skin
from calibration.bodies.template import BODY_VERTICES, LOCAL_CHANGES, PARTS, SCALE, Template

FAR = 9.0
CLOTH = "helper-tights"
NEARBY = 24
"""Skin vertices whose triangles are searched for the point under a vertex of the cloth mesh."""
SAME_SIDE = 0.3
"""Least cosine between the normals of cloth and skin, so that the cloth of one leg or of the trunk
is not laid on the other leg or on an arm."""
MEAN_TRAITS = Traits(
    sex="female",
    age=30.0,
    height_m=1.72,
    bmi=22.0,
    phenotype={
        "gender": 0.5, "age": 0.68, "muscle": 0.5, "height": 0.5, "proportions": 0.5,
        "cupsize": 0.3, "firmness": 0.5, "african": 0.33, "asian": 0.33, "caucasian": 0.33,
    },
    local=dict.fromkeys(LOCAL_CHANGES, 0.0),
    pelvis_shape_deg=0.0,
    pelvis_side_deg=0.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Coordinates on the mean body for every template vertex.

    Parameters
    ----------
    rest : ndarray, shape (V, 3)
        Mean body, metres, floor at z = 0: coordinates of the textures.
    height : ndarray, shape (V,)
        Fraction of stature.
    beside, behind : ndarray, shape (V,)
        Distance from the midline and from the frontal plane, in fractions of stature.
    arm : ndarray, shape (V,)
        0 at the shoulder, 1 at the elbow, 2 at the wrist; -9 off the arm.
    leg : ndarray, shape (V,)
        0 at the hip joint, 1 at the knee, 2 at the ankle.
    scalp : ndarray, shape (V,)
        Signed distance inside the hairline.
    ear : ndarray, shape (3,)
        Left tragus.
    steps : dict
        Subdivision of each part of the template; the identity for quick masks.
    averages : sparse matrix
        Replaces each vertex of the cloth mesh with the mean of its neighbours.
    onto_skin : sparse matrix, shape (V, V)
        Replaces each vertex of the cloth mesh with the point of the skin under it; the cloth mesh
        itself is a shell that stands off the body by about a centimetre.
    skin : Skin
        Skinning weights of the limbs.
    fine : bool
        True for shaded images, False where only shapes matter.
    """

    rest: Floats
    height: Floats
    beside: Floats
    behind: Floats
    arm: Floats
    leg: Floats
    scalp: Floats
    ear: Floats
    steps: dict[str, Subdivision]
    averages: sp.csr_matrix
    onto_skin: sp.csr_matrix
    skin: Skin
    fine: bool


def make_patterns(template: Template, skin: Skin, tragus: int, *, fine: bool) -> Patterns:
    """Measure the fields on the mean body.

    Parameters
    ----------
    tragus : int
        Vertex of the left tragus.
    fine : bool
        True to subdivide once for shaded images, False to keep the coarse mesh for masks.
    """
    body = build_body(template, MEAN_TRAITS)
    shift = np.array([0.0, 0.0, -body.vertices[:BODY_VERTICES, 2].min()])
    rest, heads = body.vertices + shift, body.heads + shift
    stature = float(rest[:BODY_VERTICES, 2].max())
    make = subdivide if fine else no_subdivision
    ear = rest[tragus]
    return Patterns(
        rest=rest,
        height=rest[:, 2] / stature,
        beside=np.abs(rest[:, 0]) / stature,
        behind=rest[:, 1] / stature,
        arm=_arm_coordinate(template, skin, rest, heads),
        leg=_leg_coordinate(template, rest, heads),
        scalp=_scalp(rest - ear, skin.head_weight > 0.5, np.abs(rest[:, 0])),
        ear=ear,
        steps={part: make(template.quads[part], template.vertices) for part in PARTS},
        averages=smooth_matrix(template.quads[CLOTH], template.vertices),
        onto_skin=_onto_skin(template, rest),
        skin=skin,
        fine=fine,
    )


def top_field(patterns: Patterns, appearance: Appearance) -> Floats:
    """Return the field of the upper garment, shape (V,), metres."""
    h, x, y = patterns.height, patterns.beside, patterns.behind
    if appearance.top == "none":
        return np.full(len(h), -1.0)
    back = np.where(y > 0, 1.0, 0.0)
    if appearance.top == "bra":
        neck = np.where(h > 0.745, np.hypot(x, (h - 0.86) * 0.63) - 0.062, FAR)
        straps = np.where(h > 0.75, 0.084 - x, FAR)
        return _metres(0.86 - h, h - 0.690, neck, straps, _sleeve(patterns, 0.0))
    if appearance.top == "tank":
        neck = np.where(h > 0.76, np.hypot(x, (h - 0.862 - 0.02 * back) * 0.76) - 0.062, FAR)
        straps = np.where(h > 0.72, 0.090 - x, FAR)
        return _metres(h - appearance.hem, 0.86 - h, neck, straps, _sleeve(patterns, 0.02))
    collar = np.hypot(x, (y + 0.005) * 0.9) - 0.045 + 0.49 * np.clip(0.845 - h, 0, 1)
    neck = np.where(h > 0.80, collar + 0.0065 * back, FAR)
    length = appearance.sleeve if appearance.top == "tee" else 1.93
    return _metres(h - appearance.hem, 0.872 - h, neck, _sleeve(patterns, length))


def bottom_field(patterns: Patterns, appearance: Appearance) -> Floats:
    """Return the field of the lower garment, shape (V,), metres."""
    limit = {"shorts": appearance.leg, "bike": 0.66, "leggings": 1.86, "pants": 1.95}[
        appearance.bottom
    ]
    off_arm = np.where(patterns.arm > -5, -1.0, FAR)
    return _metres(appearance.waist - patterns.height, (limit - patterns.leg) * 0.23, off_arm)


def feet_field(patterns: Patterns, appearance: Appearance) -> Floats:
    """Return the field of socks or shoes, shape (V,), metres."""
    begin = 1.955 if appearance.feet == "shoes" else 1.82
    off_arm = np.where(patterns.arm > -5, -1.0, FAR)
    return _metres((patterns.leg - begin) * 0.23, off_arm)


def covered(field: Floats, quads: object, rings: int) -> Bools:
    """Return which body vertices lie under a garment, a number of face rings inside its hem."""
    corners = np.asarray(quads)
    under = np.asarray(field > 0)
    under[BODY_VERTICES:] = False
    for _ in range(rings):
        rim = corners[~under[corners].all(1)].ravel()
        under[rim] = False
    return under


def _metres(*fields: Floats) -> Floats:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*fields)) * MEAN_TRAITS.height_m)


def _sleeve(patterns: Patterns, length: float) -> Floats:
    return np.where(patterns.arm > -5, (length - patterns.arm) * 0.17, FAR)


def _arm_coordinate(template: Template, skin: Skin, rest: Floats, heads: Floats) -> Floats:
    coordinate = np.full(len(rest), -FAR)
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        shoulder, elbow, wrist = (
            heads[template.bone(name + side)] for name in ("upperarm01", "lowerarm01", "wrist")
        )
        upper = (rest - shoulder) @ (elbow - shoulder) / np.sum((elbow - shoulder) ** 2)
        fore = (rest - elbow) @ (wrist - elbow) / np.sum((wrist - elbow) ** 2)
        on = (sign * rest[:, 0] > 0) & (skin.arm_weight > 0.25)
        coordinate[on] = np.where(upper < 1, upper, 1 + np.maximum(fore, 0))[on]
    return coordinate


def _leg_coordinate(template: Template, rest: Floats, heads: Floats) -> Floats:
    hip, knee, ankle = (
        heads[template.bone(name + ".L"), 2] for name in ("upperleg01", "lowerleg01", "foot")
    )
    z = rest[:, 2]
    return np.asarray(np.where(z > knee, (hip - z) / (hip - knee), 1 + (knee - z) / (knee - ankle)))


def _scalp(from_ear: Floats, on_head: Bools, beside: Floats) -> Floats:
    """Hairline: low at the nape, in front of the ear rising towards the forehead."""
    y, z = from_ear[:, 1] / SCALE, from_ear[:, 2] / SCALE
    line = -0.055 + 0.042 * np.clip(0.03 - y, 0, 0.03) / 0.03
    line = line + np.where(y < 0.02, (0.02 - y) * 1.55, 0.0)
    field = np.where(on_head, z - line, -1.0)
    ear = (beside > 0.0745) & (np.abs(y) < 0.05) & (np.abs(z) < 0.045)
    field[ear] = -1.0
    return np.asarray(field)


def _onto_skin(template: Template, rest: Floats) -> sp.csr_matrix:
    """Return the matrix that lays the cloth mesh on the skin, each vertex on its nearest point."""
    skin = triangles_of(template.quads["body"])
    outwards = vertex_normals(rest, triangles_of(template.quads[CLOTH]))
    skin_normals = vertex_normals(rest, skin)
    facing = np.cross(rest[skin[:, 1]] - rest[skin[:, 0]], rest[skin[:, 2]] - rest[skin[:, 0]])
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-12)
    of_vertex: list[list[int]] = [[] for _ in range(BODY_VERTICES)]
    for at, corners in enumerate(skin):
        for corner in corners:
            of_vertex[corner].append(at)
    cloth = np.unique(template.quads[CLOTH])
    _, near = cKDTree(rest[:BODY_VERTICES]).query(rest[cloth], k=NEARBY)
    rows, columns, shares = [], [], []
    for vertex, candidates in zip(cloth, near, strict=True):
        found = np.array(sorted({at for corner in candidates for at in of_vertex[corner]}))
        found = found[facing[found] @ outwards[vertex] > SAME_SIDE]
        if not len(found):
            best = max(candidates, key=lambda corner: skin_normals[corner] @ outwards[vertex])
            corners, share = np.array([best]), np.ones(1)
        else:
            corners, share = _nearest_point(rest, skin[found], rest[vertex])
        rows += [vertex] * len(corners)
        columns += list(corners)
        shares += list(share)
    others = np.setdiff1d(np.arange(template.vertices), cloth)
    rows, columns = [*rows, *others], [*columns, *others]
    shape = (template.vertices, template.vertices)
    return sp.coo_matrix(([*shares, *np.ones(len(others))], (rows, columns)), shape).tocsr()


def _nearest_point(vertices: Floats, triangles: Ints, point: Floats) -> tuple[Ints, Floats]:
    """Return corners and barycentric shares of the point of some triangles nearest to a point."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    # A grid of shares is exact enough: triangles of the body are a centimetre across.
    distance = np.linalg.norm(_SHARES @ np.stack([a, b, c], axis=1) - point, axis=2)
    at, share = np.unravel_index(int(distance.argmin()), distance.shape)
    return triangles[at], _SHARES[share]


_STEPS = 8
_SHARES = np.array(
    [
        (i / _STEPS, j / _STEPS, (_STEPS - i - j) / _STEPS)
        for i in range(_STEPS + 1)
        for j in range(_STEPS + 1 - i)
    ]
)
