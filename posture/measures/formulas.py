"""The formulas behind the measures; each returns (value, error SD) or a reason for absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from posture.geometry.back_curve import BackCurve, Tangent
from posture.geometry.frame import slope_from_vertical_deg
from posture.geometry.joints import Joints
from posture.measures.scene import Scene
from posture.types import FloatArray

ValueOrReason = tuple[float, float] | str
Formula = Callable[[Scene], ValueOrReason]

OUTLINE_SD_PCT: Final = 3.2
"""Error of a depth read from the outline against the bare trunk's, in percent of trunk length
(SD that makes 90 % intervals true on 260 rendered photos, all clothing). The outline
itself is off by 0.3 only; clothing and covering arms make up the rest."""

BRIDGED_FACTOR: Final = 1.3
"""Widening of the outline's error when a stretch of the back was covered and bridged."""

ABDOMEN_SPAN: Final = (0.42, 0.02)
"""Levels between which the abdominal line is read: navel to groin."""

C7_LEVEL: Final = 1.12
C7_DEPTH: Final = 0.045
"""Where C7 lies in trunk lengths of the landmark model: above the mid-hip, and in front of the
outline at that level, which shoulders and hair push back. Measured on rendered bodies."""


def _outline_sd(scene: Scene) -> float:
    bridged = {"arm_on_back", "back_step", "hair_on_back"} & set(scene.silhouette.flags)
    return OUTLINE_SD_PCT * (BRIDGED_FACTOR if bridged else 1.0)


def from_curve(
    read: Callable[[BackCurve], float],
    sd_per_pct: float,
    *,
    turns: bool = False,
    tangents: tuple[Tangent, ...] = (),
) -> Formula:
    """Measure read off the back curve; ``sd_per_pct`` turns outline error into its unit.

    ``tangents`` names those that it is read from: at a level that a person placed, their error
    comes on top.
    """

    def compute(scene: Scene) -> ValueOrReason:
        if scene.curve is None:
            return str(scene.curve_reason)
        parts = [sd_per_pct * _outline_sd(scene), scene.roll_sd_deg if turns else 0.0]
        parts += [scene.curve.placed_sd_deg.get(name, 0.0) for name in tangents]
        return read(scene.curve), float(np.linalg.norm(parts))

    return compute


def gluteal_prominence(scene: Scene) -> ValueOrReason:
    """Horizontal distance of the gluteal apex behind the lumbar apex, in % of trunk length."""
    if scene.curve is None:
        return str(scene.curve_reason)
    run, rise = scene.curve.lumbar_apex - scene.curve.gluteal_apex
    lever = 100.0 * float(rise) * np.radians(scene.roll_sd_deg)
    return 100.0 * float(run), float(np.hypot(_outline_sd(scene), lever))


def kyphosis_index(scene: Scene) -> ValueOrReason:
    """Flexicurve index of the upper back; needs a bare nape, where the curve begins."""
    if not scene.silhouette.nape_seen:
        return "nape_covered"
    return from_curve(lambda curve: curve.kyphosis_index_pct, 1.9)(scene)


def abdominal_slope(scene: Scene) -> ValueOrReason:
    """Slope of the belly line from navel to groin in degrees; positive when it overhangs."""
    line = scene.silhouette.front_at(*ABDOMEN_SPAN)
    if line is None:
        return "front_covered"
    slope = np.polyfit(line[:, 1], line[:, 0], 1)[0]
    return float(np.degrees(np.arctan(slope))), float(np.hypot(2.0, scene.roll_sd_deg))


def _need(scene: Scene, *names: str) -> list[FloatArray] | str:
    found = [scene.joints.get(name) for name in names]
    for name, point in zip(names, found, strict=True):
        if point is None:
            return f"{name}_not_in_frame"
    return [point for point in found if point is not None]


