"""Where the points lie that a person may move, and where new ones are proposed."""

from __future__ import annotations

from typing import Final

import numpy as np

from posture.analysis.result import Analysis, Geometry
from posture.inputs.corrections import JOINT_POINTS, PELVIS_POINTS
from posture.measures.scene import stature_of
from posture.pelvis.line import trunk_mm
from posture.pelvis.stickers import StickerSearch, find_stickers
from posture.types import FloatArray, Point
from posture.view.parallax import BONE_LINE_M

PELVIS_CENTRE: Final = (-0.06, 0.13)
"""Middle of the line ASIS-PSIS from the hip joint, in trunk lengths (after Bell 1990)."""

INSIDE: Final = 0.04
"""How far inside the outline the handle of the PSIS is offered, in trunk lengths."""

USUAL_TILT_DEG: Final = 10.0
"""Slope of the handles that are offered where no tilt is estimated."""


def points_px(analysis: Analysis) -> dict[str, Point | None]:
    """Return where every correctable point lies now, in pixels of ``geometry.image``.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    dict of str to (x, y) or None
        By the names of :data:`posture.inputs.corrections.POINTS`; ``None`` for what the photo does
        not show and, until a person places them, for ASIS and PSIS, which no picture shows.
    """
    geometry = analysis.geometry
    curve = geometry.curve
    inner: dict[str, FloatArray | None] = {name: geometry.joints.get(name) for name in JOINT_POINTS}
    inner["t12"] = None if curve is None else curve.thoracolumbar
    inner["s1"] = None if curve is None else curve.lumbosacral
    found: dict[str, Point | None] = {
        name: None if point is None else _point(geometry.frame.to_image(point))
        for name, point in inner.items()
    }
    found.update(dict.fromkeys(PELVIS_POINTS))
    return {**found, **analysis.corrections.points()}


def offered_pelvis_px(analysis: Analysis) -> dict[str, Point]:
    """Return where handles for ASIS and PSIS may be offered; no number follows from them.

    Parameters
    ----------
    analysis : Analysis

    Returns
    -------
    dict of str to (x, y)
        ``"asis"`` and ``"psis"``: as placed, or about where the estimated tilt has them.
    """
    placed = analysis.corrections.points()
    if "asis" in placed:
        return {name: placed[name] for name in PELVIS_POINTS}
    geometry = analysis.geometry
    tilt = analysis.estimates.pelvic_tilt_deg.value
    angle = np.radians(USUAL_TILT_DEG if tilt is None else tilt)
    length = 1000.0 * BONE_LINE_M / trunk_mm_of(analysis)
    half = 0.5 * length * np.array([np.cos(angle), -np.sin(angle)])
    centre = geometry.joints.hip + np.array(PELVIS_CENTRE)
    centre[0] += max(0.0, _back_at(geometry, centre[1] - half[1]) - (centre - half)[0])
    return {
        "asis": _point(geometry.frame.to_image(centre + half)),
        "psis": _point(geometry.frame.to_image(centre - half)),
    }


def stickers_of(analysis: Analysis) -> StickerSearch:
    """Look for stickers that mark ASIS and PSIS in an analysed photo.

    Parameters
    ----------
    analysis : Analysis
        Searched as it was corrected: which dot is the front one follows from the facing.

    Returns
    -------
    StickerSearch
        In pixels of ``analysis.geometry.image``; put both points into
        ``Corrections(asis=..., psis=..., marked=True)``.
    """
    geometry = analysis.geometry
    return find_stickers(geometry.image, geometry.mask, geometry.frame, mm=trunk_mm_of(analysis))


def trunk_mm_of(analysis: Analysis) -> float:
    """Return millimetres per trunk length of the person, by their height when it was told."""
    stature = stature_of(analysis.geometry.silhouette, analysis.view.parts)
    return trunk_mm(height_cm=analysis.hints.height_cm, stature=stature)


def _back_at(geometry: Geometry, level: float) -> float:
    """Position just inside the back outline at a level; far back where there is none."""
    silhouette = geometry.silhouette
    x = silhouette.back.x[int(np.argmin(np.abs(silhouette.levels - level)))]
    return float(x) + INSIDE if np.isfinite(x) else -np.inf


def _point(array: FloatArray) -> Point:
    return float(array[0]), float(array[1])
