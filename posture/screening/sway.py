"""The sway of a photo: hips carried in front of the ankles, chest and shoulders hanging back."""

from __future__ import annotations

import math
from dataclasses import dataclass

from posture.estimator.leans import Leans
from posture.screening.definition import Group, SwayView
from posture.screening.posterior import Joint, normal_below
from posture.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Sway:
    """Standard score of the sway among adults of one sex, given the position of the pelvis.

    Parameters
    ----------
    level : float
        Expected standard score at the stated position.
    position : float
        Standard score of the stated position.
    pull : float
        Change of the expected score per standard score of the position.
    sd : float
        Of its error.
    """

    level: float
    position: float
    pull: float
    sd: float

    def above(self, cut: float, z_position: FloatArray) -> FloatArray:
        """Return the probability of a sway beyond a cut at each position."""
        expected = self.level + self.pull * (z_position - self.position)
        return normal_below((expected - cut) / self.sd)

    def spread(self, position_sd: float) -> float:
        """Return the SD of the score when that of the position is known."""
        return math.hypot(self.sd, self.pull * position_sd)


def sway_among(group: Group, leans: Leans | None, stated: Joint) -> Sway | None:
    """Return the sway among adults of one sex; ``None`` when neither leg nor thigh is seen.

    Shoulders and hips are read with errors as large as half the spread of adults, so that the
    leans themselves would exaggerate: it is the adults of the definition who tell what to expect.

    Parameters
    ----------
    group : Group
    leans : Leans or None
    stated : Joint
        Standard scores of position and arch.
    """
    limbs = {} if leans is None else limbs_seen(leans)
    if leans is None or not limbs:
        return None
    view, limb = next(iter(limbs.items()))
    reading, adults = group.sway_readings[view], group.sway
    position, arch = stated.x[0], stated.y[0]
    expected = reading.offset + reading.trunk * leans.trunk_deg + reading.limb * limb
    expected += reading.position * position + reading.arch * arch
    return Sway(
        level=adults.z(expected),
        position=position,
        pull=reading.pull / adults.sd,
        sd=reading.sd / adults.sd,
    )


def limbs_seen(leans: Leans) -> dict[SwayView, float]:
    """Return the leans of leg and thigh that are seen, in degrees; what tells more comes first."""
    both: dict[SwayView, float | None] = {"leg": leans.leg_deg, "thigh": leans.thigh_deg}
    return {view: limb for view, limb in both.items() if limb is not None}
