"""Hair: a shell over the scalp, with a bun, a ponytail or long hair from the helper mesh."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Floats, Ints, smooth_noise, smoothstep
from calibration.bodies.appearance import Appearance
from calibration.bodies.drawables import Drawable, Label, Material, linear
from calibration.bodies.mesh import compact, cut, triangles_of, vertex_normals
from calibration.bodies.patterns import Patterns
from calibration.bodies.posing import StandingBody
from calibration.bodies.template import BODY_VERTICES, Template

THICKNESS_M = {"short": 0.013, "cap": 0.019, "bun": 0.009, "pony": 0.009, "long": 0.012}
LONG_HAIR_END = 0.80
"""Long hair ends at this fraction of stature: upper back."""


def hair_drawables(
    template: Template, patterns: Patterns, body: StandingBody, appearance: Appearance
) -> list[Drawable]:
    """Return the hair of a person; empty for shaven heads."""
    if appearance.hair not in THICKNESS_M:
        return []
    rng = np.random.default_rng([appearance.seed, 1])
    drawables = [_shell(template, patterns, body, appearance, rng)]
    if appearance.hair == "long":
        drawables.append(_long(template, patterns, body, appearance))
    if appearance.hair in ("bun", "pony"):
        drawables.append(_tail(template, patterns, body, appearance, rng))
    return drawables


def _shell(
    template: Template,
    patterns: Patterns,
    body: StandingBody,
    appearance: Appearance,
    rng: np.random.Generator,
) -> Drawable:
    """Return the scalp lifted outwards, thinning towards the hairline and cut along it."""
    thickness = THICKNESS_M[appearance.hair] * rng.uniform(0.85, 1.3)
    normals = vertex_normals(body.vertices, triangles_of(template.quads["body"]))
    scalp = patterns.scalp
    crown = 1.0 + 0.5 * smoothstep((patterns.rest[:, 2] - patterns.ear[2]) / 0.10)
    lift = 0.0015 + thickness * smoothstep(scalp / 0.035) * crown
    lifted = body.vertices + normals * np.where(scalp > -0.5, lift, 0.0)[:, None]
    step = patterns.steps["body"]
    quads = template.quads["body"]
    wanted = np.any(scalp[quads] > 0, axis=1) & np.all(quads < BODY_VERTICES, axis=1)
    columns = np.column_stack([lifted, patterns.rest, np.maximum(scalp, -0.05)])
    fine, faces = compact(step.matrix @ columns, step.quads[wanted[step.owner]])
    tufts = smooth_noise(rng, fine[:, 3:6], 0.012, 2)
    away = vertex_normals(fine[:, :3], triangles_of(faces))
    fine[:, :3] += away * (0.0030 * tufts * smoothstep(fine[:, 6] / 0.03))[:, None]
    cut_mesh, triangles = cut(fine, triangles_of(faces), 6)
    return _drawable(cut_mesh[:, :3], triangles, cut_mesh[:, 3:6], appearance)


def _long(
    template: Template, patterns: Patterns, body: StandingBody, appearance: Appearance
) -> Drawable:
    quads = template.quads["helper-hair"]
    behind = patterns.rest[quads, 1] - patterns.ear[1] > -0.012
    high = patterns.height[quads] > 0.965
    above = (patterns.height[quads] > LONG_HAIR_END).all(1)
    step = patterns.steps["helper-hair"]
    wanted = (behind.all(1) | high.all(1)) & above
    columns = np.column_stack([body.vertices, patterns.rest])
    fine, faces = compact(step.matrix @ columns, step.quads[wanted[step.owner]])
    return _drawable(fine[:, :3], triangles_of(faces), fine[:, 3:6], appearance)


def _tail(
    template: Template,
    patterns: Patterns,
    body: StandingBody,
    appearance: Appearance,
    rng: np.random.Generator,
) -> Drawable:
    """Return a bun or a ponytail at the back of the head."""
    scalp = np.flatnonzero(patterns.scalp[:BODY_VERTICES] > 0)
    rest = patterns.rest[scalp]
    wanted = patterns.ear[2] + (0.055 if appearance.hair == "bun" else 0.045)
    root = body.vertices[scalp[np.argmax(rest[:, 1] - 0.9 * np.abs(rest[:, 2] - wanted))]]
    turn = body.rotation(template, "head")
    if appearance.hair == "bun":
        radius = rng.uniform(0.030, 0.044)
        size, middle = np.full(3, radius), root + turn @ np.array([0.0, 0.6 * radius, 0.01])
    else:
        length = rng.uniform(0.09, 0.15)
        size = np.array([0.029, 0.026, length])
        middle = root + turn @ np.array([0.0, 0.014, 0.0]) - np.array([0.0, 0.0, 0.62 * length])
    unit, faces = _unit_sphere()
    rough = 1.0 + 0.07 * smooth_noise(rng, unit, 0.35, 2)
    shape = unit * rough[:, None] * size
    if appearance.hair == "pony":
        shape[:, 1] += 0.22 * size[2] * (unit[:, 2] - 1.0) ** 2 * 0.18
    return _drawable(middle + shape @ turn.T, triangles_of(faces), unit * size, appearance)


def _unit_sphere() -> tuple[Floats, Ints]:
    rows, columns = 17, 28
    u, w = np.meshgrid(
        np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, columns + 1)[:-1], indexing="ij"
    )
    points = np.stack([np.sin(u) * np.cos(w), np.sin(u) * np.sin(w), np.cos(u)], -1)
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(columns), indexing="ij")
    right = (j + 1) % columns
    quads = [i * columns + j, (i + 1) * columns + j, (i + 1) * columns + right, i * columns + right]
    return points.reshape(-1, 3), np.stack(quads, -1).reshape(-1, 4)


def _drawable(
    vertices: Floats, triangles: Ints, anchors: Floats, appearance: Appearance
) -> Drawable:
    count = len(vertices)
    return Drawable(
        material=Material.HAIR,
        vertices=vertices,
        triangles=triangles,
        colours=np.broadcast_to(linear(list(appearance.hair_colour)), (count, 3)),
        anchors=anchors,
        margins=np.full(count, 1.0),
        labels=np.full(count, int(Label.HAIR)),
    )
