"""Estimator small enough to check by hand, also a stand-in for the shipped one."""

from __future__ import annotations

import numpy as np

from posture.estimator.bone_line import BoneLine
from posture.estimator.features import BODY_NAMES
from posture.estimator.model import TARGETS, Estimator

TARGET_SD = np.array([9.0, 12.0, 4.0])
TARGET_MEAN = np.array([12.0, 25.0, 10.0])
BONE_LINE = BoneLine(intercept_deg=4.0, slope=0.6, sd_deg=4.0)
LINKS = {
    "pelvic_tilt_deg": ("lumbosacral_slope_deg", 0.5),
    "lumbar_lordosis_deg": ("lumbar_lordosis_deg", 0.8),
    "lumbar_depth_pct": ("lumbar_depth_pct", 0.95),
}
"""For each target, the one feature that it correlates with, and the correlation."""


def toy_estimator(*, distance_limit: float = 1e12) -> Estimator:
    """Return an estimator of each target from one measure, which rejects no body."""
    count = len(TARGETS)
    mean = np.concatenate([TARGET_MEAN, np.zeros(len(BODY_NAMES))])
    sd = np.concatenate([TARGET_SD, np.ones(len(BODY_NAMES))])
    correlation = np.eye(len(mean))
    for row, target in enumerate(TARGETS):
        feature, rho = LINKS[target]
        column = count + BODY_NAMES.index(feature)
        mean[column], sd[column] = (20.0, 8.0) if feature.endswith("deg") else (10.0, 4.0)
        correlation[row, column] = correlation[column, row] = rho
    return Estimator(
        id="toy",
        mean=mean,
        covariance=correlation * np.outer(sd, sd),
        conformal_factor=np.ones(count),
        distance_limit=distance_limit,
        bone_line=BONE_LINE,
    )
