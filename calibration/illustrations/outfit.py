"""Sportswear, hair and the tint of the working region on a posed figure."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import numpy as np

from calibration.arrays import Floats, Ints, smoothstep
from calibration.bodies.appearance import Appearance
from calibration.bodies.mesh import compact, triangles_of, vertex_normals
from calibration.bodies.patterns import Patterns, bottom_field, top_field
from calibration.illustrations.contact import Figure
from calibration.illustrations.mannequin import Mannequin
from calibration.illustrations.poses import FigureError
from calibration.illustrations.raster import Surface

SKIN, TOP, BOTTOM, HAIR = 1, 2, 3, 4
"""Surface numbers of the figure; a second person's are five higher."""
COLOURS = {
    SKIN: (0.890, 0.800, 0.735),
    TOP: (0.560, 0.640, 0.700),
    BOTTOM: (0.285, 0.345, 0.420),
    HAIR: (0.330, 0.300, 0.290),
}
PARTNER_COLOURS = {
    SKIN: (0.830, 0.745, 0.690),
    TOP: (0.800, 0.800, 0.790),
    BOTTOM: (0.520, 0.520, 0.530),
    HAIR: (0.480, 0.450, 0.430),
}
HAIR_M = 0.013
CLOTH_M = 0.004
CORE_SCALE = 0.985
BODY, CLOTH = "body", "helper-tights"
REGIONS = Path(__file__).parent / "data" / "regions.toml"
_LOOK = Appearance(
    skin=2.0, hair="short", hair_colour=(0.0, 0.0, 0.0), fit="tight", top="tank", bottom="bike",
    feet="bare", top_colour=(0.0, 0.0, 0.0), bottom_colour=(0.0, 0.0, 0.0),
    feet_colour=(0.0, 0.0, 0.0), accent=(0.0, 0.0, 0.0), hem=0.535, waist=0.575, sleeve=0.5,
    leg=0.5, tucked=False, patterns=(0, 0, 0), drape=0.1, seed=1,
)  # fmt: skip


def dressed(
    mannequin: Mannequin, figure: Figure, tints: tuple[str, ...], *, partner: bool = False
) -> list[Surface]:
    """Return skin, clothes and hair of a figure as surfaces.

    Parameters
    ----------
    tints : tuple of str
        Regions of ``data/regions.toml`` with their side, such as ``hip_front.R``.
    partner : bool
        Whether this is the second person of a picture, who is drawn paler.
    """
    tint = tint_field(mannequin, tints)
    colours, shift = (PARTNER_COLOURS, 5) if partner else (COLOURS, 0)
    top, bottom = _fields(mannequin)
    tucked = np.minimum(top, CLOTH_M - bottom)
    parts = [
        ("helper-l-eye", SKIN, _plain(figure.vertices)),
        ("helper-r-eye", SKIN, _plain(figure.vertices)),
        (BODY, SKIN, _plain(_core(mannequin, figure))),
        (BODY, SKIN, _body_columns(mannequin, figure)),
        (CLOTH, BOTTOM, _cloth_columns(mannequin, figure, bottom, CLOTH, 1.0)),
        (BODY, TOP, _cloth_columns(mannequin, figure, tucked, BODY, 0.8)),
        (BODY, HAIR, _hair_columns(mannequin, figure)),
    ]
    surfaces = []
    for mesh, number, columns in parts:
        amount = tint if number != HAIR else np.zeros_like(tint)
        fine, faces = _fine(mannequin.patterns, mesh, np.column_stack([columns, amount]))
        surfaces.append(
            Surface(
                vertices=fine[:, :3],
                triangles=faces,
                colour=np.array(colours[number]),
                number=number + shift,
                inside=fine[:, 3],
                tint=fine[:, 4],
            )
        )
    return surfaces


def tint_field(mannequin: Mannequin, tints: tuple[str, ...]) -> Floats:
    """Return the tint of each vertex by the named regions, 0..1, shape (V,).

    Raises
    ------
    FigureError
        If a region is unknown.
    """
    field = np.zeros(len(mannequin.body.vertices))
    for name in tints:
        stem, _, side = name.partition(".")
        if stem not in _regions():
            raise FigureError(f"There is no region {stem!r}.")
        for sign in {"L": (1.0,), "R": (-1.0,), "": (1.0, -1.0)}[side]:
            field = np.maximum(field, _region(mannequin, stem, sign))
    return field


