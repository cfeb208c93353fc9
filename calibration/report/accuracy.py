"""Accuracy of readings: error, bias, correlation, gain over guessing, coverage of intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats

MIN_COUNT = 5
"""Statistics over fewer pairs than this are not printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Agreement of readings with the ground truth, in the unit of the quantity.

    Parameters
    ----------
    count : int
        Pairs of a reading and its ground truth.
    abstained : float
        Share of readable photos for which the product gave no number.
    mae, median_error, bias : float
        Mean and median absolute error; mean of reading minus truth.
    guess_mae : float
        Mean absolute error of always stating the median of the truth.
    r, r_squared : float
        Correlation; share of the variance explained by the readings as they are (negative if the
        mean would have been the better guess).
    slope : float
        Of reading on truth; below 1, extremes are drawn towards the mean.
    coverage, width : float, optional
        Share of 90 % intervals that hold the truth, and their mean width.
    bias_error : float
        Standard error of the bias.
    """

    count: int
    abstained: float
    mae: float
    median_error: float
    bias: float
    guess_mae: float
    r: float
    r_squared: float
    slope: float
    coverage: float | None
    width: float | None
    bias_error: float

    @property
    def ratio(self) -> float:
        """Mean absolute error over that of guessing; 1 means that nothing was learned."""
        return self.mae / self.guess_mae if self.guess_mae else float("nan")


def ratio_to_guessing(read: Floats, truth: Floats) -> Floats:
    """Return the mean absolute error over that of always stating the median, along axis 0.

    Rows without ground truth do not count.
    """
    error = np.nanmean(np.abs(read - truth), axis=0)
    guess = np.nanmean(np.abs(truth - np.nanmedian(truth, axis=0)), axis=0)
    return np.asarray(error / guess)


def accuracy(truth: Floats, value: Floats, low: Floats, high: Floats) -> Accuracy | None:
    """Compare readings with the ground truth.

    Parameters
    ----------
    truth, value, low, high : ndarray, shape (N,)
        NaN marks a missing truth, reading or interval.

    Returns
    -------
    Accuracy or None
        None for fewer than five pairs.
    """
    known = np.isfinite(truth)
    used = known & np.isfinite(value)
    if used.sum() < MIN_COUNT:
        return None
    t, v = truth[used], value[used]
    error = v - t
    spread = np.std(t) * np.std(v)
    covariance = float(np.mean((t - t.mean()) * (v - v.mean())))
    coverage, width = _intervals(t, low[used], high[used])
    return Accuracy(
        count=int(used.sum()),
        abstained=1.0 - float(used.sum() / known.sum()),
        mae=float(np.abs(error).mean()),
        median_error=float(np.median(np.abs(error))),
        bias=float(error.mean()),
        guess_mae=float(np.abs(t - np.median(t)).mean()),
        r=float(covariance / spread) if spread > 0 else float("nan"),
        r_squared=1.0 - float((error**2).sum() / max(((t - t.mean()) ** 2).sum(), 1e-12)),
        slope=covariance / max(float(np.var(t)), 1e-12),
        coverage=coverage,
        width=width,
        bias_error=float(error.std(ddof=1) / np.sqrt(len(error))),
    )


def _intervals(truth: Floats, low: Floats, high: Floats) -> tuple[float | None, float | None]:
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return None, None
    inside = (truth >= low) & (truth <= high)
    return float(inside[known].mean()), float((high - low)[known].mean())
