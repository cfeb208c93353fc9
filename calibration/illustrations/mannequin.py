"""Mannequin of the exercise pictures: one generic body, rigged for deep flexion.

Trunk and limbs keep the rig of standing bodies; the toes move on their own here, and after skinning
the surface is smoothed and its detail restored (delta mush), which keeps deeply flexed knees and
hips round.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from calibration.arrays import Floats, Ints, smoothstep
from calibration.bodies.anatomy import LANDMARKS
from calibration.bodies.bodies import RestBody, Traits, build_body
from calibration.bodies.mesh import smooth_matrix, triangles_of, vertex_normals
from calibration.bodies.patterns import MEAN_TRAITS, Patterns, make_patterns
from calibration.bodies.rig import SIDES, SPINE, make_skin, rig_body
from calibration.bodies.template import BODY_VERTICES, Template, load_template

MUSH_STEPS = 14
"""Smoothing steps of delta mush, which smooth over about three centimetres."""
HEAD_STEPS = 30
"""Smoothing steps of the face, so that it is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mannequin:
    """A rest body with everything that posing and drawing need.

    Parameters
    ----------
    template, patterns : Template, Patterns
        Body model, and sewing patterns on it.
    body : RestBody
        Surface and joints in the rest pose.
    segments : tuple of str
        Names of the segments: spine first, then limbs, then toes.
    rests : ndarray, shape (S, 3)
        Joint of each segment in the rest pose, metres.
    weights : sparse matrix, shape (V, S)
        Skinning weights.
    averages : sparse matrix, shape (V, V)
        Smoothing step: half the vertex, half the mean of its neighbours.
    deltas : ndarray, shape (V, 3)
        Offsets from the smoothed surface, in each vertex's own frame.
    beside : ndarray of int, shape (V,)
        A neighbour of each vertex, which gives the second direction of its frame.
    mushed : ndarray, shape (V,)
        Share of delta mush: 1 on trunk and limbs, 0 on hands, head and feet.
    triangles : ndarray, shape (T, 3)
        Faces of body and cloth mesh together.
    """

    template: Template
    patterns: Patterns
    body: RestBody
    segments: tuple[str, ...]
    rests: Floats
    weights: sp.csr_matrix
    averages: sp.csr_matrix
    deltas: Floats
    beside: Ints
    mushed: Floats
    triangles: Ints

    def at(self, segment: str) -> int:
        """Return the index of a segment."""
        return self.segments.index(segment)

    def head(self, bone: str) -> Floats:
        """Return the head of a stock bone in the rest pose, shape (3,)."""
        return np.asarray(self.body.heads[self.template.bone(bone)])

    def posed(self, rotations: Floats, joints: Floats, rows: Ints | None = None) -> Floats:
        """Return vertices posed by linear blend skinning, shape (V or rows, 3).

        Parameters
        ----------
        rotations : ndarray, shape (S, 3, 3)
            Global rotation of each segment.
        joints : ndarray, shape (S, 3)
            Posed joint of each segment.
        rows : ndarray of int, optional
            Only these vertices.
        """
        shift = joints - np.einsum("sij,sj->si", rotations, self.rests)
        matrices = np.concatenate([rotations, shift[:, :, None]], axis=2).reshape(-1, 12)
        weights = self.weights if rows is None else self.weights[rows]
        rest = self.body.vertices if rows is None else self.body.vertices[rows]
        blended = (weights @ matrices).reshape(-1, 3, 4)
        return np.asarray(np.einsum("vij,vj->vi", blended[:, :, :3], rest) + blended[:, :, 3])

    def surface(self, rotations: Floats, joints: Floats) -> Floats:
        """Return the posed surface with its detail restored, shape (V, 3)."""
        plain = self.posed(rotations, joints)
        base = _smoothed(self.averages, plain, MUSH_STEPS)
        detail = np.einsum("vij,vj->vi", _frames(base, self.triangles, self.beside), self.deltas)
        return np.asarray(plain + self.mushed[:, None] * (base + detail - plain))


