"""The sway of a photo: hips carried in front of the ankles, chest and shoulders hanging back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture.quantity import Quantity
from posture.screening.definition import Group, SwayView
from posture.screening.posterior import normal_below
from posture.types import FloatArray


def sway_seen(measures: Mapping[str, Quantity]) -> tuple[SwayView, float] | None:
    """Return the angle at the hip between leg and trunk as far as a photo shows it, in degrees.

    The trunk is the mean of its leans to shoulder and chest where the chest is seen; without feet
    the thigh stands for the leg. Positive is swayed back.
    """
    trunk = measures["trunk_lean_deg"].value
    chest = measures["chest_lean_deg"].value
    leg = measures["leg_lean_deg"].value
    bend = measures["hip_extension_deg"].value
    if trunk is None:
        return None
    upper = trunk if chest is None else (trunk + chest) / 2.0
    if leg is not None:
        return "shoulder_ankle" if chest is None else "chest_ankle", leg - upper
    if bend is not None:
        thigh = trunk + bend
        return "shoulder_knee" if chest is None else "chest_knee", thigh - upper
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sway:
    """Standard score of the sway among adults of one sex, given the position of the pelvis.

    Parameters
    ----------
    level : float
        Expected standard score at the mean position of adults.
    pull : float
        Its change per standard score of the position.
    sd : float
        Of its error.
    """

    level: float
    pull: float
    sd: float

    def z(self, z_position: float) -> float:
        """Return the expected standard score at a position."""
        return self.level + self.pull * z_position

    def above(self, cut: float, z_position: FloatArray) -> FloatArray:
        """Return the probability of a sway beyond a cut at each position."""
        return normal_below((self.level + self.pull * z_position - cut) / self.sd)


def sway_among(group: Group, measures: Mapping[str, Quantity]) -> Sway | None:
    """Return the sway among adults of one sex; ``None`` when it was not seen.

    Shoulders and hips are read with errors as large as half the spread of adults, so that the
    angle itself would exaggerate: it is the adults of the definition who tell what to expect.
    """
    seen = sway_seen(measures)
    if seen is None:
        return None
    view, angle = seen
    reading, adults = group.sway_readings[view], group.sway
    return Sway(
        level=adults.z(reading.offset + reading.slope * angle),
        pull=reading.pull / adults.sd,
        sd=reading.sd / adults.sd,
    )
