"""Data for the point editor, and corrections made from what the editor sends back."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypedDict

import numpy as np

from posture.analysis.correct import correct, offered_pelvis_px, points_px, stickers_of
from posture.analysis.result import Analysis
from posture.draw import encode_jpeg
from posture.draw.face import without_face
from posture.errors import PostureError
from posture.inputs.corrections import PELVIS_POINTS, POINT_PLACES, POINTS, Corrections
from posture.messages import listed
from posture.texts import POINT_LABELS
from posture.types import Point
from posture.web.language import current_language, translated
from posture.web.texts import say

MARGIN: Final = 0.12
"""Margin of photo around the person, as a share of the person's height."""

NEAR: Final = (0.75, 1.05)
"""Half width and half height of the closer view, in trunk lengths: waist to thighs."""

OUTLINE_STEP: Final = 3
"""Every third point of the outline is enough to draw it."""

Box = tuple[float, float, float, float]


class EditPoint(TypedDict):
    """One point as the editor shows it."""

    name: str
    label: str
    where: str
    found: Point | None
    start: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPhoto:
    """The photo that points are moved on; it stays the same while they move.

    Parameters
    ----------
    image : str
        JPEG of the part around the person, as a data URL.
    window, near : tuple of float
        That part, and the closer view, as (left, top, width, height) in pixels of the photo.
    outline : list of (x, y)
    points : list of EditPoint
    """

    image: str
    window: Box
    near: Box
    outline: list[Point]
    points: list[EditPoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The analysis after a correction, and in words why the correction failed, if it did."""

    analysis: Analysis
    problem: str = ""


def editor_photo(analysis: Analysis, *, hide_face: bool) -> EditorPhoto:
    """Return the photo of an analysis for the editor; corrections do not change it.

    Parameters
    ----------
    analysis : Analysis
    hide_face : bool
        Blur the face in the photo and leave its outline out.
    """
    base = analysis.original or analysis
    geometry = base.geometry
    left, top, width, height = window = _window(base)
    picture = without_face(geometry) if hide_face else geometry.image
    part = picture[int(top) : int(top + height), int(left) : int(left + width)]
    data = base64.b64encode(encode_jpeg(np.ascontiguousarray(part))).decode()
    return EditorPhoto(
        image=f"data:image/jpeg;base64,{data}",
        window=window,
        near=_near(base, window),
        outline=[] if hide_face else _outline(base),
        points=_points(base),
    )


def placed_points(analysis: Analysis) -> dict[str, Point]:
    """Return the points of an analysis that a person placed."""
    return dict(analysis.corrections.points())


def points_from(edit: object) -> dict[str, Point]:
    """Return the points that the editor sent, by name; anything else in the message is ignored."""
    moved = edit.get("moved") if isinstance(edit, Mapping) else None
    if not isinstance(moved, Mapping):
        return {}
    return {name: point for name in POINTS if (point := _point(moved.get(name))) is not None}


def apply(analysis: Analysis, wanted: Corrections) -> Applied:
    """Measure again with corrections; if they are impossible, keep the last good analysis."""
    try:
        return Applied(analysis=correct(analysis, wanted))
    except PostureError as error:
        return Applied(analysis=analysis, problem=translated(error.message))


def stickers_in(analysis: Analysis) -> tuple[dict[str, Point], str]:
    """Look for the two stickers that mark ASIS and PSIS.

    Returns
    -------
    found : dict of str to (x, y)
        Both points, or none.
    problem : str
        Why there are none, in words; empty when both are there.
    """
    search = stickers_of(analysis)
    if search.asis_px is None or search.psis_px is None:
        finding = search.finding
        words = (
            "" if finding is None else f"{translated(finding.message)} {translated(finding.advice)}"
        )
        return {}, words
    return {"asis": _round(search.asis_px), "psis": _round(search.psis_px)}, ""


def with_points(present: Corrections, placed: Mapping[str, Point]) -> Corrections:
    """Return corrections with exactly these points; one end of the pelvic line alone is ignored."""
    points: dict[str, Point | None] = {name: placed.get(name) for name in POINTS}
    if half_placed(placed):
        points |= dict.fromkeys(PELVIS_POINTS)
    marked = present.marked and all(name in placed for name in PELVIS_POINTS)
    return replace(present, marked=marked, **points)  # type: ignore[arg-type]  # names are POINTS


def half_placed(placed: Mapping[str, Point]) -> bool:
    """Return whether only one end of the pelvic line is placed."""
    return len([name for name in PELVIS_POINTS if name in placed]) == 1


def by_hand_words(analyses: tuple[Analysis, ...]) -> str:
    """Return in words what was corrected by hand in these photos; empty when nothing was."""
    names = dict.fromkeys(name for each in analyses for name in each.corrections.names)
    if not names:
        return ""
    words = [
        say("hand_facing") if name == "facing" else translated(POINT_LABELS[name]) for name in names
    ]
    return say("hand_points", points=listed(words, current_language()))


def _points(base: Analysis) -> list[EditPoint]:
    starts = offered_pelvis_px(base)
    middle = tuple(map(float, base.geometry.frame.origin_px))
    points: list[EditPoint] = []
    for name, found in points_px(base).items():
        start = found or starts.get(name, (middle[0], middle[1]))
        points.append(
            {
                "name": name,
                "label": translated(POINT_LABELS[name]),
                "where": translated(POINT_PLACES[name]),
                "found": None if found is None else _round(found),
                "start": _round(start),
            }
        )
    return points


def _window(base: Analysis) -> Box:
    contour = base.geometry.silhouette.contour_px
    height, width = base.geometry.image.shape[:2]
    low, high = contour.min(axis=0), contour.max(axis=0)
    margin = MARGIN * float(high[1] - low[1])
    left, top = max(0, math.floor(low[0] - margin)), max(0, math.floor(low[1] - margin / 2))
    right = min(width, math.ceil(high[0] + margin))
    bottom = min(height, math.ceil(high[1] + margin / 2))
    return float(left), float(top), float(right - left), float(bottom - top)


def _near(base: Analysis, window: Box) -> Box:
    x, y = base.geometry.frame.origin_px
    unit = base.geometry.frame.unit_px
    left, right = max(window[0], x - NEAR[0] * unit), min(window[0] + window[2], x + NEAR[0] * unit)
    top = max(window[1], y - NEAR[1] * unit)
    bottom = min(window[1] + window[3], y + 0.45 * NEAR[1] * unit)
    return round(left), round(top), round(right - left), round(bottom - top)


def _outline(base: Analysis) -> list[Point]:
    contour = base.geometry.silhouette.contour_px[::OUTLINE_STEP]
    return [_round((float(x), float(y))) for x, y in contour]


def _round(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _point(value: object) -> Point | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = value
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in (x, y)):
        return None
    return float(x), float(y)
