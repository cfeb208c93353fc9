"""Solids with flat or smooth normals, of which all props are built."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Solid:
    """Vertices, faces and normals of a solid, metres.

    Parameters
    ----------
    vertices, normals : ndarray, shape (V, 3)
        Positions and unit normals.
    triangles : ndarray, shape (T, 3)
        Faces.
    """

    vertices: Floats
    triangles: Ints
    normals: Floats

    def turned(self, rotation: Floats, shift: Floats) -> Solid:
        """Return the solid rotated, then translated."""
        return Solid(
            vertices=self.vertices @ rotation.T + shift,
            triangles=self.triangles,
            normals=self.normals @ rotation.T,
        )


def joined(solids: list[Solid]) -> Solid:
    """Return several solids as one."""
    offsets = np.cumsum([0, *(len(solid.vertices) for solid in solids)])
    return Solid(
        vertices=np.concatenate([solid.vertices for solid in solids]),
        triangles=np.concatenate(
            [solid.triangles + at for solid, at in zip(solids, offsets, strict=False)]
        ),
        normals=np.concatenate([solid.normals for solid in solids]),
    )


def box(size: Floats, middle: Floats) -> Solid:
    """Return a box with flat sides."""
    corners, faces, normals = [], [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            u, w = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            face = sign * np.eye(3)[axis]
            corners += [face + a * u + b * w for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            normals += [face] * 4
            at = len(corners) - 4
            faces += [[at, at + 1, at + 2], [at, at + 2, at + 3]]
    vertices = np.array(corners) * np.asarray(size) / 2 + middle
    return Solid(vertices=vertices, triangles=np.array(faces), normals=np.array(normals))


def ball(radii: Floats, middle: Floats) -> Solid:
    """Return a sphere or an ellipsoid."""
    rows, columns = 17, 32
    u, w = np.meshgrid(
        np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, columns + 1), indexing="ij"
    )
    unit = np.stack([np.sin(u) * np.cos(w), np.sin(u) * np.sin(w), np.cos(u)], -1).reshape(-1, 3)
    normals = unit / np.asarray(radii)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Solid(
        vertices=unit * radii + middle, triangles=_grid(rows, columns + 1), normals=normals
    )


def tube(line: Floats, radius: float) -> Solid:
    """Return a round tube along a line of points, its ends closed by flat caps."""
    line = np.asarray(line, dtype=float)
    steps = np.gradient(line, axis=0)
    steps /= np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-9)
    around = np.linspace(0, 2 * np.pi, 19)
    side = np.cross(steps[0], [0.31, 0.57, 0.76])
    rings = []
    for step in steps:
        side = side - (side @ step) * step
        side = side / np.linalg.norm(side)
        rings.append(
            np.cos(around)[:, None] * side + np.sin(around)[:, None] * np.cross(step, side)
        )
    normals = np.array(rings)
    body = Solid(
        vertices=(line[:, None] + radius * normals).reshape(-1, 3),
        triangles=_grid(len(line), len(around)),
        normals=normals.reshape(-1, 3),
    )
    caps = [
        _cap(line[at], line[at] + radius * normals[at], sign * steps[at])
        for at, sign in ((0, -1.0), (-1, 1.0))
    ]
    return joined([body, *caps])


def loop(line: Floats, radius: float, *, height: float, along: Floats) -> Solid:
    """Return a flat band along a closed line, ``height`` wide in the direction ``along``."""
    closed = np.concatenate([line, line[:1]])
    along = along / np.linalg.norm(along)
    outer = closed - closed.mean(0)
    outer /= np.linalg.norm(outer, axis=1, keepdims=True)
    rows = [closed + outer * radius + along * h for h in (-height / 2, height / 2)]
    return Solid(
        vertices=np.concatenate(rows),
        triangles=_grid(2, len(closed)),
        normals=np.concatenate([outer, outer]),
    )


def _cap(middle: Floats, rim: Floats, normal: Floats) -> Solid:
    count = len(rim)
    faces = [[0, 1 + k, 1 + (k + 1) % count] for k in range(count)]
    return Solid(
        vertices=np.concatenate([middle[None], rim]),
        triangles=np.array(faces),
        normals=np.tile(normal, (count + 1, 1)),
    )


def _grid(rows: int, columns: int) -> Ints:
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    at = (i * columns + j).ravel()
    return np.concatenate(
        [
            np.stack([at, at + 1, at + columns + 1], 1),
            np.stack([at, at + columns + 1, at + columns], 1),
        ]
    )
