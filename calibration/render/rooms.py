"""Surroundings of a photo: rooms, studios and gardens, with a few things standing about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.drawables import Drawable, Material, linear, plain_drawable
from calibration.bodies.mesh import triangles_of
from calibration.render.camera import Camera
from calibration.render.furniture import MAKERS, UP, WallFrame, box, hsv
from calibration.render.gl import Lighting

HALF_WIDTH_M = 9.0
PLASTER, BRICK, PLANKS, TILES, PAPER, GRASS, PANELS = 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0
THINGS = ("door", "picture", "cabinet", "shelf", "window", "plant", "ball", "bench")
OUTDOOR_THINGS = ("plant", "bench", "plant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Surroundings of one photo.

    Parameters
    ----------
    drawables : list of Drawable
        Wall, floor, skirting and things.
    lighting : Lighting
        Key light, sky and bounce light.
    wall, floor : tuple of float
        Textures of the two large surfaces, see :class:`calibration.render.gl.Surfaces`.
    outdoors : bool
        Grass or paving under an open sky.
    """

    drawables: list[Drawable]
    lighting: Lighting
    wall: tuple[float, float, float, float]
    floor: tuple[float, float, float, float]
    outdoors: bool


def sample_room(
    rng: np.random.Generator,
    camera: Camera,
    floor_z: float,
    *,
    clutter: int | None = None,
    outdoors: bool | None = None,
) -> Room:
    """Draw surroundings for a camera.

    Parameters
    ----------
    camera : Camera
        The wall stands opposite it.
    floor_z : float
        Height of the floor: 0 under bare feet, lower under soles.
    clutter : int, optional
        Number of things along the wall; drawn if omitted.
    outdoors : bool, optional
        Garden or street instead of a room; drawn if omitted.
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
    drawables = _shell(frame, wall_colour, floor_colour)
    if not outdoors:
        drawables += _skirting(rng, frame, wall_colour)
    count = int(rng.choice([0, 1, 2, 3, 4], p=[0.2, 0.25, 0.25, 0.2, 0.1]))
    for _ in range(count if clutter is None else clutter):
        drawables += _thing(rng, frame, str(rng.choice(OUTDOOR_THINGS if outdoors else THINGS)))
    look = [
        float(x) for x in (rng.uniform(0.7, 1.5), rng.uniform(0.05, 0.35), rng.uniform(0, 0.05))
    ]
    floor_look = (floor[0], look[0], look[1], float(rng.uniform(0.0, 0.18)))
    return Room(
        drawables=drawables,
        lighting=_sample_lighting(rng, camera, outdoors=outdoors),
        wall=(wall[0], look[0], look[1], look[2]),
        floor=floor_look if not outdoors else (*floor_look[:3], 0.0),
        outdoors=outdoors,
    )


def _wall_frame(rng: np.random.Generator, camera: Camera, floor_z: float) -> WallFrame:
    azimuth = np.arctan2(camera.eye[1], camera.eye[0]) + np.radians(rng.normal(0.0, 6.0))
    normal = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    gap = rng.uniform(0.45, 2.2)
    return WallFrame(
        origin=-normal * gap + UP * floor_z,
        along=np.array([-np.sin(azimuth), np.cos(azimuth), 0.0]),
        normal=normal,
        floor_z=floor_z,
    )


def _shell(frame: WallFrame, wall: Floats, floor: Floats) -> list[Drawable]:
    across, deep = frame.along * HALF_WIDTH_M, frame.normal * 2 * HALF_WIDTH_M
    return [
        _panel(Material.WALL, frame.origin - across, 2 * across, UP * 7.0, wall),
        _panel(Material.FLOOR, frame.origin - across, 2 * across, deep, floor),
    ]


def _panel(material: Material, corner: Floats, u: Floats, v: Floats, colour: Floats) -> Drawable:
    """Return a rectangle, its texture coordinates in metres along u and v."""
    vertices = np.array([corner, corner + u, corner + u + v, corner + v])
    lengths = np.linalg.norm(u), np.linalg.norm(v)
    anchors = np.array([[0, 0, 0], [lengths[0], 0, 0], [*lengths, 0], [0, lengths[1], 0]])
    normal = np.cross(u, v) / np.linalg.norm(np.cross(u, v))
    return plain_drawable(
        material,
        vertices,
        triangles_of(np.array([[0, 1, 2, 3]])),
        colour,
        anchors=anchors,
        normals=np.tile(normal, (4, 1)),
    )


def _skirting(rng: np.random.Generator, frame: WallFrame, wall: Floats) -> list[Drawable]:
    if rng.random() < 0.25:
        return []
    colour = linear([235.0, 233.0, 228.0]) if rng.random() < 0.6 else wall * 0.6
    return [box(frame, 0.0, 0.0, (2 * HALF_WIDTH_M, 0.016, rng.uniform(0.06, 0.12)), colour)]


def _thing(rng: np.random.Generator, frame: WallFrame, name: str) -> list[Drawable]:
    side = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.35, 2.2))
    return MAKERS[name](rng, frame, side)


def _leafy(rng: np.random.Generator) -> Floats:
    return hsv(rng.uniform(32, 48), rng.uniform(70, 120), rng.uniform(75, 130))


def _wall_colour(rng: np.random.Generator) -> Floats:
    if rng.random() < 0.75:
        warm = rng.normal(0.0, 5.0)
        return linear(np.clip(rng.uniform(120, 240) + np.array([warm, 0.3 * warm, -warm]), 10, 250))
    return hsv(rng.uniform(0, 179), rng.uniform(15, 70), rng.uniform(110, 225))


def _floor_colour(rng: np.random.Generator) -> Floats:
    if rng.random() < 0.6:
        return hsv(rng.uniform(9, 17), rng.uniform(45, 140), rng.uniform(90, 200))
    return linear(np.clip(rng.uniform(60, 200) + rng.normal(0, 6, 3), 10, 240))


def _sample_lighting(rng: np.random.Generator, camera: Camera, *, outdoors: bool) -> Lighting:
    """Draw a key light from the camera's side, so that front and back are lit; sunlight is hard."""
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
