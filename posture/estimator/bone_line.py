"""Line between ASIS and PSIS among adults at a known position, and what it tells of the position.

The line is the position plus the shape of the bones. Most of that shape no outline shows, and
people stand so that part of it is compensated. A line that a person placed is therefore one more
reading of the position, and a coarse one: by Bayes' rule it is weighed by the inverse of its
variance, like any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Normal distribution of a quantity: mean and standard deviation, in its unit."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BoneLine:
    """ASIS-PSIS line of adults at a position: ``intercept_deg + slope * position + error``.

    Parameters
    ----------
    intercept_deg : float
        Line of the average adult at position 0.
    slope : float
        Difference of the line between two adults whose positions differ by one degree. It is below
        1, because people compensate part of the shape of their bones by their posture. In *one*
        person the line moves with the position one to one.
    sd_deg : float
        SD of the error: the shape of the bones that no outline shows, as far as it is not
        compensated.

    Raises
    ------
    ValueError
        If the slope is not positive or the standard deviation is negative.
    """

    intercept_deg: float
    slope: float
    sd_deg: float

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("the slope must be positive")
        if self.sd_deg < 0:
            raise ValueError("a standard deviation must not be negative")

    def position_of(self, line: Belief) -> Belief:
        """Return what a line alone tells of the position, without any prior."""
        return Belief(
            mean=(line.mean - self.intercept_deg) / self.slope,
            sd=math.hypot(self.sd_deg, line.sd) / self.slope,
        )

    def updated(self, position: Belief, line: Belief) -> Belief:
        """Return a position after a line was read.

        Parameters
        ----------
        position : Belief
            What was known before; its error is independent of that of the line.
        line : Belief
            The line as placed, with the error of placing it.
        """
        reading = self.position_of(line)
        total = position.sd**2 + reading.sd**2
        if total == 0:
            return position
        weight = position.sd**2 / total
        return Belief(
            mean=position.mean + weight * (reading.mean - position.mean),
            sd=position.sd * reading.sd / math.sqrt(total),
        )
