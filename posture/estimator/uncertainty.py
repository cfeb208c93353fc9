"""Qualities of a photo on which the expected error of the estimator depends.

They are read from the feature vector and the estimate itself, so that a photo with a covered back,
an unusual body or an extreme reading automatically gets a wider interval.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from posture.estimator.features import FEATURE_NAMES
from posture.estimator.gaussian import Conditional
from posture.types import FloatArray

QUALITY_NAMES: Final = (
    "constant",
    "log_linear_sd",
    "log_distance",
    "extremeness",
    "log_disagreement",
    "back_unseen",
    "front_unseen",
    "yaw",
    "no_stature",
    "looseness",
    "waist_depth",
    "abs_waist_depth",
)
"""Regressors of the logarithm of the error's SD, which is linear in them for each target."""

_BACK: Final = np.array([name.startswith("back_") for name in FEATURE_NAMES])
_FRONT: Final = np.array([name.startswith("front_") for name in FEATURE_NAMES])
_WAIST: Final = (FEATURE_NAMES.index("back_+0.30"), FEATURE_NAMES.index("front_+0.30"))
_YAW: Final = FEATURE_NAMES.index("abs_yaw_deg")
_STATURE: Final = FEATURE_NAMES.index("stature")
_LOOSENESS: Final = FEATURE_NAMES.index("looseness")

_LEAST: Final = 1e-3
"""Keeps logarithms finite when all members of the ensemble agree to the last digit."""

MAX_SCORE: Final = 4.0
"""Limit at which standard scores are clipped, so that the SD cannot run away."""


def qualities(features: FloatArray, given: Conditional, predictions: FloatArray) -> FloatArray:
    """Return the qualities of one photo.

    Parameters
    ----------
    features : ndarray, shape (F,)
    given : Conditional
        The joint normal distribution given these features.
    predictions : ndarray, shape (M, T)
        Outputs of the ensemble, in standard deviations of the targets.

    Returns
    -------
    ndarray, shape (T, Q)
        In the order of :data:`QUALITY_NAMES`.
    """
    unseen = ~np.isfinite(features)
    waist = np.clip(given.filled[_WAIST[1]] - given.filled[_WAIST[0]], -MAX_SCORE, MAX_SCORE)
    yaw = 0.0 if unseen[_YAW] else min(float(features[_YAW]), 30.0) / 10.0
    shared = {
        "constant": 1.0,
        "log_distance": np.log(given.distance + 0.1),
        "back_unseen": unseen[_BACK].mean(),
        "front_unseen": unseen[_FRONT].mean(),
        "yaw": yaw,
        "no_stature": float(unseen[_STATURE]),
        # As stated, or as expected from the outline.
        "looseness": float(np.clip(given.filled[_LOOSENESS], -MAX_SCORE, MAX_SCORE)),
        "waist_depth": waist,
        "abs_waist_depth": abs(waist),
    }
    own = {
        "log_linear_sd": np.log(given.score_sd + _LEAST),
        "extremeness": np.minimum(np.abs(given.score + predictions.mean(axis=0)), MAX_SCORE),
        "log_disagreement": np.log(predictions.std(axis=0) + _LEAST),
    }
    columns = [np.broadcast_to({**shared, **own}[name], len(given.score)) for name in QUALITY_NAMES]
    return np.column_stack(columns).astype(np.float64)
