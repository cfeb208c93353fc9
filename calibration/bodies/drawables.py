"""Drawables of a scene: meshes with a material, mask labels and the attributes of the shader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from calibration.arrays import Floats, Ints


class Material(IntEnum):
    """Materials; the numbers are those of ``shaders/scene.frag``."""

    SKIN = 0
    BOTTOM = 1
    TOP = 2
    FEET = 3
    HAIR = 4
    EYE = 5
    WALL = 6
    FLOOR = 7
    PROP = 8
    EMIT = 9
    PLANT = 10


class Label(IntEnum):
    """Labels of the stored masks."""

    BACKGROUND = 0
    SKIN = 1
    CLOTH = 2
    HAIR = 3
    ARM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """One mesh of a scene.

    Parameters
    ----------
    material : Material
        Selects the shading.
    vertices : ndarray, shape (V, 3)
        Positions, metres.
    triangles : ndarray, shape (T, 3)
        Faces.
    colours : ndarray, shape (V, 3)
        Linear light, 0..1.
    anchors : ndarray, shape (V, 3)
        Texture coordinates: rest positions on a person, metres along the surface on walls.
    margins : ndarray, shape (V,)
        Distance to the garment's hem, metres; large where there is no hem.
    labels : ndarray, shape (V,)
        Mask label of each vertex.
    normals : ndarray, shape (V, 3), optional
        Computed from the faces if omitted.
    """

    material: Material
    vertices: Floats
    triangles: Ints
    colours: Floats
    anchors: Floats
    margins: Floats
    labels: Ints
    normals: Floats | None = None

    @property
    def is_person(self) -> bool:
        """Whether this is skin, clothes, hair or an eye."""
        return self.material <= Material.EYE


def linear(colour: Floats | list[float]) -> Floats:
    """Convert gamma-encoded colours 0..255 to linear light."""
    return np.asarray((np.asarray(colour, dtype=float) / 255.0) ** 2.2)


def plain_drawable(
    material: Material,
    vertices: Floats,
    triangles: Ints,
    colour: Floats,
    *,
    anchors: Floats | None = None,
    normals: Floats | None = None,
) -> Drawable:
    """Return a drawable of one colour without hems or labels (rooms, props)."""
    count = len(vertices)
    return Drawable(
        material=material,
        vertices=vertices,
        triangles=triangles,
        colours=np.broadcast_to(colour, (count, 3)),
        anchors=vertices if anchors is None else anchors,
        margins=np.full(count, 1.0),
        labels=np.zeros(count, dtype=np.int64),
        normals=normals,
    )
