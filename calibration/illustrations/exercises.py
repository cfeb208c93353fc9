"""Exercise pictures from the tables of ``data/``, a start and an end for each exercise."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from calibration.arrays import Bytes, Floats
from calibration.bodies.template import BODY_VERTICES
from calibration.illustrations.arrows import arrow_points, draw_arrow
from calibration.illustrations.contact import Figure, make_figure
from calibration.illustrations.mannequin import load_mannequin
from calibration.illustrations.outfit import dressed
from calibration.illustrations.poses import FigureError, laid_over, read_pose
from calibration.illustrations.props import FIRST_NUMBER, prop_surface
from calibration.illustrations.raster import Surface, rasterise
from calibration.illustrations.shade import FLOOR_BEHIND_M, floor_shadow, shaded
from calibration.illustrations.views import HEIGHT, WIDTH, View, fitted_view

DATA = Path(__file__).parent / "data"
NOT_EXERCISES = ("bases.toml", "hands.toml", "regions.toml")
STAGES = ("start", "end")
LARGEST_BYTES = 60_000
QUALITIES = (88, 82, 74, 60)
_NOT_POSE = ("base", "arrows", "props", "tint", "partner", "view", "zoom")

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Contents of one picture.

    Parameters
    ----------
    figures : tuple of Figure
        The figure, and the second person if there is one.
    surfaces : list of Surface
        Of figures and props.
    arrows : tuple of mapping
        Tables of the cues.
    """

    figures: tuple[Figure, ...]
    surfaces: list[Surface]
    arrows: tuple[Table, ...]


@cache
def exercises() -> dict[str, Table]:
    """Return the tables of all exercises by id."""
    found: dict[str, Table] = {}
    for path in sorted(DATA.glob("*.toml")):
        if path.name not in NOT_EXERCISES:
            found |= _read(path.name)
    return found


def pose_table(exercise: str, stage: str) -> dict[str, Any]:
    """Return a stage's table merged with its base; the base of the end is the start.

    Parameters
    ----------
    exercise : str
        An id of :func:`exercises`.
    stage : str
        ``start`` or ``end``.

    Raises
    ------
    FigureError
        If the exercise or its base is unknown.
    """
    if exercise not in exercises():
        raise FigureError(f"There are no figures for {exercise!r}.")
    entry = exercises()[exercise]
    own = entry.get(stage, {})
    if "base" in own:
        return laid_over(_base(own["base"]), own)
    if stage == "end":
        before = pose_table(exercise, "start")
        return laid_over(
            {k: v for k, v in before.items() if k not in ("arrows", "props", "tint")}, own
        )
    return laid_over(_base(entry.get("base", "standing")), own)


def posed_stage(exercise: str, stage: str) -> Figure:
    """Return the posed figure of one picture without drawing it."""
    return _figure(pose_table(exercise, stage))


def make_pictures(
    out: Path, *, only: str = "", progress: Callable[[str], None] = lambda _line: None
) -> list[Path]:
    """Draw the pictures of all exercises whose picture names contain ``only``.

    Parameters
    ----------
    out : Path
        Created if needed.
    progress : callable
        Called with the name and size of each picture.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for exercise in exercises():
        names = {stage: f"{exercise}_{stage}" for stage in STAGES}
        if not any(only in name for name in names.values()):
            continue
        for stage, image in draw_exercise(exercise).items():
            if only in names[stage]:
                path = out / f"{names[stage]}.webp"
                path.write_bytes(_webp(image))
                progress(f"{path.name} {path.stat().st_size // 1000} kB")
                written.append(path)
    return written


def draw_exercise(exercise: str) -> dict[str, Bytes]:
    """Draw an exercise's stages with a common camera, each of shape (480, 640, 3)."""
    entry = exercises()[exercise]
    stages = {stage: _stage(exercise, stage) for stage in STAGES}
    points = np.concatenate([_points(stage) for stage in stages.values()])
    first = stages["start"].figures[0]
    cues = [
        arrow_points(row, stage.figures[0], first)
        for stage in stages.values()
        for row in stage.arrows
    ]
    points = np.concatenate([points, *cues])
    seen = points[points[:, 2] >= float(entry.get("above", -1.0))]
    azimuth, elevation = entry.get("view", (90.0, 9.0))
    view = fitted_view(seen, azimuth, elevation, float(entry.get("zoom", 1.0)))
    behind = points.mean(0) * [1, 1, 0] - FLOOR_BEHIND_M * view.turn()[2] * [1, 1, 0]
    line = float(view.pixels(behind)[0, 1])
    return {
        name: _draw(stage, stages["start"].figures[0], view, line) for name, stage in stages.items()
    }


def _stage(exercise: str, stage: str) -> Stage:
    entry, table = exercises()[exercise], pose_table(exercise, stage)
    figure = posed_stage(exercise, stage)
    figures = [figure]
    tint: list[str] = table["tint"] if "tint" in table else entry.get("tint", [])
    surfaces = dressed(load_mannequin(), figure, tuple(tint))
    if "partner" in table:
        other = laid_over(_base(table["partner"].get("base", "standing")), table["partner"])
        figures.append(_figure(other))
        surfaces += dressed(load_mannequin(), figures[1], (), partner=True)
    things = [*entry.get("props", ()), *table.get("props", ())]
    surfaces += [prop_surface(row, figure, FIRST_NUMBER + k) for k, row in enumerate(things)]
    return Stage(figures=tuple(figures), surfaces=surfaces, arrows=tuple(table.get("arrows", ())))


def _figure(table: Table) -> Figure:
    plain = {key: value for key, value in table.items() if key not in _NOT_POSE}
    return make_figure(load_mannequin(), read_pose(plain, _read("hands.toml")))


def _points(stage: Stage) -> Floats:
    bodies = [figure.vertices[:BODY_VERTICES] for figure in stage.figures]
    things = [s.vertices for s in stage.surfaces if s.number >= FIRST_NUMBER]
    return np.concatenate(bodies + things)


def _draw(stage: Stage, before: Figure, view: View, floor_line: float) -> Bytes:
    flat = [_flattened(surface) for surface in stage.surfaces]
    shadow = floor_shadow((rasterise(flat, view).number > 0).astype(float))
    image = shaded(rasterise(stage.surfaces, view), shadow, view, floor_line).copy()
    for row in stage.arrows:
        draw_arrow(image, row, arrow_points(row, stage.figures[0], before), view)
    return np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))


def _flattened(surface: Surface) -> Surface:
    """Project a surface onto the floor, away from the light."""
    height = np.maximum(surface.vertices[:, 2:], 0.0)
    flat = surface.vertices * [1.0, 1.0, 0.0] + height * [-0.06, -0.10, 0.0]
    return Surface(
        vertices=flat,
        triangles=surface.triangles,
        colour=np.zeros(3),
        number=surface.number,
        normals=np.tile([0.0, 0.0, 1.0], (len(flat), 1)),
    )


def _webp(image: Bytes) -> bytes:
    """Encode as WebP, small enough for the printed sheet."""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "WEBP", quality=quality, method=6)
        if len(buffer.getvalue()) <= LARGEST_BYTES:
            return buffer.getvalue()
    raise FigureError(f"A picture exceeds {LARGEST_BYTES // 1000} kB even at the lowest quality.")


def _base(name: str) -> dict[str, Any]:
    bases = _read("bases.toml")
    if name not in bases:
        raise FigureError(f"There is no base pose {name!r}.")
    table = bases[name]
    return laid_over(_base(table["base"]), table) if "base" in table else laid_over({}, table)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
