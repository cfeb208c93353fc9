"""Quantiles of the F and chi-square distributions, by way of the incomplete beta function."""

from __future__ import annotations

import functools
import math
from typing import Final

BISECTIONS: Final = 100
"""Halvings of the search interval, more than a float can resolve."""

TINY: Final = 1e-300
MANY_DEGREES: Final = 1e7
"""Degrees of freedom of the denominator at which F is chi-square over its degrees of freedom."""


@functools.cache
def f_quantile(probability: float, numerator: float, denominator: float) -> float:
    """Return a quantile of the F distribution.

    Parameters
    ----------
    probability : float
        Between 0 and 1, exclusive.
    numerator, denominator : float
        Degrees of freedom.
    """
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if incomplete_beta(numerator / 2, denominator / 2, middle) < probability:
            low = middle
        else:
            high = middle
    share = (low + high) / 2
    return denominator * share / (numerator * (1 - share))


def chi2_quantile(probability: float, freedom: float) -> float:
    """Return a quantile of the chi-square distribution."""
    return freedom * f_quantile(probability, freedom, MANY_DEGREES)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function (DLMF 8.17.22, a continued fraction)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    # The fraction converges fast on one side of the mean; the other is its mirror image.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = a * math.log(x) + b * math.log1p(-x) - math.log(a)
    front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + ...)) by Lentz's method."""
    value, upper, lower = 1.0, 1.0, 0.0
    for n in range(1, 10_000):
        m = n // 2
        if n % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1.0 / ((1.0 + term * lower) or TINY)
        upper = (1.0 + term / upper) or TINY
        value *= upper * lower
        if abs(upper * lower - 1.0) < 1e-15:
            break
    return value
