"""Axes that values are drawn on, the same for every photo so that photos compare by eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from posture.quantity import Quantity
from posture.texts import lower_end

AXES: Final[Mapping[str, tuple[float, float]]] = {
    "lumbar_depth_pct": (0, 25),
    "lumbar_lordosis_deg": (0, 90),
    "arch_apex_level_pct": (0, 100),
    "thoracic_kyphosis_index_pct": (0, 30),
    "gluteal_prominence_pct": (0, 50),
    "lumbosacral_slope_deg": (0, 60),
    "thoracolumbar_slope_deg": (-10, 50),
    "abdominal_slope_deg": (-40, 40),
    "trunk_lean_deg": (-20, 20),
    "chest_lean_deg": (-20, 20),
    "leg_lean_deg": (-20, 20),
    "hip_extension_deg": (-30, 30),
    "knee_extension_deg": (-30, 30),
    "sway_angle_deg": (150, 210),
    "sway_trunk_pct": (-10, 10),
    "head_forward_pct": (-5, 10),
    "craniovertebral_deg": (20, 80),
    "plumb_ear_pct": (-10, 15),
    "plumb_shoulder_pct": (-10, 15),
    "plumb_hip_pct": (-10, 15),
    "plumb_knee_pct": (-10, 15),
}
"""Ends that nearly every standing adult lies between; a value outside stretches its axis."""

_BY_UNIT: Final[Mapping[str, tuple[float, float]]] = {"deg": (-45, 45)}
_OTHERWISE: Final = (0.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The axis that a value is drawn on, with the band of common values.

    Parameters
    ----------
    low, high : float
        Ends of the axis.
    common : tuple of float, optional
        Ends of the band that is common among healthy adults.
    """

    low: float
    high: float
    common: tuple[float, float] | None = None


def axis_of(name: str, quantity: Quantity) -> Axis:
    """Return the axis of a measure, long enough for its usual range, its interval and its band."""
    low, high = AXES.get(name, _BY_UNIT.get(quantity.unit, _OTHERWISE))
    reference = quantity.reference
    common = None if reference is None else (reference.low, reference.high)
    reach = (lower_end(quantity), quantity.high) if quantity.present else ()
    ends = [end for end in (*reach, *(common or ())) if end is not None]
    return Axis(low=min(low, *ends), high=max(high, *ends), common=common)