@functools.cache
def _regions() -> dict[str, dict[str, list[float] | float]]:
    return tomllib.loads(REGIONS.read_text(encoding="utf-8"))


def _region(mannequin: Mannequin, stem: str, sign: float) -> Floats:
    """Return the tint of one region: a soft capsule in the rest pose, on the side that it faces."""
    row = _regions()[stem]
    rest = mannequin.body.vertices
    flip = np.array([sign, 1.0, 1.0])
    start, end = (_rest_point(mannequin, np.array(row[key]), sign) for key in ("from", "to"))
    line = end - start
    share = np.clip((rest - start) @ line / max(float(line @ line), 1e-9), 0.0, 1.0)
    away = np.linalg.norm(rest - start - share[:, None] * line, axis=1)
    radius = float(row["radius"])  # type: ignore[arg-type]
    amount = 1.0 - smoothstep((away / radius - 0.55) / 0.45)
    facing = np.array(row["facing"]) * flip
    normals = vertex_normals(rest, mannequin.triangles)
    amount *= smoothstep((normals @ facing + 0.25) / 0.5)
    return np.asarray(amount * (mannequin.patterns.skin.arm_weight < 0.5))


def _rest_point(mannequin: Mannequin, at: Floats, sign: float) -> Floats:
    """Return a region's point, given in metres from the left hip joint, below it along the leg."""
    hip, knee = mannequin.head("upperleg01.L"), mannequin.head("lowerleg01.L")
    slope = (knee[0] - hip[0]) / (hip[2] - knee[2])
    spread = slope * max(0.0, -float(at[2]))  # in the rest pose the legs are apart
    return np.array([sign * (hip[0] + at[0] + spread), hip[1] + at[1], hip[2] + at[2]])


def _fields(mannequin: Mannequin) -> tuple[Floats, Floats]:
    patterns = mannequin.patterns
    return top_field(patterns, _LOOK), bottom_field(patterns, _LOOK)


def _plain(vertices: Floats) -> Floats:
    return np.column_stack([vertices, np.ones(len(vertices))])


def _core(mannequin: Mannequin, figure: Figure) -> Floats:
    """Return a smooth, smaller head inside the head, which shows between eyelids and lips."""
    head = mannequin.patterns.skin.head_weight > 0.9
    middle = figure.vertices[head].mean(0)
    smooth = figure.vertices.copy()
    for _ in range(60):
        smooth = mannequin.averages @ smooth
    core = middle + (smooth - middle) * CORE_SCALE
    return np.asarray(np.where(head[:, None], core, middle))


def _body_columns(mannequin: Mannequin, figure: Figure) -> Floats:
    """Return the skin, cut away well inside the clothes so that it never pokes through."""
    top, bottom = _fields(mannequin)
    covered = np.maximum(top, bottom)
    return np.column_stack([figure.vertices, 0.022 - covered])


def _cloth_columns(
    mannequin: Mannequin, figure: Figure, field: Floats, mesh: str, layers: float
) -> Floats:
    normals = vertex_normals(figure.vertices, triangles_of(mannequin.template.quads[mesh]))
    return np.column_stack([figure.vertices + normals * CLOTH_M * layers, field])


def _hair_columns(mannequin: Mannequin, figure: Figure) -> Floats:
    patterns = mannequin.patterns
    normals = vertex_normals(figure.vertices, triangles_of(mannequin.template.quads[BODY]))
    above = smoothstep((patterns.rest[:, 2] - patterns.ear[2]) / 0.10)
    lift = 0.002 + HAIR_M * smoothstep(patterns.scalp / 0.035) * (1.0 + 0.5 * above)
    lifted = figure.vertices + normals * np.where(patterns.scalp > -0.5, lift, 0.0)[:, None]
    return np.column_stack([lifted, np.maximum(patterns.scalp, -0.05)])


def _fine(patterns: Patterns, mesh: str, columns: Floats) -> tuple[Floats, Ints]:
    step = patterns.steps[mesh]
    smooth = step.matrix @ columns
    wanted = (smooth[step.quads, 3] > 0).any(1)
    fine, faces = compact(smooth, step.quads[wanted])
    return fine, triangles_of(faces)
