"""Plain geometry of one side view: angles, depths and plumb-line offsets, each with its error.

Signs: anterior is positive. Angles against the vertical depend on the camera's roll, whose
spread goes into their intervals; angles between body parts and depths do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.backcurve import BackCurve, back_curve
from posture.frame import slope_from_vertical_deg
from posture.joints import SCATTER, Joints
from posture.quantity import Quantity, Reference
from posture.silhouette import Silhouette

FloatArray = NDArray[np.float64]

OUTLINE_SD_PCT: Final = 0.7
"""Error of a depth read from the outline, in percent of trunk length: the mask's back outline
lies within 0.13 % of height of the true one on rendered bodies (median 0.10, p95 0.26)."""

BRIDGED_FACTOR: Final = 2.0
"""Widening of the outline's error when a stretch of the back was covered and bridged."""

ABDOMEN_SPAN: Final = (0.42, 0.02)
"""Levels between which the abdominal line is read: navel to groin."""

C7_LEVEL: Final = 1.08
"""Level of C7 above the mid-hip in trunk lengths of the landmark model."""

CM170: Final = 1.70
"""Height in metres at which centimetre norms are turned into percent of height."""


def _woodhull(mean_cm: float, sd_cm: float) -> Reference:
    return Reference(
        low=round((mean_cm - 1.645 * sd_cm) / CM170, 2),
        high=round((mean_cm + 1.645 * sd_cm) / CM170, 2),
        group="15 adults, middle 90 % (mean and SD in cm, turned into % at 170 cm)",
        source="Woodhull 1985",
    )


