"""Probability of each posture in one photo, from the joint posterior of position, arch and sway."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.definition import Definition, Group, Spread
from posture.screening.posterior import Joint
from posture.screening.sway import Sway, sway_among
from posture.types import Sex

UNINFORMED: Final = 0.9
"""Share of the adults' spread from which a photo says hardly more than that a person is an adult.
A convention of ours."""

LEAST_SD: Final = 1e-3
"""No value is known better than this, in standard scores."""

SEXES: Final[tuple[Sex, ...]] = ("female", "male")


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What one photo says of both postures.

    Parameters
    ----------
    type_a, type_b : float or None
        Recalibrated probabilities; ``None`` when position or sway were not seen.
    informed : bool
        Whether the posterior is clearly narrower than adults are.
    """

    type_a: float | None
    type_b: float | None
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Standard scores of one photo among adults of one sex: joint posterior and sway.

    ``x`` of the joint posterior is the position, ``y`` the arch.
    """

    joint: Joint
    sway: Sway | None

    def type_a(self, model: Definition) -> float:
        """Return the probability of type A, as the posterior has it."""
        return self.joint.within(model.corner_a)

    def type_b(self, model: Definition) -> float:
        """Return the probability of type B, as the posterior has it; 0 without a sway."""
        if self.sway is None:
            return 0.0
        return self.joint.within(model.corner_b, also=partial(self.sway.above, model.cut_b))


def scores_by_sex(
    estimates: Estimates,
    model: Definition,
    *,
    chances: Mapping[Sex, float],
) -> dict[Sex, Scores]:
    """Return the scores among adults of each sex that a person may be of; empty if unseen.

    Parameters
    ----------
    estimates : Estimates
    model : Definition
    chances : mapping of sex to float
        The told sex with 1; untold, what the build makes of it.
    """
    found = {
        sex: scores_among(model.groups[sex], estimates, model.correlation)
        for sex, chance in chances.items()
        if chance > 0
    }
    return {sex: scores for sex, scores in found.items() if scores is not None}


def odds_of(
    among: Mapping[Sex, Scores], model: Definition, *, chances: Mapping[Sex, float]
) -> Odds:
    """Return the probability of both postures, over both sexes if need be.

    Parameters
    ----------
    among : mapping of sex to Scores
        See :func:`scores_by_sex`.
    model : Definition
    chances : mapping of sex to float
    """
    if not among:
        return Odds(type_a=None, type_b=None, informed=False)
    type_a = sum(chances[sex] * each.type_a(model) for sex, each in among.items())
    type_b = sum(chances[sex] * each.type_b(model) for sex, each in among.items())
    width = sum(chances[sex] * each.joint.sum_sd() for sex, each in among.items())
    recalibration = model.recalibration["told" if len(chances) == 1 else "untold"]
    swayed = all(each.sway is not None for each in among.values())
    return Odds(
        type_a=recalibration["type_a"](type_a),
        type_b=recalibration["type_b"](type_b) if swayed else None,
        informed=width < UNINFORMED * model.score_scale,
    )


def scores_among(group: Group, estimates: Estimates, correlation: float) -> Scores | None:
    """Return the standard scores among adults of one sex; ``None`` without a position."""
    joint = joint_among(group, estimates, correlation)
    if joint is None:
        return None
    return Scores(joint=joint, sway=sway_among(group, estimates.leans, joint))


def joint_among(group: Group, estimates: Estimates, correlation: float) -> Joint | None:
    """Return position and arch in standard scores among adults of one sex.

    An arch that is not stated is known as far as it goes with the position among adults; without a
    position there is nothing.

    Parameters
    ----------
    group : Group
    estimates : Estimates
    correlation : float
        Of position and arch among adults.
    """
    position = _standard(estimates.pelvic_tilt_deg, group.position)
    if position is None:
        return None
    arch = _standard(estimates.lumbar_lordosis_deg, group.arch)
    if arch is None:
        return _arch_unseen(position, correlation)
    return Joint(
        x=(position.mean, position.sd),
        y=(arch.mean, arch.sd),
        correlation=estimates.correlation or 0.0,
    )


def _standard(quantity: Quantity, among: Spread) -> Spread | None:
    if quantity.value is None or quantity.sd is None:
        return None
    return Spread(mean=among.z(quantity.value), sd=max(quantity.sd / among.sd, LEAST_SD))


def _arch_unseen(position: Spread, correlation: float) -> Joint:
    sd = math.sqrt((correlation * position.sd) ** 2 + 1.0 - correlation**2)
    return Joint(
        x=(position.mean, position.sd),
        y=(correlation * position.mean, sd),
        correlation=correlation * position.sd / sd,
    )
