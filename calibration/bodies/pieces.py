"""What is drawn: surfaces with a material, a mask label and the attributes of the shader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from calibration.arrays import Floats, Ints


class Material(IntEnum):
    """Surface kinds; the numbers are those of ``shaders/scene.frag``."""

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
    """Values of the stored masks."""

    BACKGROUND = 0
    SKIN = 1
    CLOTH = 2
    HAIR = 3
    ARM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One surface of a scene.

    Parameters
    ----------
    material : Material
        How it is shaded.
    vertices : ndarray, shape (V, 3)
        Positions, metres.
    triangles : ndarray, shape (T, 3)
        Faces.
    colours : ndarray, shape (V, 3)
        Linear light, 0..1.
    anchors : ndarray, shape (V, 3)
        Where textures stick: rest positions on a person, metres along the surface on walls.
    margins : ndarray, shape (V,)
        Distance to the garment's hem, metres; large where there is none.
    labels : ndarray, shape (V,)
        Mask label of each vertex.
    normals : ndarray, shape (V, 3), optional
        Given normals; computed from the faces when absent.
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
        """True for skin, clothes, hair and eyes."""
        return self.material <= Material.EYE


def linear(colour: Floats | list[float]) -> Floats:
    """Turn 0..255 screen colours into linear light."""
    return np.asarray((np.asarray(colour, dtype=float) / 255.0) ** 2.2)


def plain_piece(
    material: Material,
    vertices: Floats,
    triangles: Ints,
    colour: Floats,
    *,
    anchors: Floats | None = None,
    normals: Floats | None = None,
) -> Piece:
    """Make a piece of one colour without hems or labels (rooms, props)."""
    count = len(vertices)
    return Piece(
        material=material,
        vertices=vertices,
        triangles=triangles,
        colours=np.broadcast_to(colour, (count, 3)),
        anchors=vertices if anchors is None else anchors,
        margins=np.full(count, 1.0),
        labels=np.zeros(count, dtype=np.int64),
        normals=normals,
    )
