"""Mesh operations: Catmull-Clark subdivision, vertex normals, cutting along a scalar field.

Faces are quads (Q, 4) until a mesh is triangulated for drawing, triangles (T, 3) afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from calibration.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Subdivision:
    """One Catmull-Clark step for a fixed topology.

    Parameters
    ----------
    matrix : sparse matrix, shape (N_new, N_old)
        New vertices as averages of old ones.
    quads : ndarray, shape (4Q, 4)
        New faces.
    owner : ndarray, shape (4Q,)
        Old face that each new one came from.
    """

    matrix: sp.csr_matrix
    quads: Ints
    owner: Ints


def no_subdivision(quads: Ints, vertices: int) -> Subdivision:
    """Return the identity step, for quick masks."""
    identity = sp.identity(vertices, format="csr")
    return Subdivision(matrix=identity, quads=quads, owner=np.arange(len(quads)))


def subdivide(quads: Ints, vertices: int) -> Subdivision:
    """Return one Catmull-Clark step for quads, borders kept sharp.

    Parameters
    ----------
    quads : ndarray, shape (Q, 4)
        Faces, each with four different corners.
    vertices : int
        Length of the vertex list that the faces index into.
    """
    count = len(quads)
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    keys = np.sort(pairs, axis=1) @ np.array([vertices, 1])
    unique, inverse, uses = np.unique(keys, return_inverse=True, return_counts=True)
    ends = np.stack([unique // vertices, unique % vertices], axis=1)
    face = _average(quads, vertices)
    middle = _average(ends, vertices)
    beside = _incidence(inverse, np.tile(np.arange(count), 4), (len(unique), count))
    border = uses == 1
    edge = sp.diags(np.where(border, 1.0, 0.5)) @ middle
    edge = edge + sp.diags(np.where(border, 0.0, 0.25)) @ (beside @ face)
    corner = _corner_points(quads, ends, border, face, middle, vertices)
    used = np.unique(quads)
    at = np.zeros(vertices, dtype=np.int64)
    at[used] = np.arange(len(used))
    edges, faces = len(used) + inverse.reshape(4, count), len(used) + len(unique)
    new = [
        np.stack([at[quads[:, k]], edges[k], faces + np.arange(count), edges[(k + 3) % 4]], 1)
        for k in range(4)
    ]
    return Subdivision(
        matrix=sp.vstack([corner[used], edge, face]).tocsr(),
        quads=np.concatenate(new),
        owner=np.tile(np.arange(count), 4),
    )


def triangles_of(quads: Ints) -> Ints:
    """Split quads into triangles, shape (2Q, 3)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def vertex_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Return area-weighted unit normals, shape (V, 3)."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for axis in range(3):
        weights = np.tile(face[:, axis], 3)
        normals[:, axis] = np.bincount(triangles.T.ravel(), weights, len(vertices))
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def compact(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Drop unused vertices; columns beyond the third (colours, fields) are kept with them."""
    used, inverse = np.unique(faces, return_inverse=True)
    return vertices[used], inverse.reshape(faces.shape)


def cut(vertices: Floats, triangles: Ints, field: int) -> tuple[Floats, Ints]:
    """Keep the part of a surface where a scalar field is not negative.

    Parameters
    ----------
    vertices : ndarray, shape (V, C)
        Positions and attributes; all are interpolated where a triangle is cut.
    field : int
        Column of ``vertices`` that holds the field.
    """
    inside = vertices[triangles, field] >= 0
    kept = inside.sum(1)
    points, faces, count = [vertices], [triangles[kept == 3]], len(vertices)
    for wanted in (1, 2):
        rows = kept == wanted
        odd = inside[rows] if wanted == 1 else ~inside[rows]
        a, b, c = _starting_at(triangles[rows], odd)
        first, second = (_crossing(vertices, a, end, field) for end in (b, c))
        points += [first, second]
        i, j = count + np.arange(len(a)), count + len(a) + np.arange(len(a))
        count += 2 * len(a)
        if wanted == 1:
            faces.append(np.stack([a, i, j], axis=1))
        else:
            faces += [np.stack([i, b, c], axis=1), np.stack([i, c, j], axis=1)]
    return compact(np.concatenate(points), np.concatenate(faces))


def border_loops(quads: Ints) -> list[Ints]:
    """Return the closed border loops of a surface as vertex sequences."""
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    directed = {(int(a), int(b)) for a, b in pairs}
    follow = {a: b for a, b in directed if (b, a) not in directed}
    loops = []
    while follow:
        start, at = follow.popitem()
        loop = [start]
        while at in follow:
            loop.append(at)
            at = follow.pop(at)
        loops.append(np.array(loop))
    return loops


def smooth_matrix(quads: Ints, vertices: int) -> sp.csr_matrix:
    """Return the matrix that replaces each vertex with the mean of its neighbours."""
    pairs = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    both = np.concatenate([pairs, pairs[:, ::-1]])
    links = _incidence(both[:, 0], both[:, 1], (vertices, vertices))
    degree = np.asarray(links.sum(1)).ravel()
    alone = sp.diags((degree == 0).astype(float))
    return (sp.diags(1.0 / np.maximum(degree, 1)) @ links + alone).tocsr()


def _starting_at(triangles: Ints, odd: Bools) -> tuple[Ints, Ints, Ints]:
    first, rows = odd.argmax(1), np.arange(len(triangles))
    a, b, c = (triangles[rows, (first + k) % 3] for k in range(3))
    return a, b, c


def _crossing(vertices: Floats, start: Ints, end: Ints, field: int) -> Floats:
    low, high = vertices[start, field], vertices[end, field]
    share = (low / (low - high))[:, None]
    return np.asarray(vertices[start] + share * (vertices[end] - vertices[start]))


def _incidence(rows: Ints, columns: Ints, shape: tuple[int, int]) -> sp.csr_matrix:
    matrix = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), shape).tocsr()
    matrix.data[:] = 1.0
    return matrix


def _average(groups: Ints, vertices: int) -> sp.csr_matrix:
    rows = np.repeat(np.arange(len(groups)), groups.shape[1])
    values = np.full(groups.size, 1.0 / groups.shape[1])
    return sp.coo_matrix((values, (rows, groups.ravel())), (len(groups), vertices)).tocsr()


def _corner_points(
    quads: Ints,
    ends: Ints,
    border: Bools,
    face: sp.csr_matrix,
    middle: sp.csr_matrix,
    vertices: int,
) -> sp.csr_matrix:
    """Catmull-Clark rule for the old vertices, interior and border."""
    faces = _incidence(quads.ravel(), np.repeat(np.arange(len(quads)), 4), (vertices, len(quads)))
    order = np.repeat(np.arange(len(ends)), 2)
    edges = _incidence(ends.ravel(), order, (vertices, len(ends)))
    rim = edges @ sp.diags(border.astype(float))
    valence = np.maximum(np.asarray(faces.sum(1)).ravel(), 1)
    spokes = np.maximum(np.asarray(edges.sum(1)).ravel(), 1)
    rims = np.maximum(np.asarray(rim.sum(1)).ravel(), 1)
    inner = sp.diags(1 / valence**2) @ faces @ face
    inner = inner + sp.diags(2 / (valence * spokes)) @ edges @ middle
    inner = inner + sp.diags((valence - 3) / valence)
    outer = 0.5 * sp.identity(vertices) + sp.diags(0.5 / rims) @ rim @ middle
    on_rim = np.zeros(vertices)
    on_rim[ends[border].ravel()] = 1.0
    return (sp.diags(1.0 - on_rim) @ inner + sp.diags(on_rim) @ outer).tocsr()
