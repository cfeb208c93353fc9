"""Catalogue of the measures: angles, depths and plumb-line offsets, each with its error.

Anterior is positive. Angles against the vertical depend on the camera's roll, so their intervals
include the error of the roll; angles between body parts and depths do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from posture.measures.formulas import (
    Formula,
    abdominal_slope,
    bend,
    chest_lean,
    craniovertebral,
    from_curve,
    gluteal_prominence,
    kyphosis_index,
    lean,
    percent,
    plumb,
    sway_angle,
)
from posture.measures.traced_body import TracedBody
from posture.quantity import Quantity, Reference

NORM_HEIGHT_M: Final = 1.70
"""Body height at which norms in centimetres are turned into percent of height."""


def _woodhull(mean_cm: float, sd_cm: float) -> Reference:
    return Reference(
        low=round((mean_cm - 1.645 * sd_cm) / NORM_HEIGHT_M, 2),
        high=round((mean_cm + 1.645 * sd_cm) / NORM_HEIGHT_M, 2),
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
class Measure:
    """Definition of one measure.

    Parameters
    ----------
    unit : str
        See :class:`posture.quantity.Quantity`.
    meaning : str
        Definition in one line, shown to users.
    compute : callable
        Takes a :class:`TracedBody`; returns (value, standard deviation of its error), or the reason
        for absence.
    since : int
        Number of the algorithm that took it first; earlier results lack it.
    """

    unit: str
    meaning: str
    compute: Formula
    since: int = 1


def take_measures(body: TracedBody) -> dict[str, Quantity]:
    """Return every measure of a body by name, present or absent with its reason."""
    flags = body.silhouette.flags
    return {name: _quantity(name, measure, body, flags) for name, measure in MEASURES.items()}


def _quantity(name: str, measure: Measure, body: TracedBody, flags: tuple[str, ...]) -> Quantity:
    result = measure.compute(body)
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


MEASURES: Final[Mapping[str, Measure]] = {
    "lumbar_depth_pct": Measure(
        unit="%trunk",
        meaning="Depth of the hollow in front of a straight edge laid on upper back and buttock",
        compute=from_curve(percent(lambda curve: curve.depth), 1.0),
    ),
    "lumbar_lordosis_deg": Measure(
        unit="deg",
        meaning="Surface angle between the back's tangents above and below the hollow",
        compute=from_curve(
            lambda curve: curve.lordosis_deg, 4.6, tangents=("thoracolumbar", "lumbosacral")
        ),
    ),
    "arch_apex_level_pct": Measure(
        unit="%chord",
        meaning="Height of the deepest point of the hollow between buttock (0) and upper back",
        compute=from_curve(percent(lambda curve: curve.apex_level), 2.0),
    ),
    "thoracic_kyphosis_index_pct": Measure(
        unit="%chord",
        meaning="Depth of the upper-back curve in percent of its length (flexicurve index)",
        compute=kyphosis_index,
    ),
    "gluteal_prominence_pct": Measure(
        unit="%trunk",
        meaning="How far the buttock stands out behind the deepest point of the hollow",
        compute=gluteal_prominence,
    ),
    "lumbosacral_slope_deg": Measure(
        unit="deg",
        meaning="Steepest slope of the outline from the hollow down to the buttock",
        compute=from_curve(
            lambda curve: curve.lumbosacral_slope_deg, 2.5, turns=True, tangents=("lumbosacral",)
        ),
    ),
    "thoracolumbar_slope_deg": Measure(
        unit="deg",
        meaning="Steepest slope of the outline above the hollow; negative runs forward downwards",
        compute=from_curve(
            lambda curve: curve.thoracolumbar_slope_deg,
            2.5,
            turns=True,
            tangents=("thoracolumbar",),
        ),
    ),
    "abdominal_slope_deg": Measure(
        unit="deg",
        meaning="Slope of the belly line from navel to groin; positive when the belly overhangs",
        compute=abdominal_slope,
    ),
    "trunk_lean_deg": Measure(
        unit="deg",
        meaning="Lean of the line hip to shoulder; positive forward",
        compute=lean("shoulder", "hip"),
    ),
    "chest_lean_deg": Measure(
        unit="deg",
        meaning="Lean of the line hip to the middle of the chest; positive forward",
        compute=chest_lean,
        since=2,
    ),
    "leg_lean_deg": Measure(
        unit="deg",
        meaning="Lean of the line ankle to hip; positive forward",
        compute=lean("hip", "ankle"),
    ),
    "hip_extension_deg": Measure(
        unit="deg",
        meaning="Thigh against trunk (shoulder-hip-knee); positive extended, negative bent",
        compute=bend("shoulder", "hip", "knee", sign=+1),
    ),
    "knee_extension_deg": Measure(
        unit="deg",
        meaning="Shank against thigh (hip-knee-ankle); positive hyperextended, negative bent",
        compute=bend("hip", "knee", "ankle", sign=-1),
    ),
    "sway_angle_deg": Measure(
        unit="deg",
        meaning="Angle C7-hip-ankle; above 180 the hips are carried in front (sway)",
        compute=sway_angle,
    ),
    "sway_trunk_pct": Measure(
        unit="%height",
        meaning="Shoulder in front of hip; negative when the trunk hangs back",
        compute=plumb("shoulder", "hip"),
    ),
    "head_forward_pct": Measure(
        unit="%height",
        meaning="Ear in front of shoulder",
        compute=plumb("ear", "shoulder"),
    ),
    "craniovertebral_deg": Measure(
        unit="deg",
        meaning="Line from C7 (on the outline) to the ear against the horizontal",
        compute=craniovertebral,
    ),
    "plumb_ear_pct": Measure(
        unit="%height", meaning="Ear in front of the ankle", compute=plumb("ear")
    ),
    "plumb_shoulder_pct": Measure(
        unit="%height", meaning="Shoulder in front of the ankle", compute=plumb("shoulder")
    ),
    "plumb_hip_pct": Measure(
        unit="%height", meaning="Hip in front of the ankle", compute=plumb("hip")
    ),
    "plumb_knee_pct": Measure(
        unit="%height", meaning="Knee in front of the ankle", compute=plumb("knee")
    ),
}
"""Every measure by name, in the order in which users see them."""

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


def back_covered(measures: Mapping[str, Quantity]) -> bool:
    """Return whether too much of the back was hidden for its curve to be measured."""
    depth = measures.get("lumbar_depth_pct")
    return depth is not None and depth.reason == "back_covered"


def iter_meanings() -> Iterator[tuple[str, str, str]]:
    """Yield (name, unit, meaning) of every measure, for tables and documentation."""
    for name, measure in MEASURES.items():
        yield name, measure.unit, measure.meaning
