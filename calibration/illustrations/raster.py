"""Geometry buffers of a picture: normal, depth, colour, surface and tint of every pixel."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calibration.arrays import Floats, Ints
from calibration.bodies.mesh import vertex_normals
from calibration.illustrations.views import View
from calibration.render.gl import rasteriser

SHADERS = Path(__file__).parent / "shaders"
_FORMAT, _ATTRIBUTES = "3f 3f 3f 3f", ("position", "normal", "colour", "extra")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One surface to draw.

    Parameters
    ----------
    vertices : ndarray, shape (V, 3)
        Metres.
    triangles : ndarray, shape (T, 3)
        Faces.
    colour : ndarray, shape (3,) or (V, 3)
        Display colour 0..1.
    number : int
        Outlines are drawn between different numbers; 1 to 9 are the figures.
    inside : ndarray, shape (V,), optional
        Signed distance inside a hem; negative parts are cut away.
    tint : ndarray, shape (V,), optional
        Of the working region, 0..1.
    normals : ndarray, shape (V, 3), optional
        Computed from the faces if omitted.
    """

    vertices: Floats
    triangles: Ints
    colour: Floats
    number: int
    inside: Floats | None = None
    tint: Floats | None = None
    normals: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffers:
    """Geometry buffers, shapes (H, W, 3) and (H, W); number 0 is the background."""

    normal: Floats
    depth: Floats
    colour: Floats
    number: Ints
    tint: Floats


@functools.cache
def _program() -> Any:
    sources = [(SHADERS / f"figure.{kind}").read_text() for kind in ("vert", "frag")]
    return rasteriser().context.program(vertex_shader=sources[0], fragment_shader=sources[1])


@functools.cache
def _target(width: int, height: int) -> Any:
    context = rasteriser().context
    textures = [context.texture((width, height), 4, dtype="f4") for _ in range(2)]
    return context.framebuffer(textures, context.depth_renderbuffer((width, height)))


def rasterise(surfaces: list[Surface], view: View) -> Buffers:
    """Return the geometry buffers of surfaces in a view."""
    target = _target(view.width, view.height)
    target.use()
    target.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
    _program()["camera"].write(np.asarray(view.matrix().T, dtype="f4").tobytes())
    for surface in surfaces:
        _draw(surface)
    shape, paint = (_read(target, view, k) for k in (0, 1))
    number = np.floor(paint[..., 3] + 1e-3).astype(np.int64)
    return Buffers(
        normal=shape[..., :3] @ view.turn().T,
        depth=shape[..., 3] * view.depth_m,
        colour=paint[..., :3],
        number=number,
        tint=np.clip((paint[..., 3] - number) / 0.9, 0.0, 1.0),
    )


def _draw(surface: Surface) -> None:
    count = len(surface.vertices)
    normals = surface.normals
    if normals is None:
        normals = vertex_normals(surface.vertices, surface.triangles)
    inside = np.ones(count) if surface.inside is None else surface.inside
    tint = np.zeros(count) if surface.tint is None else surface.tint
    data = np.column_stack(
        [
            surface.vertices,
            normals,
            np.broadcast_to(surface.colour, (count, 3)),
            np.full(count, float(surface.number)),
            inside,
            tint,
        ]
    ).astype("f4")
    context = rasteriser().context
    vertices = context.buffer(data.tobytes())
    index = context.buffer(surface.triangles.astype("i4").tobytes())
    array = context.vertex_array(_program(), [(vertices, _FORMAT, *_ATTRIBUTES)], index)
    array.render()
    for thing in (array, vertices, index):
        thing.release()


def _read(target: Any, view: View, attachment: int) -> Floats:
    data = np.frombuffer(target.read(components=4, attachment=attachment, dtype="f4"), np.float32)
    return data.reshape(view.height, view.width, 4)[::-1].astype(np.float64)
