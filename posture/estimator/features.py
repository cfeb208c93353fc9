"""What the estimator sees of a photo: one vector, with gaps where nothing was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.geometry.edges import Edge
from posture.geometry.silhouette import Silhouette
from posture.measures.traced_body import TracedBody
from posture.quantity import Quantity
from posture.types import LOOSENESS, Clothing, FloatArray

PROFILE_LEVELS: Final = np.round(np.arange(1.05, -1.0001, -0.05), 2)
"""Levels, in trunk lengths above the mid-hip, at which both edges of the trunk are sampled."""

CURVE_MEASURES: Final = (
    "lumbar_depth_pct",
    "lumbar_lordosis_deg",
    "arch_apex_level_pct",
    "thoracic_kyphosis_index_pct",
    "gluteal_prominence_pct",
    "lumbosacral_slope_deg",
    "thoracolumbar_slope_deg",
    "abdominal_slope_deg",
)
"""Measures that are not linear in the profile and so carry their own information."""

JOINT_NAMES: Final = ("ear", "shoulder", "knee", "ankle")

ARM_JOINTS: Final = ("near_elbow", "near_wrist", "far_elbow", "far_wrist")

BODY_NAMES: Final[tuple[str, ...]] = (
    *(f"back_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"front_{level:+.2f}" for level in PROFILE_LEVELS),
    *CURVE_MEASURES,
    *(f"{joint}_{axis}" for joint in JOINT_NAMES for axis in "xy"),
    "stature",
    "abs_yaw_deg",
    "male",
    "looseness",
)
"""What is known of the body itself; a gap where something hides it."""

ARM_NAMES: Final[tuple[str, ...]] = (
    *(f"arm_on_back_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"arm_on_front_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"{joint}_{axis}" for joint in ARM_JOINTS for axis in "xy"),
)
"""What hides the trunk: the outline where an arm is the outline, a gap elsewhere, and where the
arms are. The trunk ends somewhere behind it, which is less than an edge and more than nothing."""

FEATURE_NAMES: Final = BODY_NAMES + ARM_NAMES
"""Name of each entry of the vector; stored with the coefficients and checked on loading."""


def feature_vector(
    body: TracedBody,
    measures: Mapping[str, Quantity],
    *,
    yaw_deg: float,
    male: bool | None = None,
    clothing: Clothing | None = None,
) -> FloatArray:
    """Collect what one photo says, shape (len(FEATURE_NAMES),); NaN where it says nothing.

    Parameters
    ----------
    body : TracedBody
        Outline, joints and back curve in the body frame.
    measures : mapping of str to Quantity
        The measures of this body, see :func:`posture.measures.catalogue.take_measures`.
    yaw_deg : float
        Turn out of the exact side view.
    male : bool, optional
        Sex as the user told it; a gap when nobody did.
    clothing : {"minimal", "tight", "loose"}, optional
        The same for what the person wears.

    Returns
    -------
    ndarray of float64
    """
    silhouette = body.silhouette
    curve = [_or_nan(measures[name].value) for name in CURVE_MEASURES]
    joints = [_point(body, name) for name in JOINT_NAMES]
    told = [_or_nan(male), _or_nan(None if clothing is None else LOOSENESS[clothing])]
    return np.concatenate(
        [
            _sampled(silhouette, silhouette.back, silhouette.back.seen),
            _sampled(silhouette, silhouette.front, silhouette.front.seen),
            curve,
            *joints,
            [_or_nan(body.stature), abs(yaw_deg), *told],
            _sampled(silhouette, silhouette.back, silhouette.back.arm),
            _sampled(silhouette, silhouette.front, silhouette.front.arm),
            silhouette.arms.elbows_and_wrists(silhouette.frame.facing).ravel(),
        ]
    )


def _sampled(silhouette: Silhouette, edge: Edge, rows: NDArray[np.bool_]) -> FloatArray:
    """Edge position at the profile levels; NaN where it is none of the rows asked for."""
    x = np.where(rows, edge.x, np.nan)
    order = slice(None, None, -1)
    return np.interp(PROFILE_LEVELS, silhouette.levels[order], x[order])


def _point(body: TracedBody, name: str) -> FloatArray:
    point = body.joints.get(name)
    return np.full(2, np.nan) if point is None else point


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)
