"""Furniture along a wall: doors, shelves, windows, plants, a ball, a bench."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calibration.arrays import Floats, Ints
from calibration.bodies.drawables import Drawable, Material, linear, plain_drawable
from calibration.bodies.mesh import triangles_of

UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class WallFrame:
    """Frame of the wall behind the person: origin, direction along it, normal towards the lens."""

    origin: Floats
    along: Floats
    normal: Floats
    floor_z: float


def box(
    frame: WallFrame,
    sideways: float,
    up: float,
    size: tuple[float, float, float],
    colour: Floats,
    material: Material = Material.PROP,
) -> Drawable:
    """Return a box in front of the wall; ``size`` is along it, away from it, upwards, metres."""
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
    return plain_drawable(material, np.array(quads), faces, colour, normals=np.array(normals))


def _door(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    colour = _wood(rng) if rng.random() < 0.5 else linear([225.0, 222.0, 214.0])
    trim = colour * 0.75
    leaf = [box(frame, side, 0.0, (0.98, 0.02, 2.10), trim)]
    leaf.append(box(frame, side, 0.0, (0.84, 0.035, 2.02), colour))
    leaf += [box(frame, side, low, (0.56, 0.042, 0.78), colour * 0.9) for low in (0.16, 1.08)]
    knob = side + 0.36
    leaf.append(box(frame, knob, 0.98, (0.10, 0.09, 0.022), linear([150.0, 150.0, 150.0])))
    return leaf


def _picture(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    wide, tall, up = rng.uniform(0.3, 0.9), rng.uniform(0.35, 0.8), rng.uniform(1.1, 1.5)
    rim = linear([30.0, 28.0, 26.0]) if rng.random() < 0.5 else _wood(rng)
    inner = (wide - 0.16, 0.026, tall - 0.16)
    return [
        box(frame, side, up, (wide, 0.02, tall), rim),
        box(frame, side, up + 0.02, (wide - 0.04, 0.023, tall - 0.04), linear([238, 236, 230])),
        box(frame, side, up + 0.08, inner, _bright(rng)),
    ]


def _cabinet(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    wide, tall = rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.9)
    colour = _wood(rng) if rng.random() < 0.6 else linear([228.0, 226.0, 222.0])
    drawables = [box(frame, side, 0.0, (wide, 0.38, tall), colour * 0.8)]
    for at in (-0.25, 0.25):
        front = (0.48 * wide, 0.40, tall - 0.10)
        drawables.append(box(frame, side + at * wide, 0.07, front, colour))
    return drawables


def _shelf(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    drawables, colour = [], _wood(rng)
    for level in range(3):
        up = 0.55 + 0.42 * level
        drawables.append(box(frame, side, up, (1.0, 0.26, 0.03), colour))
        at = -0.45
        while at < 0.4 and rng.random() < 0.9:
            thick, tall = rng.uniform(0.02, 0.07), rng.uniform(0.16, 0.30)
            book = (thick, rng.uniform(0.14, 0.2), tall)
            drawables.append(box(frame, side + at + thick / 2, up + 0.03, book, _bright(rng)))
            at += thick + (0.003 if rng.random() < 0.8 else rng.uniform(0.05, 0.25))
    return drawables


def _window(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    white, glow = (
        linear([240.0, 240.0, 238.0]),
        np.array([0.85, 0.95, 1.08]) * rng.uniform(0.8, 1.2),
    )
    drawables = [box(frame, side, 0.88, (1.16, 0.03, 1.36), white)]
    for at in (-0.27, 0.27):
        pane = (0.48, 0.034, 1.24)
        drawables.append(box(frame, side + at, 0.94, pane, glow, Material.EMIT))
    drawables.append(box(frame, side, 0.84, (1.3, 0.16, 0.035), white))
    return drawables


def _plant(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    """Return a pot with drooping leaves."""
    pot = box(frame, side, 0.0, (0.26, 0.26, 0.28), _bright(rng) * 0.7)
    base = frame.origin + frame.along * side + frame.normal * 0.16 + UP * 0.28
    green = linear([rng.uniform(30, 70), rng.uniform(75, 125), rng.uniform(25, 55)])
    drawables = [pot]
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
        drawables.append(plain_drawable(Material.PLANT, strip, triangles_of(quads), shade))
    return drawables


def _ball(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    """Return an exercise ball."""
    radius = rng.uniform(0.26, 0.36)
    centre = frame.origin + frame.along * side + frame.normal * (radius + 0.05) + UP * radius
    u, w = np.meshgrid(np.linspace(0, np.pi, 25), np.linspace(0, 2 * np.pi, 41), indexing="ij")
    unit = np.stack([np.sin(u) * np.cos(w), np.sin(u) * np.sin(w), np.cos(u)], -1).reshape(-1, 3)
    at = (np.arange(24)[:, None] * 41 + np.arange(40)[None]).ravel()
    quads = np.stack([at, at + 41, at + 42, at + 1], axis=1)
    faces: Ints = triangles_of(quads)
    vertices = centre + radius * unit
    return [plain_drawable(Material.PROP, vertices, faces, _bright(rng), normals=unit)]


def _bench(rng: np.random.Generator, frame: WallFrame, side: float) -> list[Drawable]:
    """Return a treatment couch or bench along the wall."""
    pad, leg = _bright(rng) * 0.6, linear([60.0, 60.0, 62.0])
    drawables = [box(frame, side, 0.48, (1.5, 0.55, 0.10), pad)]
    drawables += [box(frame, side + at, 0.0, (0.05, 0.5, 0.48), leg) for at in (-0.65, 0.65)]
    return drawables


MAKERS = {
    "door": _door,
    "picture": _picture,
    "cabinet": _cabinet,
    "shelf": _shelf,
    "window": _window,
    "plant": _plant,
    "ball": _ball,
    "bench": _bench,
}


def hsv(hue: float, saturation: float, value: float) -> Floats:
    """Return a colour in linear light, from hue 0..179, saturation and value 0..255."""
    pixel = np.array([[[hue, saturation, value]]], dtype=np.uint8)
    return linear(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0].astype(float))


def _bright(rng: np.random.Generator) -> Floats:
    return hsv(rng.uniform(0, 179), rng.uniform(40, 150), rng.uniform(60, 210))


def _wood(rng: np.random.Generator) -> Floats:
    return hsv(rng.uniform(8, 17), rng.uniform(70, 150), rng.uniform(70, 200))
