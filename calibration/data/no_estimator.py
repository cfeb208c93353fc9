"""Placeholder estimator, for computing features that must not depend on an earlier fit."""

from __future__ import annotations

from typing import Final

import numpy as np

from posture.estimator.model import BODY_COUNT, TARGETS, Estimator

NO_ESTIMATOR: Final = Estimator(
    id="none",
    mean=np.zeros(len(TARGETS) + BODY_COUNT),
    covariance=np.eye(len(TARGETS) + BODY_COUNT),
    conformal_factor=np.ones(len(TARGETS)),
    distance_limit=np.inf,
)
