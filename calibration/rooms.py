"""Where the photo is taken: rooms, studios, gardens, with a few things standing about."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calibration.arrays import Floats, Ints
from calibration.camera import Camera
from calibration.gl import Lighting
from calibration.mesh import triangles_of
from calibration.pieces import Material, Piece, linear, plain_piece

UP = np.array([0.0, 0.0, 1.0])
HALF_WIDTH_M = 9.0
PLASTER, BRICK, PLANKS, TILES, PAPER, GRASS, PANELS = 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0
THINGS = ("door", "picture", "cabinet", "shelf", "window", "plant", "ball", "bench")
OUTDOOR_THINGS = ("plant", "bench", "plant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Surroundings of one photo.

    Parameters
    ----------
    pieces : list of Piece
        Wall, floor, skirting and things.
    lighting : Lighting
        Key light, sky and bounce light.
    wall, floor : tuple of float
        Looks of the two big surfaces, see ``shaders/scene.frag``.
    outdoors : bool
        Grass or paving under an open sky.
    """

    pieces: list[Piece]
    lighting: Lighting
    wall: tuple[float, float, float, float]
    floor: tuple[float, float, float, float]
    outdoors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The wall behind the person: a point on it, its direction and its normal to the lens."""

    origin: Floats
    along: Floats
    normal: Floats
    floor_z: float


def sample_room(
    rng: np.random.Generator,
    camera: Camera,
    floor_z: float,
    *,
    clutter: int | None = None,
    outdoors: bool | None = None,
) -> Room:
    """Draw surroundings that suit a camera.

    Parameters
    ----------
    camera : Camera
        Decides where the wall stands.
    floor_z : float
        Height of the floor: 0 under bare feet, lower under soles.
    clutter : int, optional
        Number of things along the wall.
    outdoors : bool, optional
        Garden or street instead of a room.
    """
    frame = _wall_frame(rng, camera, floor_z)
    outside = rng.random() < 0.18
    outdoors = bool(outside) if outdoors is None else outdoors
    wall_colour, floor_colour = _wall_colour(rng), _floor_colour(rng)
    wall = (float(rng.choice([0, PLASTER, BRICK, PAPER, PANELS], p=[0.3, 0.35, 0.12, 0.08, 0.15])),)
    floor = (float(rng.choice([0, PLASTER, PLANKS, TILES, GRASS], p=[0.1, 0.2, 0.4, 0.2, 0.1])),)
    if outdoors:
        wall = (float(rng.choice([BRICK, PLASTER, GRASS], p=[0.45, 0.3, 0.25])),)
        floor = (float(rng.choice([GRASS, PLASTER, TILES], p=[0.4, 0.3, 0.3])),)
        wall_colour = _leafy(rng) if wall[0] == GRASS else wall_colour
        floor_colour = _leafy(rng) if floor[0] == GRASS else floor_colour
    pieces = _shell(frame, wall_colour, floor_colour)
    if not outdoors:
        pieces += _skirting(rng, frame, wall_colour)
    count = int(rng.choice([0, 1, 2, 3, 4], p=[0.2, 0.25, 0.25, 0.2, 0.1]))
    for _ in range(count if clutter is None else clutter):
        pieces += _thing(rng, frame, str(rng.choice(OUTDOOR_THINGS if outdoors else THINGS)))
    look = [float(x) for x in (rng.uniform(0.7, 1.5), rng.uniform(0.05, 0.35), rng.uniform(0, 0.05))]
    floor_look = (floor[0], look[0], look[1], float(rng.uniform(0.0, 0.18)))
    return Room(
        pieces=pieces,
        lighting=_sample_lighting(rng, camera, outdoors=outdoors),
        wall=(wall[0], look[0], look[1], look[2]),
        floor=floor_look if not outdoors else (*floor_look[:3], 0.0),
        outdoors=outdoors,
    )


def _wall_frame(rng: np.random.Generator, camera: Camera, floor_z: float) -> _Frame:
    azimuth = np.arctan2(camera.eye[1], camera.eye[0]) + np.radians(rng.normal(0.0, 6.0))
    normal = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    gap = rng.uniform(0.45, 2.2)
    return _Frame(
        origin=-normal * gap + UP * floor_z,
        along=np.array([-np.sin(azimuth), np.cos(azimuth), 0.0]),
        normal=normal,
        floor_z=floor_z,
    )


def _shell(frame: _Frame, wall: Floats, floor: Floats) -> list[Piece]:
    across, deep = frame.along * HALF_WIDTH_M, frame.normal * 2 * HALF_WIDTH_M
    return [
        _panel(Material.WALL, frame.origin - across, 2 * across, UP * 7.0, wall),
        _panel(Material.FLOOR, frame.origin - across, 2 * across, deep, floor),
    ]


def _panel(material: Material, corner: Floats, u: Floats, v: Floats, colour: Floats) -> Piece:
    """A rectangle; its texture runs in metres along u and v."""
    vertices = np.array([corner, corner + u, corner + u + v, corner + v])
    lengths = np.linalg.norm(u), np.linalg.norm(v)
    anchors = np.array([[0, 0, 0], [lengths[0], 0, 0], [*lengths, 0], [0, lengths[1], 0]])
    normal = np.cross(u, v) / np.linalg.norm(np.cross(u, v))
    return plain_piece(
        material,
        vertices,
        triangles_of(np.array([[0, 1, 2, 3]])),
        colour,
        anchors=anchors,
        normals=np.tile(normal, (4, 1)),
    )


def _skirting(rng: np.random.Generator, frame: _Frame, wall: Floats) -> list[Piece]:
    if rng.random() < 0.25:
        return []
    colour = linear([235.0, 233.0, 228.0]) if rng.random() < 0.6 else wall * 0.6
    return [_box(frame, 0.0, 0.0, (2 * HALF_WIDTH_M, 0.016, rng.uniform(0.06, 0.12)), colour)]


def _box(
    frame: _Frame,
    sideways: float,
    up: float,
    size: tuple[float, float, float],
    colour: Floats,
    material: Material = Material.PROP,
) -> Piece:
    """A box that stands before the wall; size along it, away from it, upwards."""
    u, v, w = frame.along * size[0], frame.normal * size[1], UP * size[2]
    corner = frame.origin + frame.along * sideways - u / 2 + UP * up
    sides = [
        (corner + v, u, w),
        (corner + u + v, -v, w),
        (corner, v, w),
        (corner + w + v, u, -v),
        (corner, u, v),
    ]
    quads, normals = [], []
    for start, a, b in sides:
        quads += [start, start + a, start + a + b, start + b]
        normals += [np.cross(a, b) / np.linalg.norm(np.cross(a, b))] * 4
    faces = triangles_of(np.arange(20).reshape(5, 4))
    return plain_piece(material, np.array(quads), faces, colour, normals=np.array(normals))


def _thing(rng: np.random.Generator, frame: _Frame, name: str) -> list[Piece]:
    side = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.35, 2.2))
    return _MAKERS[name](rng, frame, side)


def _door(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    colour = _wood(rng) if rng.random() < 0.5 else linear([225.0, 222.0, 214.0])
    trim = colour * 0.75
    leaf = [_box(frame, side, 0.0, (0.98, 0.02, 2.10), trim)]
    leaf.append(_box(frame, side, 0.0, (0.84, 0.035, 2.02), colour))
    leaf += [_box(frame, side, low, (0.56, 0.042, 0.78), colour * 0.9) for low in (0.16, 1.08)]
    knob = side + 0.36
    leaf.append(_box(frame, knob, 0.98, (0.10, 0.09, 0.022), linear([150.0, 150.0, 150.0])))
    return leaf


def _picture(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    wide, tall, up = rng.uniform(0.3, 0.9), rng.uniform(0.35, 0.8), rng.uniform(1.1, 1.5)
    rim = linear([30.0, 28.0, 26.0]) if rng.random() < 0.5 else _wood(rng)
    inner = (wide - 0.16, 0.026, tall - 0.16)
    return [
        _box(frame, side, up, (wide, 0.02, tall), rim),
        _box(frame, side, up + 0.02, (wide - 0.04, 0.023, tall - 0.04), linear([238, 236, 230])),
        _box(frame, side, up + 0.08, inner, _bright(rng)),
    ]


def _cabinet(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    wide, tall = rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.9)
    colour = _wood(rng) if rng.random() < 0.6 else linear([228.0, 226.0, 222.0])
    pieces = [_box(frame, side, 0.0, (wide, 0.38, tall), colour * 0.8)]
    for at in (-0.25, 0.25):
        front = (0.48 * wide, 0.40, tall - 0.10)
        pieces.append(_box(frame, side + at * wide, 0.07, front, colour))
    return pieces


def _shelf(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    pieces, colour = [], _wood(rng)
    for level in range(3):
        up = 0.55 + 0.42 * level
        pieces.append(_box(frame, side, up, (1.0, 0.26, 0.03), colour))
        at = -0.45
        while at < 0.4 and rng.random() < 0.9:
            thick, tall = rng.uniform(0.02, 0.07), rng.uniform(0.16, 0.30)
            book = (thick, rng.uniform(0.14, 0.2), tall)
            pieces.append(_box(frame, side + at + thick / 2, up + 0.03, book, _bright(rng)))
            at += thick + (0.003 if rng.random() < 0.8 else rng.uniform(0.05, 0.25))
    return pieces


def _window(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    white, glow = linear([240.0, 240.0, 238.0]), np.array([0.85, 0.95, 1.08]) * rng.uniform(0.8, 1.2)
    pieces = [_box(frame, side, 0.88, (1.16, 0.03, 1.36), white)]
    for at in (-0.27, 0.27):
        pane = (0.48, 0.034, 1.24)
        pieces.append(_box(frame, side + at, 0.94, pane, glow, Material.EMIT))
    pieces.append(_box(frame, side, 0.84, (1.3, 0.16, 0.035), white))
    return pieces


def _plant(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    """A pot with drooping leaves."""
    pot = _box(frame, side, 0.0, (0.26, 0.26, 0.28), _bright(rng) * 0.7)
    base = frame.origin + frame.along * side + frame.normal * 0.16 + UP * 0.28
    green = linear([rng.uniform(30, 70), rng.uniform(75, 125), rng.uniform(25, 55)])
    pieces = [pot]
    for _ in range(26):
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 0.85)
        away = np.cos(angle) * frame.along + 0.6 * np.sin(angle) * frame.normal
        along = np.linspace(0.0, 1.0, 6)[:, None]
        spine = base + along * length * (0.45 * away + UP) - UP * along**3 * length * 0.45
        across = np.cross(away, UP)
        wide = 0.055 * np.sin(np.pi * (0.12 + 0.86 * along))
        strip = np.concatenate([spine - wide * across, spine + wide * across])
        quads = np.array([[i, i + 1, i + 7, i + 6] for i in range(5)])
        shade = green * rng.uniform(0.7, 1.3)
        pieces.append(plain_piece(Material.PLANT, strip, triangles_of(quads), shade))
    return pieces


def _ball(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    """An exercise ball."""
    radius = rng.uniform(0.26, 0.36)
    centre = frame.origin + frame.along * side + frame.normal * (radius + 0.05) + UP * radius
    u, w = np.meshgrid(np.linspace(0, np.pi, 25), np.linspace(0, 2 * np.pi, 41), indexing="ij")
    unit = np.stack([np.sin(u) * np.cos(w), np.sin(u) * np.sin(w), np.cos(u)], -1).reshape(-1, 3)
    at = (np.arange(24)[:, None] * 41 + np.arange(40)[None]).ravel()
    quads = np.stack([at, at + 41, at + 42, at + 1], axis=1)
    faces: Ints = triangles_of(quads)
    vertices = centre + radius * unit
    return [plain_piece(Material.PROP, vertices, faces, _bright(rng), normals=unit)]


def _bench(rng: np.random.Generator, frame: _Frame, side: float) -> list[Piece]:
    """A treatment couch or bench along the wall."""
    pad, leg = _bright(rng) * 0.6, linear([60.0, 60.0, 62.0])
    pieces = [_box(frame, side, 0.48, (1.5, 0.55, 0.10), pad)]
    pieces += [_box(frame, side + at, 0.0, (0.05, 0.5, 0.48), leg) for at in (-0.65, 0.65)]
    return pieces


_MAKERS = {
    "door": _door,
    "picture": _picture,
    "cabinet": _cabinet,
    "shelf": _shelf,
    "window": _window,
    "plant": _plant,
    "ball": _ball,
    "bench": _bench,
}


def _hsv(hue: float, saturation: float, value: float) -> Floats:
    pixel = np.array([[[hue, saturation, value]]], dtype=np.uint8)
    return linear(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0].astype(float))


def _bright(rng: np.random.Generator) -> Floats:
    return _hsv(rng.uniform(0, 179), rng.uniform(40, 150), rng.uniform(60, 210))


def _wood(rng: np.random.Generator) -> Floats:
    return _hsv(rng.uniform(8, 17), rng.uniform(70, 150), rng.uniform(70, 200))


def _leafy(rng: np.random.Generator) -> Floats:
    return _hsv(rng.uniform(32, 48), rng.uniform(70, 120), rng.uniform(75, 130))


def _wall_colour(rng: np.random.Generator) -> Floats:
    if rng.random() < 0.75:
        warm = rng.normal(0.0, 5.0)
        return linear(np.clip(rng.uniform(120, 240) + np.array([warm, 0.3 * warm, -warm]), 10, 250))
    return _hsv(rng.uniform(0, 179), rng.uniform(15, 70), rng.uniform(110, 225))


def _floor_colour(rng: np.random.Generator) -> Floats:
    if rng.random() < 0.6:
        return _hsv(rng.uniform(9, 17), rng.uniform(45, 140), rng.uniform(90, 200))
    return linear(np.clip(rng.uniform(60, 200) + rng.normal(0, 6, 3), 10, 240))


def _sample_lighting(rng: np.random.Generator, camera: Camera, *, outdoors: bool) -> Lighting:
    """Key light from the camera's side, so that faces and backs are lit; sun is hard."""
    azimuth = np.arctan2(camera.eye[1], camera.eye[0]) + rng.normal(0.0, 0.75)
    height = rng.uniform(0.5, 1.15)
    direction = [np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height)]
    warm = rng.normal(0.0, 0.10)
    tint = np.array([1 + warm, 1.0, 1 - warm])
    key, ambient = rng.uniform(0.7, 1.3), rng.uniform(0.30, 0.60)
    if outdoors:
        key, ambient, tint = key * 1.5, ambient * 1.1, np.array([1.05, 1.0, 0.92])
    return Lighting(
        direction=np.array(direction),
        key=key * tint,
        sky=ambient * (2.0 - tint) * np.array([0.97, 1.0, 1.04]),
        ground=0.45 * ambient * tint,
        size=float(rng.uniform(0.02, 0.05) if outdoors else rng.uniform(0.15, 0.6)),
    )
