"""On which axis each measure is drawn, so that two photos can be compared by eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.quantity import Quantity
from posture.texts import lower_end
from posture.web.services.meaning import Scale

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
"""Ends that nearly every standing adult lies between; what lies outside stretches its axis."""

_BY_UNIT: Final[Mapping[str, tuple[float, float]]] = {"deg": (-45, 45)}
_OTHERWISE: Final = (0.0, 100.0)


def axis_of(name: str, quantity: Quantity) -> Scale:
    """Return the axis for a measure: it holds the usual range, the interval and the band.

    Parameters
    ----------
    name : str
    quantity : Quantity

    Returns
    -------
    Scale
    """
    low, high = AXES.get(name, _BY_UNIT.get(quantity.unit, _OTHERWISE))
    reference = quantity.reference
    common = None if reference is None else (reference.low, reference.high)
    reach = (lower_end(quantity), quantity.high) if quantity.present else ()
    ends = [end for end in (*reach, *(common or ())) if end is not None]
    return Scale(low=min(low, *ends), high=max(high, *ends), common=common)