REFERENCES: Final[dict[str, Reference]] = {
    "plumb_knee_pct": _woodhull(3.8, 2.0),
    "plumb_hip_pct": _woodhull(6.2, 1.3),
    "plumb_shoulder_pct": _woodhull(3.8, 1.9),
    "plumb_ear_pct": _woodhull(5.9, 1.6),
    "craniovertebral_deg": Reference(
        low=43.1,
        high=66.2,
        group="42 healthy adults, middle 90 % (mean 54.65, SD 7.00)",
        source="Appl Sci 2023;13:3910",
    ),
}
"""Published bands for the same definitions. Surface lordosis has none here on purpose: Cobb
norms belong to another scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the measures are computed from.

    Parameters
    ----------
    silhouette : Silhouette
    joints : Joints
    curve : BackCurve or None
        Measured back outline; ``None`` when it is covered, cropped or without a hollow.
    curve_reason : str or None
        Why there is no curve.
    stature : float or None
        Height of the body in trunk lengths; ``None`` when head or feet are not in frame.
    roll_sd_deg : float
        Spread of the camera roll.
    """

    silhouette: Silhouette
    joints: Joints
    curve: BackCurve | None
    curve_reason: str | None
    stature: float | None
    roll_sd_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Definition of one measure.

    Parameters
    ----------
    unit : str
    meaning : str
        One line for people.
    compute : callable
        Scene to (value, standard deviation of its error), or to the reason for absence.
    """

    unit: str
    meaning: str
    compute: Callable[[Scene], tuple[float, float] | str]


def build_scene(
    silhouette: Silhouette, joints: Joints, *, parts: frozenset[str], roll_sd_deg: float
) -> Scene:
    """Gather what the measures need; the back curve is read here, once."""
    points = silhouette.back_points()
    curve = None if points is None else back_curve(points)
    reason = None
    if points is None:
        reason = "back_covered"
    elif curve is None:
        reason = "no_lumbar_hollow"
    whole = {"head", "feet"} <= parts and not silhouette.cut & {"top", "bottom"}
    return Scene(
        silhouette=silhouette,
        joints=joints,
        curve=curve,
        curve_reason=reason,
        stature=silhouette.height if whole else None,
        roll_sd_deg=roll_sd_deg,
    )


def take_measures(scene: Scene) -> dict[str, Quantity]:
    """Return every measure of a side view by name, present or absent with its reason.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    dict of str to Quantity
    """
    flags = scene.silhouette.flags
    return {name: _quantity(name, measure, scene, flags) for name, measure in MEASURES.items()}


def _quantity(
    name: str, measure: Measure, scene: Scene, flags: tuple[str, ...]
) -> Quantity:
    result = measure.compute(scene)
    if isinstance(result, str):
        return Quantity.absent(result, unit=measure.unit)
    value, sd = result
    return Quantity.known(
        value,
        sd,
        unit=measure.unit,
        reference=REFERENCES.get(name),
        flags=tuple(flag for flag in flags if flag in _RELEVANT_FLAGS.get(name, ())),
    )


# --------------------------------------------------------------------------------------------
# the back


def _outline_sd(scene: Scene) -> float:
    bridged = {"arm_on_back", "back_step", "hair_on_back"} & set(scene.silhouette.flags)
    return OUTLINE_SD_PCT * (BRIDGED_FACTOR if bridged else 1.0)


def _from_curve(
    read: Callable[[BackCurve], float], sd_per_pct: float, *, turns: bool = False
) -> Callable[[Scene], tuple[float, float] | str]:
    """Measure read off the back curve; ``sd_per_pct`` turns outline error into its unit."""

    def compute(scene: Scene) -> tuple[float, float] | str:
        if scene.curve is None:
            return str(scene.curve_reason)
        sd = sd_per_pct * _outline_sd(scene)
        return read(scene.curve), float(np.hypot(sd, scene.roll_sd_deg if turns else 0.0))

    return compute


def _gluteal_prominence(curve: BackCurve) -> float:
    return 100.0 * float(curve.lumbar_apex[0] - curve.gluteal_apex[0])


def _kyphosis_index(scene: Scene) -> tuple[float, float] | str:
    if not scene.silhouette.nape_seen:
        return "nape_covered"
    return _from_curve(lambda curve: curve.kyphosis_index_pct, 2.5)(scene)


def _abdominal_slope(scene: Scene) -> tuple[float, float] | str:
    line = scene.silhouette.front_at(*ABDOMEN_SPAN)
    if line is None:
        return "front_covered"
    slope = np.polyfit(line[:, 1], line[:, 0], 1)[0]
    return float(np.degrees(np.arctan(slope))), float(np.hypot(2.0, scene.roll_sd_deg))


# --------------------------------------------------------------------------------------------
# joints


def _need(scene: Scene, *names: str) -> list[FloatArray] | str:
    found = [scene.joints.get(name) for name in names]
    for name, point in zip(names, found, strict=True):
        if point is None:
            return f"{name}_not_in_frame"
    return [point for point in found if point is not None]


def _plumb(name: str, base: str = "ankle") -> Callable[[Scene], tuple[float, float] | str]:
    """Horizontal distance of a joint in front of another, in percent of height."""

    def compute(scene: Scene) -> tuple[float, float] | str:
        points = _need(scene, name, base)
        if isinstance(points, str):
            return points
        if scene.stature is None:
            return "height_not_in_frame"
        upper, lower = points
        lever = abs(float(upper[1] - lower[1])) * np.radians(scene.roll_sd_deg)
        sd = float(np.sqrt(SCATTER[name] ** 2 + SCATTER[base] ** 2 + lever**2))
        return 100 * float(upper[0] - lower[0]) / scene.stature, 100 * sd / scene.stature

    return compute


def _lean(upper: str, lower: str) -> Callable[[Scene], tuple[float, float] | str]:
    """Slope of the line between two joints against the vertical; positive forward."""

    def compute(scene: Scene) -> tuple[float, float] | str:
        points = _need(scene, upper, lower)
        if isinstance(points, str):
            return points
        top, bottom = points
        scatter = _direction_sd_deg(upper, lower, top, bottom)
        value = slope_from_vertical_deg(top, bottom)
        return value, float(np.hypot(scatter, scene.roll_sd_deg))

    return compute


def _bend(
    upper: str, middle: str, lower: str, *, sign: int
) -> Callable[[Scene], tuple[float, float] | str]:
    """How far the lower segment is turned against the line of the upper one.

    With ``sign`` +1 positive means turned backwards (hip extension), with -1 turned forwards
    (knee hyperextension).
    """

    def compute(scene: Scene) -> tuple[float, float] | str:
        points = _need(scene, upper, middle, lower)
        if isinstance(points, str):
            return points
        top, mid, low = points
        bend = slope_from_vertical_deg(mid, low) - slope_from_vertical_deg(top, mid)
        upper_sd = _direction_sd_deg(upper, middle, top, mid)
        return sign * bend, float(np.hypot(upper_sd, _direction_sd_deg(middle, lower, mid, low)))

    return compute


def _direction_sd_deg(a: str, b: str, at: FloatArray, bt: FloatArray) -> float:
    scatter = np.hypot(SCATTER[a], SCATTER[b]) / max(float(np.hypot(*(at - bt))), 1e-6)
    return float(np.degrees(scatter))


def _sway_angle(scene: Scene) -> tuple[float, float] | str:
    """Angle hip-C7 against hip-ankle, as Dolphens 2013 use it; 180 is straight."""
    points = _need(scene, "hip", "ankle")
    if isinstance(points, str):
        return points
    c7 = _c7(scene)
    if c7 is None:
        return "nape_covered"
    hip, ankle = points
    bend = slope_from_vertical_deg(hip, ankle) - slope_from_vertical_deg(c7, hip)
    legs = _direction_sd_deg("hip", "ankle", hip, ankle)
    trunk = float(np.degrees(SCATTER["hip"] / np.hypot(*(c7 - hip))))
    return 180.0 + bend, float(np.hypot(legs, trunk))


def _craniovertebral(scene: Scene) -> tuple[float, float] | str:
    points = _need(scene, "ear")
    if isinstance(points, str):
        return points
    c7 = _c7(scene)
    if c7 is None:
        return "nape_covered"
    rise = points[0] - c7
    angle = float(np.degrees(np.arctan2(rise[1], rise[0])))
    scatter = np.hypot(SCATTER["ear"], 0.03) / max(float(np.hypot(*rise)), 1e-6)
    return angle, float(np.hypot(np.degrees(scatter), scene.roll_sd_deg))


def _c7(scene: Scene) -> FloatArray | None:
    """Skin point on the back at the level of C7, or ``None`` when covered."""
    silhouette = scene.silhouette
    row = int(np.argmin(np.abs(silhouette.levels - C7_LEVEL)))
    if not silhouette.back.seen[row]:
        return None
    return np.array([silhouette.back.x[row], silhouette.levels[row]])


def _percent(read: Callable[[BackCurve], float]) -> Callable[[BackCurve], float]:
    return lambda curve: 100.0 * read(curve)


MEASURES: Final[Mapping[str, Measure]] = {
    "lumbar_depth_pct": Measure(
        unit="%trunk",
        meaning="Depth of the hollow in front of a straight edge laid on upper back and buttock",
        compute=_from_curve(_percent(lambda curve: curve.depth), 1.0),
    ),
    "lumbar_lordosis_deg": Measure(
        unit="deg",
        meaning="Surface angle between the back's tangents above and below the hollow",
        compute=_from_curve(lambda curve: curve.lordosis_deg, 5.0),
    ),
    "arch_apex_level_pct": Measure(
        unit="%chord",
        meaning="Height of the deepest point of the hollow between buttock (0) and upper back",
        compute=_from_curve(_percent(lambda curve: curve.apex_level), 6.0),
    ),
    "thoracic_kyphosis_index_pct": Measure(
        unit="%chord",
        meaning="Depth of the upper-back curve in percent of its length (flexicurve index)",
        compute=_kyphosis_index,
    ),
    "gluteal_prominence_pct": Measure(
        unit="%trunk",
        meaning="How far the buttock stands out behind the deepest point of the hollow",
        compute=_from_curve(_gluteal_prominence, 1.4, turns=True),
    ),
    "lumbosacral_slope_deg": Measure(
        unit="deg",
        meaning="Steepest slope of the outline from the hollow down to the buttock",
        compute=_from_curve(lambda curve: curve.lumbosacral_slope_deg, 3.5, turns=True),
    ),
    "thoracolumbar_slope_deg": Measure(
        unit="deg",
        meaning="Steepest slope of the outline above the hollow; negative runs forward downwards",
        compute=_from_curve(lambda curve: curve.thoracolumbar_slope_deg, 3.5, turns=True),
    ),
    "abdominal_slope_deg": Measure(
        unit="deg",
        meaning="Slope of the belly line from navel to groin; positive when the belly overhangs",
        compute=_abdominal_slope,
    ),
    "trunk_lean_deg": Measure(
        unit="deg",
        meaning="Lean of the line hip to shoulder; positive forward",
        compute=_lean("shoulder", "hip"),
    ),
    "leg_lean_deg": Measure(
        unit="deg",
        meaning="Lean of the line ankle to hip; positive forward",
        compute=_lean("hip", "ankle"),
    ),
    "hip_extension_deg": Measure(
        unit="deg",
        meaning="Thigh against trunk (shoulder-hip-knee); positive extended, negative bent",
        compute=_bend("shoulder", "hip", "knee", sign=+1),
    ),
    "knee_extension_deg": Measure(
        unit="deg",
        meaning="Shank against thigh (hip-knee-ankle); positive hyperextended, negative bent",
        compute=_bend("hip", "knee", "ankle", sign=-1),
    ),
    "sway_angle_deg": Measure(
        unit="deg",
        meaning="Angle C7-hip-ankle; above 180 the hips are carried in front (sway)",
        compute=_sway_angle,
    ),
    "sway_trunk_pct": Measure(
        unit="%height",
        meaning="Shoulder in front of hip; negative when the trunk hangs back",
        compute=_plumb("shoulder", "hip"),
    ),
    "head_forward_pct": Measure(
        unit="%height",
        meaning="Ear in front of shoulder",
        compute=_plumb("ear", "shoulder"),
    ),
    "craniovertebral_deg": Measure(
        unit="deg",
        meaning="Line from C7 (on the outline) to the ear against the horizontal",
        compute=_craniovertebral,
    ),
    "plumb_ear_pct": Measure(
        unit="%height", meaning="Ear in front of the ankle", compute=_plumb("ear")
    ),
    "plumb_shoulder_pct": Measure(
        unit="%height", meaning="Shoulder in front of the ankle", compute=_plumb("shoulder")
    ),
    "plumb_hip_pct": Measure(
        unit="%height", meaning="Hip in front of the ankle", compute=_plumb("hip")
    ),
    "plumb_knee_pct": Measure(
        unit="%height", meaning="Knee in front of the ankle", compute=_plumb("knee")
    ),
}
"""Every measure by name, in the order in which people see them."""

_BACK_FLAGS: Final = ("arm_on_back", "back_step", "hair_on_back")
_RELEVANT_FLAGS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "lumbar_depth_pct",
            "lumbar_lordosis_deg",
            "arch_apex_level_pct",
            "thoracic_kyphosis_index_pct",
            "gluteal_prominence_pct",
            "lumbosacral_slope_deg",
            "thoracolumbar_slope_deg",
        ),
        _BACK_FLAGS,
    ),
    "abdominal_slope_deg": ("arm_on_front",),
}


def iter_meanings() -> Iterator[tuple[str, str, str]]:
    """Yield (name, unit, meaning) of every measure, for documentation and tables."""
    for name, measure in MEASURES.items():
        yield name, measure.unit, measure.meaning
