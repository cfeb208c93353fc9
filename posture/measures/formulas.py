"""Formulas of the measures; each returns (value, SD of its error) or a reason for absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from posture.geometry.back_curve import BackCurve, Tangent
from posture.geometry.frame import slope_from_vertical_deg
from posture.geometry.joints import Joints
from posture.measures.traced_body import TracedBody
from posture.types import FloatArray

ValueOrReason = tuple[float, float] | str
Formula = Callable[[TracedBody], ValueOrReason]

OUTLINE_SD_PCT: Final = 3.2
"""Error of a depth read from the outline, relative to the bare trunk, in percent of trunk length
(the SD that gives 90 % intervals their coverage on 260 rendered photos in all clothing). The
outline itself is off by only 0.3; clothing and arms over the trunk make up the rest."""

BRIDGED_FACTOR: Final = 1.3
"""Factor on the error of the outline when a stretch of the back was covered and bridged."""

ABDOMEN_SPAN: Final = (0.42, 0.02)
"""Levels between which the belly line is read: navel to groin."""

CHEST_LEVEL: Final = 0.8
"""Level of the middle of the chest, in trunk lengths above the mid-hip: below the arms' roots."""

C7_LEVEL: Final = 1.12
C7_DEPTH: Final = 0.045
"""Place of C7 in trunk lengths between landmarks: above the mid-hip, and in front of the outline at
that level, which shoulders and hair push back. Measured on rendered bodies."""


def _outline_sd(body: TracedBody) -> float:
    bridged = {"arm_on_back", "back_step", "hair_on_back"} & set(body.silhouette.flags)
    return OUTLINE_SD_PCT * (BRIDGED_FACTOR if bridged else 1.0)


def from_curve(
    read: Callable[[BackCurve], float],
    sd_per_pct: float,
    *,
    turns: bool = False,
    tangents: tuple[Tangent, ...] = (),
) -> Formula:
    """Return the formula of a measure read off the back curve.

    Parameters
    ----------
    read : callable
        Takes the curve and returns the value.
    sd_per_pct : float
        Error of the value per percent of error of the outline.
    turns : bool
        Whether the value turns with the picture, so that the error of the roll adds to its own.
    tangents : tuple of {"thoracolumbar", "lumbosacral"}
        Tangents that the value is read from; their error adds if a person placed their level.
    """

    def compute(body: TracedBody) -> ValueOrReason:
        if body.curve is None:
            return str(body.curve_reason)
        parts = [sd_per_pct * _outline_sd(body), body.roll_sd_deg if turns else 0.0]
        parts += [body.curve.placed_sd_deg.get(name, 0.0) for name in tangents]
        return read(body.curve), float(np.linalg.norm(parts))

    return compute


def gluteal_prominence(body: TracedBody) -> ValueOrReason:
    """Return how far the gluteal apex lies behind the lumbar apex, in percent of trunk length."""
    if body.curve is None:
        return str(body.curve_reason)
    run, rise = body.curve.lumbar_apex - body.curve.gluteal_apex
    lever = 100.0 * float(rise) * np.radians(body.roll_sd_deg)
    return 100.0 * float(run), float(np.hypot(_outline_sd(body), lever))


def kyphosis_index(body: TracedBody) -> ValueOrReason:
    """Return the flexicurve index of the upper back; its curve starts at a bare nape."""
    if not body.silhouette.nape_seen:
        return "nape_covered"
    return from_curve(lambda curve: curve.kyphosis_index_pct, 1.9)(body)


def abdominal_slope(body: TracedBody) -> ValueOrReason:
    """Return the slope of the belly line from navel to groin; positive when it overhangs."""
    line = body.silhouette.front_at(*ABDOMEN_SPAN)
    if line is None:
        return "front_covered"
    slope = np.polyfit(line[:, 1], line[:, 0], 1)[0]
    return float(np.degrees(np.arctan(slope))), float(np.hypot(2.0, body.roll_sd_deg))


def _need(body: TracedBody, *names: str) -> list[FloatArray] | str:
    found = [body.joints.get(name) for name in names]
    for name, point in zip(names, found, strict=True):
        if point is None:
            return f"{name}_not_in_frame"
    return [point for point in found if point is not None]


def plumb(name: str, base: str = "ankle") -> Formula:
    """Return the formula of how far a joint lies in front of another, in percent of height."""

    def compute(body: TracedBody) -> ValueOrReason:
        points = _need(body, name, base)
        if isinstance(points, str):
            return points
        if body.stature is None:
            return "height_not_in_frame"
        upper, lower = points
        lever = abs(float(upper[1] - lower[1])) * np.radians(body.roll_sd_deg)
        joint_sd = np.hypot(body.joints.sd(name), body.joints.sd(base))
        sd = float(np.hypot(joint_sd, lever))
        return 100 * float(upper[0] - lower[0]) / body.stature, 100 * sd / body.stature

    return compute


