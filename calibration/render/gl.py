"""Rasteriser: moderngl over EGL, in software where there is no graphics card.

It needs the system's EGL and an OpenGL 3.3 driver (Debian: libegl1, libgl1, libgl1-mesa-dri).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calibration.arrays import Bytes, Floats
from calibration.bodies.drawables import Drawable
from calibration.bodies.mesh import vertex_normals
from calibration.errors import MissingExtraError
from calibration.render.camera import FAR_M, NEAR_M, Camera

SHADERS = Path(__file__).parent / "shaders"
SAMPLES = 4
SHADOW_PIXELS = 2048
SPHERES = 14
_FORMAT = "3f 3f 3f 3f 1f 1f"
_ATTRIBUTES = ("position", "normal", "colour", "rest", "edge", "material")
_STRIDE = 14
_EGL: dict[str, Any] = {"backend": "egl"}
DEBIAN_PACKAGES = "libegl1, libgl1, libgl1-mesa-dri"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    """Lighting of a scene; colours are linear.

    Parameters
    ----------
    direction : ndarray, shape (3,)
        Towards the key light.
    key, sky, ground : ndarray, shape (3,)
        Colour times intensity of the key light and of the light from above and below.
    size : float
        Width of the key light over its distance: 0.02 for the sun, 0.5 for a window.
    """

    direction: Floats
    key: Floats
    sky: Floats
    ground: Floats
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """Procedural textures, each shared by a whole material.

    Parameters
    ----------
    wall, floor : tuple of float
        Kind, scale, strength and gloss; the kinds are listed in ``shaders/scene.frag``.
    accent : ndarray, shape (3,)
        Second colour of patterned clothes.
    patterns : tuple of float
        Printed pattern of bottom, top and footwear; height in the rest pose at which the waistband
        begins.
    """

    wall: tuple[float, float, float, float] = (0.0, 1.0, 0.2, 0.0)
    floor: tuple[float, float, float, float] = (0.0, 1.0, 0.2, 0.0)
    accent: Floats
    patterns: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@functools.cache
def rasteriser() -> Rasteriser:
    """Return the rasteriser of this process."""
    return Rasteriser()


class Rasteriser:
    """Renders label masks and shaded images of drawables."""

    def __init__(self) -> None:
        try:
            import moderngl
        except ImportError as missing:
            raise MissingExtraError("The renderer (moderngl)") from missing
        try:
            self.context: Any = moderngl.create_context(standalone=True, **_EGL)
        except Exception as missing:  # drivers raise errors of no common type
            raise MissingExtraError(f"OpenGL over EGL ({DEBIAN_PACKAGES})") from missing
        self.context.enable(moderngl.DEPTH_TEST)
        self.context.depth_func = "<="
        self.programs = {name: self._program(name) for name in ("scene", "depth", "label")}
        self.shadow = self._depth_target(SHADOW_PIXELS, SHADOW_PIXELS)
        self._targets: dict[tuple[str, int, int], Any] = {}

    def labels(self, drawables: list[Drawable], camera: Camera) -> Bytes:
        """Return the label mask of drawables, shape (H, W)."""
        context, program = self.context, self.programs["label"]
        target = self._target("label", camera)
        target.use()
        target.clear(0.0, 0.0, 0.0, 1.0, depth=1.0)
        program["camera"].write(_packed(camera.matrix()))
        offsets = np.cumsum([0] + [len(drawable.vertices) for drawable in drawables])
        data = np.concatenate(
            [np.column_stack([drawable.vertices, drawable.labels]) for drawable in drawables]
        ).astype("f4")
        faces = [drawable.triangles + at for drawable, at in zip(drawables, offsets, strict=False)]
        vertices = context.buffer(data.tobytes())
        index = context.buffer(np.concatenate(faces).astype("i4").tobytes())
        array = context.vertex_array(program, [(vertices, "3f 1f", "position", "label")], index)
        array.render()
        image = np.frombuffer(target.read(components=1), np.uint8)
        for thing in (array, vertices, index):
            thing.release()
        return image.reshape(camera.height, camera.width)[::-1].copy()

    def shade(
        self, drawables: list[Drawable], camera: Camera, lighting: Lighting, surfaces: Surfaces
    ) -> Floats:
        """Return a lit scene in linear light, shape (H, W, 3)."""
        buffers = [self._upload(drawable) for drawable in drawables]
        people = [b for b, drawable in zip(buffers, drawables, strict=True) if drawable.is_person]
        props = [
            b for b, drawable in zip(buffers, drawables, strict=True) if drawable.material == 8
        ]
        light, extent = _light_matrix(drawables, lighting)
        self._depth_pass(self.shadow, light, people + props)
        depth = self._target("depth", camera)
        self._depth_pass(depth, camera.matrix(), buffers)
        target = self._target("colour", camera)
        target.use()
        target.clear(*lighting.sky, 1.0, depth=1.0)
        self._set_uniforms(drawables, camera, lighting, surfaces, light, extent)
        self.shadow.depth_attachment.use(0)
        depth.depth_attachment.use(1)
        for vertices, index in buffers:
            array = self.context.vertex_array(
                self.programs["scene"], [(vertices, _FORMAT, *_ATTRIBUTES)], index
            )
            array.render()
            array.release()
        image = self._resolved(target, camera)
        for pair in buffers:
            for thing in pair:
                thing.release()
        return image

    def _program(self, name: str) -> Any:
        vertex = (SHADERS / f"{name}.vert").read_text()
        fragment = (SHADERS / f"{name}.frag").read_text()
        return self.context.program(vertex_shader=vertex, fragment_shader=fragment)

    def _depth_target(self, width: int, height: int) -> Any:
        texture = self.context.depth_texture((width, height))
        texture.compare_func = ""
        texture.repeat_x = texture.repeat_y = False
        return self.context.framebuffer(depth_attachment=texture)

    def _target(self, kind: str, camera: Camera) -> Any:
        size = (camera.width, camera.height)
        key = (kind, *size)
        if key not in self._targets:
            self._targets[key] = self._new_target(kind, size)
        return self._targets[key]

    def _new_target(self, kind: str, size: tuple[int, int]) -> Any:
        context = self.context
        if kind == "depth":
            return self._depth_target(*size)
        if kind == "label":
            return context.framebuffer(
                context.renderbuffer(size, 1), context.depth_renderbuffer(size)
            )
        samples = SAMPLES if kind == "colour" else 0
        colour = context.renderbuffer(size, 4, samples=samples, dtype="f2")
        return context.framebuffer(colour, context.depth_renderbuffer(size, samples=samples))

    def _resolved(self, target: Any, camera: Camera) -> Floats:
        flat = self._target("flat", camera)
        self.context.copy_framebuffer(flat, target)
        data = np.frombuffer(flat.read(components=3, dtype="f2"), np.float16)
        return data.reshape(camera.height, camera.width, 3)[::-1].astype(np.float64)

    def _upload(self, drawable: Drawable) -> tuple[Any, Any]:
        normals = drawable.normals
        if normals is None:
            normals = vertex_normals(drawable.vertices, drawable.triangles)
        columns = [
            drawable.vertices,
            normals,
            drawable.colours,
            drawable.anchors,
            drawable.margins,
            np.full(len(drawable.vertices), float(drawable.material)),
        ]
        data = np.column_stack(columns).astype("f4")
        index = drawable.triangles.astype("i4")
        return self.context.buffer(data.tobytes()), self.context.buffer(index.tobytes())

    def _depth_pass(self, target: Any, matrix: Floats, buffers: list[tuple[Any, Any]]) -> None:
        target.use()
        target.clear(depth=1.0)
        program = self.programs["depth"]
        program["camera"].write(_packed(matrix))
        for vertices, index in buffers:
            layout = [(vertices, f"3f {4 * (_STRIDE - 3)}x", "position")]
            array = self.context.vertex_array(program, layout, index)
            array.render()
            array.release()

    def _set_uniforms(
        self,
        drawables: list[Drawable],
        camera: Camera,
        lighting: Lighting,
        surfaces: Surfaces,
        light: Floats,
        extent: float,
    ) -> None:
        program = self.programs["scene"]
        people = np.concatenate([drawable.vertices for drawable in drawables if drawable.is_person])
        matrices = {"camera": camera.matrix(), "light": light}
        values = {
            "eye": camera.eye,
            "key_direction": tuple(lighting.direction / np.linalg.norm(lighting.direction)),
            "key_colour": tuple(lighting.key),
            "sky": tuple(lighting.sky),
            "ground": tuple(lighting.ground),
            "key_size": lighting.size,
            "shadow_map": 0,
            "depth_map": 1,
            "planes": (NEAR_M, FAR_M),
            "shadow_scale": (SHADOW_PIXELS / (2.0 * extent), 1.0 / (8.0 * extent)),
            "spheres": [tuple(row) for row in _occluders(people)],
            "floor_z": float(people[:, 2].min()),
            "accent": tuple(surfaces.accent),
            "patterns": list(surfaces.patterns),
            "wall_look": surfaces.wall,
            "floor_look": surfaces.floor,
        }
        for name, matrix in matrices.items():
            program[name].write(_packed(matrix))
        for name, value in values.items():
            if name in program:
                program[name].value = value


def _packed(matrix: Floats) -> bytes:
    return np.asarray(matrix.T, dtype="f4").tobytes()


def _light_matrix(drawables: list[Drawable], lighting: Lighting) -> tuple[Floats, float]:
    """Orthographic clip matrix of the key light around the person, and its half-width, metres."""
    people = np.concatenate([drawable.vertices for drawable in drawables if drawable.is_person])
    low, high = people.min(0), people.max(0)
    centre, extent = (low + high) / 2, float(np.linalg.norm(high - low)) / 2 * 1.7
    back = lighting.direction / np.linalg.norm(lighting.direction)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    view = np.eye(4)
    view[:3, :3] = np.stack([right, np.cross(back, right), -back])
    view[:3, 3] = -view[:3, :3] @ centre
    return np.diag([1 / extent, 1 / extent, 1 / (4 * extent), 1.0]) @ view, extent


def _occluders(people: Floats) -> Floats:
    """Spheres in place of the body for the ambient occlusion of wall and floor, shape (14, 4)."""
    low, high = people[:, 2].min(), people[:, 2].max()
    spheres = np.zeros((SPHERES, 4))
    for i in range(SPHERES):
        z = low + (high - low) * ((i + 0.35) / SPHERES) ** 1.25
        ring = people[np.abs(people[:, 2] - z) < 0.06]
        if len(ring):
            spheres[i] = [*ring[:, :2].mean(0), z, min(0.16, 0.5 * float(np.ptp(ring[:, 1])))]
    return spheres
