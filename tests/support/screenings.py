"""People given as standard scores among adults of their sex, screened."""

from __future__ import annotations

from typing import Any, Final

from posture.estimator.leans import Leans
from posture.estimator.model import Estimates
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.definition import SwayView, definition
from posture.screening.grade import Screening, screen
from posture.types import Sex

MODEL: Final = definition()
NOWHERE: Final = Quantity.absent("back_covered", unit="deg")

ORDINARY: Final = {
    "knee_extension_deg": 1.0,
    "thoracic_kyphosis_index_pct": 9.0,
    "craniovertebral_deg": 55.0,
}


def leans_for(
    z_sway: float, z_position: float, z_arch: float, sex: Sex, view: SwayView = "leg"
) -> Leans:
    """The leans of somebody with an upright trunk of whom a sway is to be expected."""
    group = MODEL.groups[sex]
    reading = group.sway_readings[view]
    wanted = group.sway.mean + z_sway * group.sway.sd - reading.offset
    limb = (wanted - reading.position * z_position - reading.arch * z_arch) / reading.limb
    leg, thigh = (limb, None) if view == "leg" else (None, limb)
    return Leans(trunk_deg=0.0, leg_deg=leg, thigh_deg=thigh)


def person(
    z_position: float | None = 0.0,
    z_arch: float | None = 0.0,
    z_sway: float | None = -0.5,
    *,
    sd: tuple[float, float] = (0.4, 0.4),
    correlation: float = 0.2,
    sex: Sex = "female",
    told: bool = True,
    male: float | None = None,
    **values: float,
) -> Screening:
    """Screen someone whose values are given as standard scores among adults of their sex."""
    return screen(
        stated(z_position, z_arch, z_sway, sd=sd, correlation=correlation, sex=sex),
        measured(**values),
        sex=sex if told else None,
        male=male,
    )


def stated(
    z_position: float | None,
    z_arch: float | None,
    z_sway: float | None = None,
    *,
    sd: tuple[float, float],
    correlation: float = 0.2,
    sex: Sex = "female",
) -> Estimates:
    group = MODEL.groups[sex]

    def quantity(z: float | None, spread: Any, width: float) -> Quantity:
        if z is None:
            return NOWHERE
        return Quantity.known(spread.mean + z * spread.sd, width * spread.sd, unit="deg")

    leans = None
    if z_sway is not None and z_position is not None:
        arch = MODEL.correlation * z_position if z_arch is None else z_arch
        leans = leans_for(z_sway, z_position, arch, sex)
    return Estimates(
        pelvic_tilt_deg=quantity(z_position, group.position, sd[0]),
        lumbar_lordosis_deg=quantity(z_arch, group.arch, sd[1]),
        lumbar_depth_pct=Quantity.absent("back_covered", unit="%trunk"),
        correlation=correlation,
        leans=leans,
    )


def measured(**values: float) -> dict[str, Quantity]:
    found = {
        name: Quantity.absent("not_measured", unit=item.unit) for name, item in MEASURES.items()
    }
    for name, value in {**ORDINARY, "hip_extension_deg": 2.0, **values}.items():
        found[name] = Quantity.known(value, 0.5, unit=MEASURES[name].unit)
    return found
