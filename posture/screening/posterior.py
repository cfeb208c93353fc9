"""Probability that two correlated normal values lie in a corner of their plane."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from posture.types import FloatArray

REACH: Final = 8.0
"""How many standard deviations around the mean are integrated over; beyond lies nothing."""

MAX_CORRELATION: Final = 0.99
"""Beyond this the two values are one, and the integrand a step."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)

AtEach: TypeAlias = Callable[[FloatArray], FloatArray]

CERTAIN: Final = 1e-6
"""Least and greatest probability that has odds to speak of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A corner of the plane: ``x`` from ``low_x``, ``y`` within bounds, ``x + y`` from a sum."""

    low_x: float
    low_y: float = -math.inf
    high_y: float = math.inf
    low_sum: float = -math.inf

    @property
    def kink(self) -> float:
        """The ``x`` up to which the sum bounds ``y``, and from which ``low_y`` does."""
        return self.low_sum - self.low_y if math.isfinite(self.low_y) else self.low_sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Monotone map of probabilities: log odds times slope, plus offset."""

    offset: float
    slope: float

    def __post_init__(self) -> None:
        if self.slope <= 0:
            raise ValueError("slope must be positive, so that more stays more")

    def __call__(self, probability: float) -> float:
        """Return the mapped probability."""
        return from_log_odds(self.offset + self.slope * log_odds(probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Joint normal distribution of two values.

    Parameters
    ----------
    x, y : tuple of float
        Mean and standard deviation of each.
    correlation : float
    """

    x: tuple[float, float]
    y: tuple[float, float]
    correlation: float = 0.0

    def within(self, corner: Corner, *, also: AtEach | None = None) -> float:
        """Return the probability of a corner.

        Parameters
        ----------
        corner : Corner
        also : callable, optional
            Takes values of ``x``, returns the probability of something else that must hold there.

        Notes
        -----
        For each ``x`` the probability of the ``y`` that remain is known in closed form; over ``x``
        it is integrated by Gauss and Legendre, on both sides of the kink where the sum takes over.
        """
        mean, sd = self.x
        low, high = max(corner.low_x, mean - REACH * sd), mean + REACH * sd
        kink = min(max(corner.kink, low), high)
        parts = ((low, kink), (kink, high))
        total = sum(self._over(corner, *part, also) for part in parts if part[1] > part[0])
        return min(max(total, 0.0), 1.0)

    def sum_sd(self) -> float:
        """Return the standard deviation of ``x + y``."""
        a, b = self.x[1], self.y[1]
        return math.sqrt(a * a + b * b + 2.0 * self.correlation * a * b)

    def _over(self, corner: Corner, low: float, high: float, also: AtEach | None) -> float:
        (mean_x, sd_x), (mean_y, sd_y) = self.x, self.y
        r = max(min(self.correlation, MAX_CORRELATION), -MAX_CORRELATION)
        x = low + (high - low) * (_NODES + 1.0) / 2.0
        z = (x - mean_x) / sd_x
        expected, rest = mean_y + r * sd_y * z, sd_y * math.sqrt(1.0 - r * r)
        above = normal_below((expected - np.maximum(corner.low_y, corner.low_sum - x)) / rest)
        beyond = normal_below((expected - corner.high_y) / rest)
        density = np.exp(-z * z / 2.0) / (sd_x * math.sqrt(2.0 * math.pi))
        held = density * (above - beyond) * (1.0 if also is None else also(x))
        return float(_WEIGHTS @ held) * (high - low) / 2.0


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds of a probability, which never is quite 0 or 1."""
    bounded = min(max(probability, CERTAIN), 1.0 - CERTAIN)
    return math.log(bounded / (1.0 - bounded))


def from_log_odds(value: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-value)) if value > -700 else 0.0


def with_odds(probability: float, ratio: float) -> float:
    """Return a probability after its odds were multiplied."""
    return from_log_odds(log_odds(probability) + math.log(ratio))


def normal_below(z: FloatArray) -> FloatArray:
    """Return the normal distribution function at each value."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in z])