def lean(upper: str, lower: str) -> Formula:
    """Return the formula of the lean of the line between two joints; positive forward."""

    def compute(body: TracedBody) -> ValueOrReason:
        points = _need(body, upper, lower)
        if isinstance(points, str):
            return points
        top, bottom = points
        sd = _direction_sd_deg(body.joints, upper, lower, top - bottom)
        return slope_from_vertical_deg(top, bottom), float(np.hypot(sd, body.roll_sd_deg))

    return compute


def chest_lean(body: TracedBody) -> ValueOrReason:
    """Return the lean of the line from the hip to the middle between chest and back.

    The shoulder joint travels with the shoulder blade, forward in rounded shoulders; the chest
    shows where the trunk itself hangs.
    """
    found = body.silhouette.middle_at(CHEST_LEVEL)
    if found is None:
        return "chest_covered"
    hip = body.joints.hip
    top = np.array([found, CHEST_LEVEL])
    edges = np.hypot(OUTLINE_SD_PCT / 100.0, body.joints.sd("hip")) / CHEST_LEVEL
    sd = float(np.hypot(np.degrees(edges), body.roll_sd_deg))
    return slope_from_vertical_deg(top, hip), sd


def bend(upper: str, middle: str, lower: str, *, sign: int) -> Formula:
    """Return the formula of the angle between the lower segment and the line of the upper one.

    With ``sign`` +1 it is positive backwards (hip extension), with -1 forwards (knee
    hyperextension).
    """

    def compute(body: TracedBody) -> ValueOrReason:
        points = _need(body, upper, middle, lower)
        if isinstance(points, str):
            return points
        top, mid, low = points
        bend = slope_from_vertical_deg(mid, low) - slope_from_vertical_deg(top, mid)
        upper_sd = _direction_sd_deg(body.joints, upper, middle, top - mid)
        lower_sd = _direction_sd_deg(body.joints, middle, lower, mid - low)
        return sign * bend, float(np.hypot(upper_sd, lower_sd))

    return compute


def _direction_sd_deg(joints: Joints, a: str, b: str, run: FloatArray) -> float:
    """Return the error (SD) of the direction ``run`` from one joint to another."""
    sd = np.hypot(joints.sd(a), joints.sd(b)) / max(float(np.hypot(*run)), 1e-6)
    return float(np.degrees(sd))


def sway_angle(body: TracedBody) -> ValueOrReason:
    """Return the angle between hip-C7 and hip-ankle as in Dolphens 2013; 180 is straight."""
    points = _need(body, "hip", "ankle")
    if isinstance(points, str):
        return points
    c7 = _c7(body)
    if c7 is None:
        return "nape_covered"
    hip, ankle = points
    bend = slope_from_vertical_deg(hip, ankle) - slope_from_vertical_deg(c7, hip)
    legs = _direction_sd_deg(body.joints, "hip", "ankle", hip - ankle)
    trunk = float(np.degrees(body.joints.sd("hip") / np.hypot(*(c7 - hip))))
    return 180.0 + bend, float(np.hypot(legs, trunk))


def craniovertebral(body: TracedBody) -> ValueOrReason:
    """Return the angle of the line C7-ear above the horizontal in degrees."""
    points = _need(body, "ear")
    if isinstance(points, str):
        return points
    c7 = _c7(body)
    if c7 is None:
        return "nape_covered"
    rise = points[0] - c7
    angle = float(np.degrees(np.arctan2(rise[1], rise[0])))
    sd = np.hypot(body.joints.sd("ear"), 0.03) / max(float(np.hypot(*rise)), 1e-6)
    return angle, float(np.hypot(np.degrees(sd), body.roll_sd_deg))


def _c7(body: TracedBody) -> FloatArray | None:
    """Return C7 as read from the outline at its level; ``None`` when it is covered there."""
    silhouette = body.silhouette
    row = int(np.argmin(np.abs(silhouette.levels - C7_LEVEL)))
    if not silhouette.back.seen[row]:
        return None
    return np.array([silhouette.back.x[row] + C7_DEPTH, silhouette.levels[row]])


def percent(read: Callable[[BackCurve], float]) -> Callable[[BackCurve], float]:
    """Return a reading of the curve, in trunk lengths or as a share, times 100."""
    return lambda curve: 100.0 * read(curve)
