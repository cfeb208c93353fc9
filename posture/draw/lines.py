"""Marks of an analysis: its lines, fan, points and tags in pixels of the photo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from posture.analysis.correct import PELVIS_CENTRE
from posture.analysis.result import Analysis, Geometry
from posture.draw.colours import ARCH, BODY, PLUMB, TILT
from posture.draw.marks import Dot, Marks, Patch, Stroke, Tag, runs
from posture.geometry.edges import BACK_SPAN
from posture.inputs.corrections import JOINT_POINTS
from posture.quantity import Quantity
from posture.texts import value_text
from posture.types import BoolArray, FloatArray

TILT_LENGTH: Final = 0.36
"""Half length of the tilt line in trunk lengths. The ASIS-PSIS line is half as long; the drawn one
extends beyond the body so that its interval can be seen."""

PLUMB_OVERHANG: Final = 0.06
"""Length of the plumb line above the head and below the foot, in trunk lengths."""

OUTLINE_SMOOTHING: Final = 2.0
"""SD of the Gaussian that takes the pixel staircase out of the contour, in points of it."""

ARC_POINTS: Final = 13
"""Points on the arc of the fan."""


def estimate_of(analysis: Analysis, name: str) -> Quantity:
    """Return the estimate of a name; a plain measure never stands in for an absent one."""
    estimate: Quantity = getattr(analysis.estimates, name)
    return estimate


def build_marks(analysis: Analysis) -> Marks:
    """Return everything that is drawn on the photo of an analysis.

    Returns
    -------
    Marks
        In pixels of the photo. There are none for absent values.
    """
    geometry = analysis.geometry
    tilt = estimate_of(analysis, analysis.estimates.pelvis)
    pelvis = _pelvis_middle(analysis)
    depth = estimate_of(analysis, "lumbar_depth_pct")
    few = build_few_marks(analysis)
    return Marks(
        patches=few.patches,
        strokes=(*_outline(geometry), *few.strokes),
        dots=tuple(_points(analysis)),
        tags=(*_tilt_tag(geometry, pelvis, tilt), *_depth_tag(geometry, depth)),
    )


def build_few_marks(analysis: Analysis) -> Marks:
    """Return fan and lines, without outline, points and words: a thumbnail has room for these."""
    geometry, pelvis = analysis.geometry, _pelvis_middle(analysis)
    tilt = estimate_of(analysis, analysis.estimates.pelvis)
    return Marks(
        patches=tuple(_fan(geometry, pelvis, tilt)),
        strokes=(
            *_plumb_line(geometry),
            *_chord(geometry),
            *_back(geometry),
            *_tilt_line(geometry, pelvis, tilt),
        ),
    )


def _outline(geometry: Geometry) -> Iterator[Stroke]:
    contour = geometry.silhouette.contour_px
    if len(contour) < ARC_POINTS:
        return
    smooth = _smooth_ring(contour)
    yield Stroke(name="outline", points=np.vstack([smooth, smooth[:1]]), colour=BODY, weight=0.55)


def _smooth_ring(points: FloatArray) -> FloatArray:
    reach = int(np.ceil(3 * OUTLINE_SMOOTHING))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / OUTLINE_SMOOTHING) ** 2)
    ring = np.vstack([points[-reach:], points, points[:reach]])
    kernel /= kernel.sum()
    return np.column_stack([np.convolve(ring[:, axis], kernel, "valid") for axis in (0, 1)])


def _plumb_line(geometry: Geometry) -> Iterator[Stroke]:
    ankle = geometry.joints.ankle
    if ankle is None:
        return
    silhouette = geometry.silhouette
    ends = np.array(
        [
            [ankle[0], silhouette.top + PLUMB_OVERHANG],
            [ankle[0], silhouette.bottom - PLUMB_OVERHANG],
        ]
    )
    yield Stroke(name="plumb", points=geometry.frame.to_image(ends), colour=PLUMB, weight=1.1)


def _back(geometry: Geometry) -> Iterator[Stroke]:
    """Draw the outline of the back, dashed where it was bridged instead of seen."""
    points, seen = back_line(geometry)
    for start, stop in runs(seen):
        # One more point on either side closes the gap between a solid and a dashed stretch.
        piece = points[max(start - 1, 0) : stop + 1]
        if len(piece) > 1:
            yield Stroke(
                name="back" if seen[start] else "back_unseen",
                points=geometry.frame.to_image(piece),
                colour=ARCH,
                weight=2.0,
                dashed=not seen[start],
            )


def back_line(geometry: Geometry) -> tuple[FloatArray, BoolArray]:
    """Return the outline of the back in the body frame, (N, 2), and whether it was seen, (N,)."""
    silhouette = geometry.silhouette
    if geometry.curve is not None:
        points = geometry.curve.points
        row = np.searchsorted(-silhouette.levels, -points[:, 1]).clip(0, len(silhouette.levels) - 1)
        return points, silhouette.back.seen[row]
    span = (silhouette.levels <= BACK_SPAN[0]) & (silhouette.levels >= BACK_SPAN[1])
    known = np.flatnonzero(span & silhouette.back.seen)
    if len(known) < 2:
        return np.empty((0, 2)), np.empty(0, dtype=bool)
    rows = slice(known[0], known[-1] + 1)
    levels = silhouette.levels[rows]
    x = np.interp(-levels, -silhouette.levels[known], silhouette.back.x[known])
    return np.column_stack([x, levels]), silhouette.back.seen[rows]


def _chord(geometry: Geometry) -> Iterator[Stroke]:
    curve = geometry.curve
    if curve is None:
        return
    chord = np.array([curve.thoracic_apex, curve.gluteal_apex])
    depth = np.array([curve.lumbar_apex, depth_foot(geometry)])
    to_image = geometry.frame.to_image
    yield Stroke(name="chord", points=to_image(chord), colour=ARCH, weight=1.0)
    yield Stroke(name="depth", points=to_image(depth), colour=ARCH, weight=2.0)


def depth_foot(geometry: Geometry) -> FloatArray:
    """Return the foot on the chord of the perpendicular from the lumbar apex, body frame, (2,)."""
    curve = geometry.curve
    if curve is None:
        raise ValueError("without a back curve there is no chord")
    chord = curve.thoracic_apex - curve.gluteal_apex
    share = float(np.dot(curve.lumbar_apex - curve.gluteal_apex, chord) / np.dot(chord, chord))
    foot: FloatArray = curve.gluteal_apex + share * chord
    return foot


def _depth_tag(geometry: Geometry, depth: Quantity) -> Iterator[Tag]:
    if geometry.curve is None or not depth.present:
        return
    yield Tag(
        name="depth_tag",
        text=value_text(depth),
        points=geometry.frame.to_image(depth_foot(geometry)),
        colour=ARCH,
        side=-_forward(geometry),
    )


def _forward(geometry: Geometry) -> int:
    return 1 if geometry.frame.facing == "right" else -1


def _pelvis_middle(analysis: Analysis) -> FloatArray:
    """Return the midpoint of the placed ASIS-PSIS line, or else its usual place."""
    placed = analysis.corrections.points()
    if "asis" not in placed:
        return pelvis_centre(analysis.geometry)
    ends = np.array([placed["asis"], placed["psis"]])
    middle: FloatArray = analysis.geometry.frame.to_body(ends).mean(axis=0)
    return middle


def pelvis_centre(geometry: Geometry) -> FloatArray:
    """Return the centre of an estimated tilt line, body frame, shape (2,)."""
    centre: FloatArray = geometry.joints.hip + np.array(PELVIS_CENTRE)
    return centre


def _ray(centre: FloatArray, tilt_deg: FloatArray, reach: float) -> FloatArray:
    """Return points ``reach`` in front of the centre (behind if negative); forward tilt is down."""
    angle = np.radians(np.atleast_1d(tilt_deg))
    return centre + reach * np.column_stack([np.cos(angle), -np.sin(angle)])


def _tilt_line(geometry: Geometry, centre: FloatArray, tilt: Quantity) -> Iterator[Stroke]:
    if tilt.value is None:
        return
    for name, angle, colour, weight in (
        ("horizontal", 0.0, BODY, 0.8),
        ("tilt", tilt.value, TILT, 2.2),
    ):
        at = np.array([angle])
        ends = np.vstack([_ray(centre, at, -TILT_LENGTH), _ray(centre, at, TILT_LENGTH)])
        yield Stroke(name=name, points=geometry.frame.to_image(ends), colour=colour, weight=weight)


def _fan(geometry: Geometry, centre: FloatArray, tilt: Quantity) -> Iterator[Patch]:
    if tilt.low is None or tilt.high is None:
        return
    angles = np.linspace(tilt.low, tilt.high, ARC_POINTS)
    for name, reach in (("fan_front", TILT_LENGTH), ("fan_back", -TILT_LENGTH)):
        corners = np.vstack([centre, _ray(centre, angles, reach)])
        yield Patch(name=name, points=geometry.frame.to_image(corners), colour=TILT, opacity=0.45)


def _tilt_tag(geometry: Geometry, centre: FloatArray, tilt: Quantity) -> Iterator[Tag]:
    if tilt.value is None:
        return
    end = _ray(centre, np.array([tilt.value]), TILT_LENGTH)[0]
    yield Tag(
        name="tilt_tag",
        text=value_text(tilt),
        points=geometry.frame.to_image(end),
        colour=TILT,
        side=_forward(geometry),
    )


def _points(analysis: Analysis) -> Iterator[Dot]:
    """Mark the joint centres, and differently every point that a person placed."""
    geometry, placed = analysis.geometry, analysis.corrections.points()
    for name in JOINT_POINTS:
        point = geometry.joints.get(name)
        if point is not None and name not in placed:
            yield Dot(name=name, points=geometry.frame.to_image(point))
    for name, at in placed.items():
        yield Dot(name=name, points=np.array(at), placed=True)
