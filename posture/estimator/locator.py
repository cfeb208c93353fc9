"""Hip and shoulder joints as the whole outline places them, and features relative to these.

The pose network misplaces the hip by centimetres, and a level of the outline read 2 cm too high is
a level of another part of the body: of all that lies between body and estimate this costs most
(docs/limits.md). But the outline itself tells where the joints are: buttock, groin, waist and neck
lie at heights that go with them, and so do head and floor. So hip and shoulder are first looked for
with everything that is seen, and the features are then read again relative to what was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from posture.estimator.features import (
    ARM_POINTS,
    BODY_NAMES,
    FEATURE_NAMES,
    JOINT_NAMES,
    PROFILE_LEVELS,
)
from posture.estimator.gaussian import JointNormal
from posture.types import FloatArray

LOCATED_JOINTS: Final = ("hip", "shoulder")
LOCATED: Final = tuple(f"{name}_{axis}" for name in LOCATED_JOINTS for axis in "xy")
"""Coordinates of the true mid-hip and mid-shoulder in the frame as read, in trunk lengths."""

Placed = Mapping[str, FloatArray]
NONE_PLACED: Final[Placed] = MappingProxyType({})

REACH: Final = 4.0
"""Located coordinates lie at most this many SDs from their means: an outline like none of the fit
must not move its own frame out of the picture. The estimator abstains from such outlines."""

_LEVELS: Final = len(PROFILE_LEVELS)
_EDGES: Final = tuple(
    FEATURE_NAMES.index(f"{edge}_{PROFILE_LEVELS[0]:+.2f}")
    for edge in ("back", "front", "arm_on_back", "arm_on_front")
)
_POINTS: Final = tuple(FEATURE_NAMES.index(f"{name}_x") for name in (*JOINT_NAMES, *ARM_POINTS))
_LENGTHS: Final = tuple(
    FEATURE_NAMES.index(name) for name in ("lumbar_depth_pct", "gluteal_prominence_pct", "stature")
)
"""Features in units of the trunk length; angles and shares of chords do not depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Joint normal distribution of the located coordinates and the features of the body.

    Parameters
    ----------
    mean : ndarray, shape (4 + B,)
        Of :data:`LOCATED` and of the B features of the body.
    covariance : ndarray, shape (4 + B, 4 + B)
    """

    mean: FloatArray
    covariance: FloatArray

    @property
    def joint(self) -> JointNormal:
        """The joint normal distribution."""
        return JointNormal(mean=self.mean, covariance=self.covariance, targets=len(LOCATED))

    def located(self, features: FloatArray, placed: Placed = NONE_PLACED) -> FloatArray:
        """Return the expected :data:`LOCATED` given the features of one photo, shape (4,).

        Parameters
        ----------
        placed : mapping of str to ndarray, shape (2,)
            Joints (``hip``, ``shoulder``) that a person placed, in the frame of the features: they
            are where they were placed.
        """
        joint = self.joint
        score = joint.given(features[: len(BODY_NAMES)]).score
        found = joint.target_mean + joint.target_sd * np.clip(score, -REACH, REACH)
        for name, point in placed.items():
            at = LOCATED.index(f"{name}_x")
            found[at : at + 2] = point
        return found

    def relocated(self, features: FloatArray, placed: Placed = NONE_PLACED) -> FloatArray:
        """Return the features relative to the located joints, shape (F,)."""
        return relative_to(features, self.located(features, placed))


def relative_to(features: FloatArray, located: FloatArray) -> FloatArray:
    """Return a feature vector as it is in the frame of other joints.

    Parameters
    ----------
    features : ndarray, shape (F,)
        See :func:`posture.estimator.features.feature_vector`.
    located : ndarray, shape (4,)
        Mid-hip and mid-shoulder in the frame of the features, see :data:`LOCATED`. The first is
        the new origin, their distance the new unit; the vertical stays as it is.

    Returns
    -------
    ndarray, shape (F,)
        NaN at levels that the old frame did not reach.
    """
    hip, shoulder = located[:2], located[2:]
    unit = float(np.hypot(*(shoulder - hip)))
    moved = features.copy()
    heights = hip[1] + unit * PROFILE_LEVELS
    for first in _EDGES:
        rows = slice(first, first + _LEVELS)
        x = _between(PROFILE_LEVELS, features[rows], heights)
        moved[rows] = (x - hip[0]) / unit
    for at in _POINTS:
        moved[at : at + 2] = (features[at : at + 2] - hip) / unit
    moved[list(_LENGTHS)] = features[list(_LENGTHS)] / unit
    return moved


def _between(levels: FloatArray, values: FloatArray, wanted: FloatArray) -> FloatArray:
    """Interpolate from descending levels; NaN outside them and next to a missing value."""
    order = slice(None, None, -1)
    return np.interp(wanted, levels[order], values[order], left=np.nan, right=np.nan)