@functools.cache
def load_mannequin() -> Mannequin:
    """Return the mannequin of all pictures."""
    template = load_template()
    skin = make_skin(template)
    patterns = make_patterns(template, skin, LANDMARKS["tragus_left"], fine=True)
    body = _soft_face(template, build_body(template, _traits()), skin.head_weight)
    rigged = rig_body(template, skin, body)
    names = tuple(template.bones[bone] for bone in skin.bones)
    toes = [body.heads[template.bone("toe3-1" + side)] for side in SIDES]
    quads = np.concatenate([template.quads["body"], template.quads["helper-tights"]])
    averages = (
        0.5 * (sp.identity(template.vertices) + smooth_matrix(quads, template.vertices))
    ).tocsr()
    triangles, beside = triangles_of(quads), _neighbour(quads, template.vertices)
    base = _smoothed(averages, body.vertices, MUSH_STEPS)
    frames = _frames(base, triangles, beside)
    stiff = np.maximum.reduce([skin.head_weight, skin.hand_weight, skin.foot_weight])
    return Mannequin(
        template=template,
        patterns=patterns,
        body=body,
        segments=(*SPINE, *names, *("toes" + side for side in SIDES)),
        rests=np.concatenate([rigged.spine, body.heads[list(skin.bones)], toes]),
        weights=_with_toes(template, rigged.weights, names),
        averages=averages,
        deltas=np.einsum("vji,vj->vi", frames, body.vertices - base),
        beside=beside,
        mushed=1.0 - smoothstep(stiff / 0.6),
        triangles=triangles,
    )


def _traits() -> Traits:
    local = dict(MEAN_TRAITS.local)
    local |= {
        "buttocks-volume-incr": 0.15,
        "measure-waist-circ-incr": -0.1,
        "neck-scale-vert-incr": 0.1,
    }
    phenotype = dict(MEAN_TRAITS.phenotype) | {"muscle": 0.62, "proportions": 0.75, "cupsize": 0.25}
    return replace(MEAN_TRAITS, phenotype=phenotype, local=local, bmi=21.5)


def _soft_face(template: Template, body: RestBody, head_weight: Floats) -> RestBody:
    """Soften the features and close the eyes."""
    averages = smooth_matrix(template.quads["body"], template.vertices)
    half = 0.5 * (sp.identity(template.vertices) + averages)
    front = smoothstep(
        (0.02 - (body.vertices[:, 1] - body.vertices[LANDMARKS["tragus_left"], 1])) / 0.03
    )
    share = smoothstep((head_weight - 0.6) / 0.3) * front
    share[BODY_VERTICES:] = 0.0
    soft = body.vertices + share[:, None] * (
        _smoothed(half, body.vertices, HEAD_STEPS) - body.vertices
    )
    return replace(body, vertices=soft)


def _with_toes(template: Template, weights: sp.csr_matrix, names: tuple[str, ...]) -> sp.csr_matrix:
    """Move the toes' share of each foot's weights to two more columns."""
    dense = weights.toarray()
    extra = []
    for side in SIDES:
        below = {b for toe in range(1, 6) for b in template.under(f"toe{toe}-1{side}")}
        column = len(SPINE) + names.index("foot" + side)
        toes = np.minimum(template.weights[:, sorted(below)].sum(1), dense[:, column])
        dense[:, column] -= toes
        extra.append(toes)
    return sp.csr_matrix(np.column_stack([dense, *extra]))


def _smoothed(averages: sp.csr_matrix, vertices: Floats, steps: int) -> Floats:
    for _ in range(steps):
        vertices = averages @ vertices
    return vertices


def _neighbour(quads: Ints, vertices: int) -> Ints:
    beside = np.arange(vertices)
    beside[quads[:, 0]] = quads[:, 1]
    beside[quads[:, 1]] = quads[:, 2]
    beside[quads[:, 2]] = quads[:, 3]
    beside[quads[:, 3]] = quads[:, 0]
    return beside


def _frames(vertices: Floats, triangles: Ints, beside: Ints) -> Floats:
    """Return each vertex's frame, (V, 3, 3): normal, direction to a neighbour, cross product."""
    normal = vertex_normals(vertices, triangles)
    along = vertices[beside] - vertices
    along = along - np.einsum("vi,vi->v", along, normal)[:, None] * normal
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    return np.stack([normal, along, np.cross(normal, along)], axis=2)
