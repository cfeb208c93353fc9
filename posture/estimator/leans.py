"""Leans of trunk and leg between the joints as the whole outline places them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np

from posture.codec import Rounded
from posture.estimator.features import FEATURE_NAMES
from posture.geometry.frame import slope_from_vertical_deg
from posture.types import FloatArray

Degrees = Annotated[float, Rounded(2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leans:
    """How far trunk, leg and thigh lean forward from the vertical, in degrees.

    Hip and shoulder are those of :class:`~posture.estimator.locator.Locator`, not those that the
    pose network read, so that these differ from the measures ``trunk_lean_deg`` and
    ``leg_lean_deg``.

    Parameters
    ----------
    trunk_deg : float
        From the hip up to the shoulder.
    leg_deg : float or None
        From the ankle up to the hip; ``None`` without feet in the picture.
    thigh_deg : float or None
        From the knee up to the hip; ``None`` without knees in the picture.
    """

    trunk_deg: Degrees
    leg_deg: Degrees | None
    thigh_deg: Degrees | None


def leans_between(features: FloatArray, located: FloatArray) -> Leans:
    """Return the leans of one photo.

    Parameters
    ----------
    features : ndarray, shape (F,)
        As read, see :func:`posture.estimator.features.feature_vector`.
    located : ndarray, shape (4,)
        Hip and shoulder in the same frame, see :data:`posture.estimator.locator.LOCATED`.
    """
    hip, shoulder = located[:2], located[2:]
    return Leans(
        trunk_deg=slope_from_vertical_deg(shoulder, hip),
        leg_deg=_up_from(features, "ankle", hip),
        thigh_deg=_up_from(features, "knee", hip),
    )


_AT: Final = {name: FEATURE_NAMES.index(f"{name}_x") for name in ("ankle", "knee")}


def _up_from(features: FloatArray, joint: str, hip: FloatArray) -> float | None:
    point = features[_AT[joint] : _AT[joint] + 2]
    return slope_from_vertical_deg(hip, point) if np.isfinite(point).all() else None
