"""Fit of the locator: where hip and shoulder are, given everything that a photo shows."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Floats
from calibration.fit.gaussian import fit_gaussian
from posture.estimator.features import BODY_NAMES
from posture.estimator.locator import Locator


def fitted_locator(
    features: Floats, joints: Floats, weights: Floats, *, ridge: float
) -> Locator | None:
    """Return the locator fitted to rows whose true joints are known; ``None`` without any.

    Parameters
    ----------
    features : ndarray, shape (N, F)
    joints : ndarray, shape (N, 4)
        True mid-hip and mid-shoulder in the frame of each row; NaN where not known.
    weights : ndarray, shape (N,)
    ridge : float
        See :func:`calibration.fit.gaussian.fit_gaussian`.
    """
    known = np.isfinite(joints).all(axis=1)
    if not known.any():
        return None
    rows = np.column_stack([joints[known], features[known, : len(BODY_NAMES)]])
    mean, covariance = fit_gaussian(rows, ridge=ridge, weights=weights[known])
    return Locator(mean=mean, covariance=covariance)
