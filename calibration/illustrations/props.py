"""Props of the exercises: mat, chair, wall, roller, band and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.rotations import about_z
from calibration.illustrations.contact import Figure
from calibration.illustrations.poses import FigureError
from calibration.illustrations.raster import Surface
from calibration.illustrations.solids import Solid, ball, box, joined, loop, tube

FIRST_NUMBER = 20
"""Surface numbers from here on are props."""
WOOD, PALE, MAT = (0.800, 0.730, 0.640), (0.875, 0.875, 0.865), (0.700, 0.790, 0.780)
RUBBER, CLOTH, IRON = (0.545, 0.575, 0.605), (0.930, 0.890, 0.790), (0.400, 0.420, 0.450)
BAND = (0.420, 0.620, 0.520)
SEAT_M = 0.44

Table = Mapping[str, Any]


def prop_surface(table: Table, figure: Figure, number: int) -> Surface:
    """Return one prop as a surface.

    Parameters
    ----------
    table : mapping
        ``kind``, ``at`` in metres (in the frame of ``on`` if given), ``turn`` in degrees, and the
        keys of the kind.
    figure : Figure
        Figure whose segments can hold the prop.
    number : int
        Surface number.

    Raises
    ------
    FigureError
        If the kind is unknown.
    """
    kind = table["kind"]
    if kind not in _MAKERS:
        raise FigureError(f"There is no prop {kind!r}.")
    solid, colour = _MAKERS[kind](table, figure)
    turn = about_z(np.radians(float(table.get("turn", 0.0))))
    if kind in _ON_LIMBS:
        turn, shift = np.eye(3), np.zeros(3)
    else:
        shift = _where(table, figure)
    placed = solid.turned(turn, shift)
    return Surface(
        vertices=placed.vertices,
        triangles=placed.triangles,
        normals=placed.normals,
        colour=np.array(table.get("colour", colour)),
        number=number,
    )


def anchor(row: Table, figure: Figure) -> Floats:
    """Return a point given by ``on`` and ``at``; ``hands`` is midway between the palms."""
    on, at = str(row.get("on", "world")), np.array(row.get("at", (0.0, 0.0, 0.0)), dtype=float)
    if on == "world":
        return at
    if on == "hands":
        palms = [figure.skeleton.point(f"hand.{side}", (0.0, 0.0, -0.07)) for side in "LR"]
        return np.asarray(np.mean(palms, axis=0) + at)
    return figure.skeleton.point(on, (at[0], at[1], at[2]))


def _where(table: Table, figure: Figure) -> Floats:
    at = [*table.get("at", (0.0, 0.0)), 0.0][:3]
    return anchor({"on": table.get("on", "world"), "at": at}, figure)


def _size(table: Table, *usual: float) -> Floats:
    return np.array(table.get("size", usual), dtype=float)


def _standing(size: Floats) -> Solid:
    return box(size, np.array([0.0, 0.0, size[2] / 2]))


def _mat(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    size = _size(table, 0.62, 1.85, 0.012)
    return box(size, np.array([0.0, 0.0, -size[2] / 2])), MAT


def _box(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    return _standing(_size(table, 0.5, 0.35, 0.2)), PALE


def _wall(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    return _standing(_size(table, 1.0, 0.07, 1.9)), PALE


def _cushion(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    size = _size(table, 0.42, 0.3, 0.1)
    return ball(size / 2, np.array([0.0, 0.0, size[2] / 2])), CLOTH


def _ball(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    return ball(np.full(3, float(table.get("radius", 0.045))), np.zeros(3)), (0.86, 0.72, 0.36)


def _roller(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    radius, half = float(table.get("radius", 0.07)), float(table.get("length", 0.6)) / 2
    line = np.array([[x, 0.0, 0.0] for x in np.linspace(-half, half, 5)])
    return tube(line, radius), RUBBER


def _chair(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    """Return a chair with the centre of its seat above the origin and its back behind (+y)."""
    seat = float(table.get("seat", SEAT_M))
    parts = [box(np.array([0.43, 0.43, 0.035]), np.array([0.0, 0.0, seat - 0.0175]))]
    for x in (-0.19, 0.19):
        top = seat + 0.44 if table.get("back", True) else seat
        parts.append(tube(np.array([[x, -0.19, 0.0], [x, -0.19, seat - 0.02]]), 0.016))
        parts.append(tube(np.array([[x, 0.20, 0.0], [x, 0.20, seat], [x, 0.23, top]]), 0.016))
    if table.get("back", True):
        for height in (0.20, 0.39):
            middle = np.array([0.0, 0.205 + 0.03 * height / 0.44, seat + height])
            parts.append(box(np.array([0.38, 0.02, 0.10]), middle))
    return joined(parts), WOOD


def _desk(table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    """Return a desk with a screen, its front edge at the origin, the top ahead (-y)."""
    height, screen = float(table.get("height", 0.72)), float(table.get("screen", 0.0))
    parts = [box(np.array([1.1, 0.65, 0.03]), np.array([0.0, -0.325, height - 0.015]))]
    parts += [
        tube(np.array([[x, y, 0.0], [x, y, height - 0.03]]), 0.018)
        for x in (-0.5, 0.5)
        for y in (-0.05, -0.6)
    ]
    middle = np.array([0.0, -0.42, height + screen + 0.16])
    parts.append(box(np.array([0.52, 0.025, 0.32]), middle))
    parts.append(
        box(np.array([0.05, 0.02, screen + 0.1]), np.array([0, -0.43, height + screen / 2]))
    )
    parts.append(box(np.array([0.24, 0.16, 0.012]), np.array([0.0, -0.42, height + 0.006])))
    return joined(parts), WOOD


def _kettlebell(_table: Table, _figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    """Return a kettlebell with the middle of its handle at the origin."""
    turn = np.linspace(-0.25 * np.pi, 1.25 * np.pi, 15)
    handle = np.column_stack([0.065 * np.cos(turn), 0 * turn, 0.05 * np.sin(turn) - 0.05])
    parts = [
        ball(np.array([0.095, 0.095, 0.09]), np.array([0.0, 0.0, -0.155])),
        tube(handle, 0.014),
    ]
    return joined(parts), IRON


def _band(table: Table, figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    """Return a loop around limbs: ``on`` names one or two segments, ``down`` how far along."""
    down, radius = float(table.get("down", 0.34)), float(table.get("radius", 0.075))
    skeleton = figure.skeleton
    middles = [skeleton.point(on, (0.0, 0.0, -down)) for on in table["on"]]
    along = np.mean([skeleton.frames[on][:, 2] for on in table["on"]], axis=0)
    along /= np.linalg.norm(along)
    across = middles[-1] - middles[0]
    across = across - (across @ along) * along if len(middles) > 1 else np.array([1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    third = np.cross(along, across)
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ends = np.where(np.cos(turn)[:, None] > 0, middles[-1], middles[0])
    line = ends + radius * (np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * third)
    return loop(line, 0.003, height=0.05, along=along), BAND


def _strap(table: Table, figure: Figure) -> tuple[Solid, tuple[float, ...]]:
    """Return a towel or band through points, its corners rounded."""
    points = np.array([anchor(row, figure) for row in table["through"]])
    for _ in range(3):  # corner cutting
        ends = points[:1], points[-1:]
        quarter = 0.75 * points[:-1] + 0.25 * points[1:]
        three = 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.concatenate([ends[0], np.stack([quarter, three], 1).reshape(-1, 3), ends[1]])
    return tube(points, float(table.get("radius", 0.014))), CLOTH


_Maker = Callable[[Table, Figure], tuple[Solid, tuple[float, ...]]]
_ON_LIMBS = ("band", "strap")
_MAKERS: dict[str, _Maker] = {
    "mat": _mat,
    "box": _box,
    "wall": _wall,
    "cushion": _cushion,
    "ball": _ball,
    "roller": _roller,
    "chair": _chair,
    "desk": _desk,
    "kettlebell": _kettlebell,
    "band": _band,
    "strap": _strap,
}
