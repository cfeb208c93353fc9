"""Agreement of readings with scores, labels and repeats, each with a 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.arrays import Bools, Floats, Ints

DRAWS: Final = 2000
SEED: Final = 731
TAILS: Final = (2.5, 97.5)
Z95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A statistic with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int

    def text(self, digits: int = 2) -> str:
        """Return value and interval as a cell of a table."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def bootstrapped(statistic: Callable[[Ints], float], people: Sequence[str]) -> Found:
    """Return a statistic with its bootstrap interval.

    Parameters
    ----------
    statistic : callable
        Takes the indices of a sample of rows, shape (N,).
    people : sequence of str
        Who is in each row. People are drawn, with all their rows: two photos of one person are
        not two people.
    """
    names = np.array(people)
    rows = [np.flatnonzero(names == name) for name in dict.fromkeys(people)]
    rng = np.random.default_rng(SEED)
    drawn = [
        statistic(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]))
        for _ in range(DRAWS)
    ]
    # A sample without one of two groups has no statistic.
    known = np.array(drawn)[np.isfinite(drawn)]
    low, high = np.percentile(known, TAILS) if len(known) else (np.nan, np.nan)
    value = statistic(np.arange(len(names)))
    return Found(value=value, low=float(low), high=float(high), count=len(names))


def share(right: int, count: int) -> Found:
    """Return a share with its Wilson interval (Wilson 1927), which is right at 0 and 1 as well."""
    if not count:
        return Found(value=np.nan, low=0.0, high=1.0, count=0)
    found, z2 = right / count, Z95**2
    centre = (found + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 * np.sqrt(found * (1 - found) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Found(value=found, low=float(low), high=float(high), count=count)


def pearson(first: Floats, second: Floats) -> float:
    """Return the correlation; NaN where one of the two does not vary."""
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else float("nan")


def spearman(first: Floats, second: Floats) -> float:
    """Return the correlation of the ranks; equal values share their mean rank."""
    return pearson(ranks(first), ranks(second))


def ranks(values: Floats) -> Floats:
    """Return the ranks from 1, shape (N,); equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    mean: Floats = np.cumsum(count) - (count - 1) / 2
    return mean[place]


def auc(score: Floats, positive: Bools) -> float:
    """Return how often a positive row has the higher score; a tie counts half."""
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return float("nan")
    return float((ranks(score)[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def ordered(value: Floats, score: Floats, people: Sequence[str], *, apart: float) -> Found:
    """Return how many pairs of photos of one person the values put in the scores' order.

    Parameters
    ----------
    value, score : ndarray, shape (N,)
    people : sequence of str
    apart : float
        Only pairs whose scores differ by at least this much count.
    """
    right = count = 0
    for i in range(len(people)):
        for j in range(i):
            if people[i] == people[j] and abs(score[i] - score[j]) >= apart:
                count += 1
                right += int((value[i] - value[j]) * (score[i] - score[j]) > 0)
    return share(right, count)
