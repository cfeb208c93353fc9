"""Sex untold: how likely each is, given the build without the arch.

Women's arches are some ten degrees deeper than men's. A norm pooled over both sexes would flag
women and spare men, so that a photo whose sex nobody told is compared with both norms, each
counted with its chance. That chance is used for nothing else: neither stored nor shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from posture.estimator.features import FEATURE_NAMES
from posture.screening.definition import SexFromBuild, definition
from posture.screening.posterior import from_log_odds
from posture.types import FloatArray, Sex

_PLACE: Final = {name: place for place, name in enumerate(FEATURE_NAMES)}

LENGTHS: Final = ("shoulder_y", "ear_y", "knee_y", "ankle_y", "stature")
"""Features of the estimator that are proportions of the body, in trunk lengths."""

THICK_LEVELS: Final = ("+0.90", "+0.80", "+0.70", "+0.60", "+0.40", "+0.20", "-0.20", "-0.50")
"""Levels at which trunk and thigh are thicker or thinner by sex. A thickness, unlike the place of
an edge, does not change with the arch."""

BUILD_NAMES: Final = (*LENGTHS, *(f"thickness_{level}" for level in THICK_LEVELS))

EVEN: Final = 0.5
"""Chance of either sex when there is no build to judge by."""


def build_of(features: FloatArray) -> dict[str, float]:
    """Return the features of the build, by name; NaN where nothing was seen.

    Parameters
    ----------
    features : ndarray, shape (F,)
        See :func:`posture.estimator.features.feature_vector`.
    """
    thick = {
        f"thickness_{level}": features[_PLACE[f"front_{level}"]] - features[_PLACE[f"back_{level}"]]
        for level in THICK_LEVELS
    }
    return {name: float(features[_PLACE[name]]) for name in LENGTHS} | thick


def male_chance(features: FloatArray, model: SexFromBuild) -> float:
    """Return the chance that a body is male, given its build.

    Parameters
    ----------
    features : ndarray, shape (F,)
    model : SexFromBuild
    """
    build = build_of(features)
    total = model.offset
    for name, mean, weight in zip(model.names, model.means, model.weights, strict=True):
        value = build[name]
        total += weight * ((value if math.isfinite(value) else mean) - mean)
    return from_log_odds(total)


def chance_of_male(features: FloatArray) -> float:
    """Return the chance that a body is male, by the shipped model."""
    return male_chance(features, definition().sex_from_build)


def chances_of(sex: Sex | None, male: float | None) -> Mapping[Sex, float]:
    """Return the chance of each sex: certain when it was told, else by the build.

    Parameters
    ----------
    sex : {"female", "male"} or None
        As told.
    male : float or None
        Chance of a male body by its build; ``None`` without one.
    """
    if sex is not None:
        return {sex: 1.0}
    chance = EVEN if male is None else male
    return {"female": 1.0 - chance, "male": chance}
