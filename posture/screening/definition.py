"""What is screened for: two postures, defined among adults of the same sex.

A survey by muscle tests found lower crossed syndrome in 44 of 200 healthy young adults, another
one by photo and tests in 1.4 % of students: the definition decides how many have it, so it stands
here, in one place, and its share of adults is printed with every grade.

Position of the pelvis, surface lordosis and sway are standard scores (z) among adults of the same
sex. The numbers in ``adults.json`` are measured by ``python -m calibration definition``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from posture.codec import decode
from posture.screening.posterior import Corner, Logistic
from posture.types import Sex

SHARE_A: Final = 0.15
SHARE_B: Final = 0.10
"""Shares of adults that have type A and type B posture by definition. Conventions of ours, within
what surveys by muscle tests found."""

LEAST_Z: Final = 0.25
"""Type A: position and arch each lie at least this far above the mean, so that neither alone, be
it ever so large, makes the pattern."""

ORDINARY_Z: Final = 0.5
"""Type B comes with an arch that is flat or ordinary: at most this far above the mean."""

TUCKED_Z: Final = -1.0
"""A position below this counts as tucked. Tucking the pelvis carries the hips forward too, but is
the opposite of type B."""

SwayView: TypeAlias = Literal["leg", "thigh"]
"""What a photo shows of the sway beside the trunk: the whole leg or the thigh alone."""


SexTold: TypeAlias = Literal["told", "untold"]
"""Whether somebody said the person's sex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean and standard deviation among adults of one sex, in degrees."""

    mean: float
    sd: float

    def z(self, value: float) -> float:
        """Return the standard score of a value."""
        return (value - self.mean) / self.sd


@dataclass(frozen=True, slots=True, kw_only=True)
class SwayReading:
    """Expected sway given what a photo shows: a linear regression among adults.

    A hip that is read too far forward moves the leans, the position and the arch alike, so that all
    of them together tell more of the sway than the angle between leg and trunk alone.

    Parameters
    ----------
    offset : float
        In degrees.
    trunk, limb : float
        In degrees per degree by which the trunk, and the leg or thigh, leans forward.
    position, arch : float
        In degrees per stated standard score.
    pull : float
        In degrees per standard score by which the true position exceeds the stated one.
    sd : float
        Of the error, in degrees.
    """

    offset: float
    trunk: float
    limb: float
    position: float
    arch: float
    pull: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Adults of one sex: position, surface lordosis and sway, and how photos show the sway."""

    position: Spread
    arch: Spread
    sway: Spread
    sway_readings: Mapping[SwayView, SwayReading]


@dataclass(frozen=True, slots=True, kw_only=True)
class SexFromBuild:
    """Logistic model of the sex given features of the build, none of which is the arch.

    Parameters
    ----------
    names : tuple of str
        Features, see :mod:`posture.screening.build`.
    means, weights : tuple of float
        What an unseen feature counts as, and the log odds of male per unit.
    offset : float
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    weights: tuple[float, ...]
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The two postures in numbers.

    Parameters
    ----------
    measured_on : str
        Which adults the numbers come from.
    groups : mapping of sex to Group
    correlation : float
        Of position and arch among adults of the same sex.
    cut_a, cut_b : float
        Least score of type A, and least standard score of the sway of type B.
    recalibration : mapping of "told" and "untold" to mappings of pattern to Logistic
        From the probability by the joint posterior to the share of adults kept aside who truly
        have the posture, by whether the sex was told.
    sex_from_build : SexFromBuild
    """

    measured_on: str
    groups: Mapping[Sex, Group]
    correlation: float
    cut_a: float
    cut_b: float
    recalibration: Mapping[SexTold, Mapping[Literal["type_a", "type_b"], Logistic]]
    sex_from_build: SexFromBuild

    def score_a(self, z_position: float, z_arch: float) -> float:
        """Return the score of type A: a standard score of position and arch together."""
        return (z_position + z_arch) / self.score_scale

    @property
    def score_scale(self) -> float:
        """Standard deviation of the sum of both standard scores."""
        return float((2.0 * (1.0 + self.correlation)) ** 0.5)

    @property
    def corner_a(self) -> Corner:
        """Where position and arch lie in type A."""
        return Corner(low_x=LEAST_Z, low_y=LEAST_Z, low_sum=self.cut_a * self.score_scale)

    @property
    def corner_b(self) -> Corner:
        """Where position and arch lie in type B."""
        return Corner(low_x=TUCKED_Z, high_y=ORDINARY_Z)

    def is_type_a(self, z_position: float, z_arch: float) -> bool:
        """Return whether known standard scores are those of a type A posture."""
        return min(z_position, z_arch) >= LEAST_Z and self.score_a(z_position, z_arch) >= self.cut_a

    def is_type_b(self, z_position: float, z_arch: float, z_sway: float) -> bool:
        """Return whether known standard scores are those of a type B posture."""
        return z_sway >= self.cut_b and z_arch <= ORDINARY_Z and z_position >= TUCKED_Z

    @property
    def words(self) -> Mapping[Literal["type_a", "type_b"], str]:
        """Both definitions in one line each, for files and documentation."""
        return {
            "type_a": f"z_position and z_arch >= {LEAST_Z} and (z_position + z_arch) / "
            f"sqrt(2 (1 + {self.correlation:.2f})) >= {self.cut_a:.2f}, among adults of the same "
            f"sex; {100 * SHARE_A:.0f} % of adults",
            "type_b": f"z_sway >= {self.cut_b:.2f} and z_arch <= {ORDINARY_Z} and z_position >= "
            f"{TUCKED_Z:g}, among adults of the same sex; {100 * SHARE_B:.0f} % of adults",
        }


ADULTS_FILE: Final = Path(__file__).with_name("adults.json")


@cache
def definition() -> Definition:
    """Return the shipped definition."""
    return decode(Definition, json.loads(ADULTS_FILE.read_text(encoding="utf-8")))