def plumb(name: str, base: str = "ankle") -> Formula:
    """Horizontal distance of a joint in front of another, in percent of height."""

    def compute(scene: Scene) -> ValueOrReason:
        points = _need(scene, name, base)
        if isinstance(points, str):
            return points
        if scene.stature is None:
            return "height_not_in_frame"
        upper, lower = points
        lever = abs(float(upper[1] - lower[1])) * np.radians(scene.roll_sd_deg)
        scatter = np.hypot(scene.joints.sd(name), scene.joints.sd(base))
        sd = float(np.hypot(scatter, lever))
        return 100 * float(upper[0] - lower[0]) / scene.stature, 100 * sd / scene.stature

    return compute


def lean(upper: str, lower: str) -> Formula:
    """Slope of the line between two joints against the vertical; positive forward."""

    def compute(scene: Scene) -> ValueOrReason:
        points = _need(scene, upper, lower)
        if isinstance(points, str):
            return points
        top, bottom = points
        scatter = _direction_sd_deg(scene.joints, upper, lower, top - bottom)
        value = slope_from_vertical_deg(top, bottom)
        return value, float(np.hypot(scatter, scene.roll_sd_deg))

    return compute


def bend(upper: str, middle: str, lower: str, *, sign: int) -> Formula:
    """How far the lower segment is turned against the line of the upper one.

    With ``sign`` +1 positive means turned backwards (hip extension), with -1 turned forwards
    (knee hyperextension).
    """

    def compute(scene: Scene) -> ValueOrReason:
        points = _need(scene, upper, middle, lower)
        if isinstance(points, str):
            return points
        top, mid, low = points
        bend = slope_from_vertical_deg(mid, low) - slope_from_vertical_deg(top, mid)
        upper_sd = _direction_sd_deg(scene.joints, upper, middle, top - mid)
        lower_sd = _direction_sd_deg(scene.joints, middle, lower, mid - low)
        return sign * bend, float(np.hypot(upper_sd, lower_sd))

    return compute


def _direction_sd_deg(joints: Joints, a: str, b: str, run: FloatArray) -> float:
    """Error of the direction ``run`` from one joint to another."""
    scatter = np.hypot(joints.sd(a), joints.sd(b)) / max(float(np.hypot(*run)), 1e-6)
    return float(np.degrees(scatter))


def sway_angle(scene: Scene) -> ValueOrReason:
    """Angle hip-C7 against hip-ankle, as Dolphens 2013 use it; 180 is straight."""
    points = _need(scene, "hip", "ankle")
    if isinstance(points, str):
        return points
    c7 = _c7(scene)
    if c7 is None:
        return "nape_covered"
    hip, ankle = points
    bend = slope_from_vertical_deg(hip, ankle) - slope_from_vertical_deg(c7, hip)
    legs = _direction_sd_deg(scene.joints, "hip", "ankle", hip - ankle)
    trunk = float(np.degrees(scene.joints.sd("hip") / np.hypot(*(c7 - hip))))
    return 180.0 + bend, float(np.hypot(legs, trunk))


def craniovertebral(scene: Scene) -> ValueOrReason:
    """Angle of the line C7-ear above the horizontal in degrees."""
    points = _need(scene, "ear")
    if isinstance(points, str):
        return points
    c7 = _c7(scene)
    if c7 is None:
        return "nape_covered"
    rise = points[0] - c7
    angle = float(np.degrees(np.arctan2(rise[1], rise[0])))
    scatter = np.hypot(scene.joints.sd("ear"), 0.03) / max(float(np.hypot(*rise)), 1e-6)
    return angle, float(np.hypot(np.degrees(scatter), scene.roll_sd_deg))


def _c7(scene: Scene) -> FloatArray | None:
    """Return C7 as read from the outline at its level, or ``None`` when covered."""
    silhouette = scene.silhouette
    row = int(np.argmin(np.abs(silhouette.levels - C7_LEVEL)))
    if not silhouette.back.seen[row]:
        return None
    return np.array([silhouette.back.x[row] + C7_DEPTH, silhouette.levels[row]])


def percent(read: Callable[[BackCurve], float]) -> Callable[[BackCurve], float]:
    """Turn a reading in trunk lengths, or a share, into percent."""
    return lambda curve: 100.0 * read(curve)
