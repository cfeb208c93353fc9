"""Sex untold: how likely each is, given the build without the arch.

Women's arches are some ten degrees deeper than men's. A norm pooled over both sexes would flag
women and spare men, so that a photo whose sex nobody told is compared with both norms, each
counted with its chance. That chance is used for nothing else: neither stored nor shown.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from posture.estimator.features import FEATURE_NAMES, PROFILE_LEVELS
from posture.geometry.edges import CELL
from posture.geometry.stored_outline import Outline
from posture.screening.definition import SexFromBuild, definition
from posture.screening.posterior import from_log_odds
from posture.types import FloatArray, Sex

_PLACE: Final = {name: place for place, name in enumerate(FEATURE_NAMES)}

FRONT: Final = tuple(f"front_{level:+.2f}" for level in PROFILE_LEVELS if -0.225 < level < 1.025)[
    ::2
]
"""Features that are the front of the trunk, every tenth of a trunk length from neck to groin."""

_LEVELS: Final = np.array([float(name.removeprefix("front_")) for name in FRONT])

_NEAR: Final = 0.51 * CELL

BUILD_NAMES: Final = tuple(f"{upper}_to{lower[5:]}" for upper, lower in itertools.pairwise(FRONT))
"""How far the front of the trunk comes forward from one level to the next: bust and belly. Unlike
the place of an edge it does not change with the arch, and unlike the proportions of the joints it
tells the sexes apart on scanned people as well as on rendered ones."""

EVEN: Final = 0.5
"""Chance of either sex when there is no build to judge by."""


def build_of(features: FloatArray) -> dict[str, float]:
    """Return the features of the build, by name; NaN where nothing was seen.

    Parameters
    ----------
    features : ndarray, shape (F,)
        See :func:`posture.estimator.features.feature_vector`.
    """
    return _steps([float(features[_PLACE[name]]) for name in FRONT])


def _steps(front: Sequence[float]) -> dict[str, float]:
    steps = (lower - upper for upper, lower in itertools.pairwise(front))
    return dict(zip(BUILD_NAMES, steps, strict=True))


def male_chance(features: FloatArray, model: SexFromBuild) -> float:
    """Return the chance that a body is male, given its build.

    Parameters
    ----------
    features : ndarray, shape (F,)
    model : SexFromBuild
    """
    return _chance(build_of(features), model)


def chance_by_outline(outline: Outline) -> float:
    """Return the chance that a stored body is male, as of the photo that it was stored from."""
    edge = np.array(outline.front, dtype=np.float64).reshape(-1, 2)[::-1]
    front = np.full(len(_LEVELS), np.nan)
    if len(edge):
        rows = edge[:, 1]
        # Between rows that are all there, no level is farther from one than half a step.
        seen = np.abs(_LEVELS[:, None] - rows).min(axis=1) <= _NEAR
        front[seen] = np.interp(_LEVELS[seen], rows, edge[:, 0])
    return _chance(_steps(front.tolist()), definition().sex_from_build)


def _chance(build: Mapping[str, float], model: SexFromBuild) -> float:
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
