"""Feature vector of a photo, the input of the estimator; NaN where nothing was seen."""

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
"""Measures that are not linear in the sampled edges and so carry information of their own."""

JOINT_NAMES: Final = ("ear", "shoulder", "knee", "ankle")

ARM_POINTS: Final = ("near_elbow", "near_wrist", "far_elbow", "far_wrist")

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
"""Features of the body itself; NaN where something hides it."""

ARM_NAMES: Final[tuple[str, ...]] = (
    *(f"arm_on_back_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"arm_on_front_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"{point}_{axis}" for point in ARM_POINTS for axis in "xy"),
)
"""Features of the arms that hide the trunk: the outline where it is an arm's (NaN elsewhere), and
the elbows and wrists. The trunk ends somewhere behind an arm, which says less than an edge but more
than nothing."""

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
    """Return the feature vector of one photo, shape (len(FEATURE_NAMES),).

    Parameters
    ----------
    measures : mapping of str to Quantity
        The measures of this body, see :func:`posture.measures.catalogue.take_measures`.
    yaw_deg : float
        Turn out of the exact side view.
    male : bool, optional
        Sex as stated by the user; NaN in the vector if it was not.
    clothing : {"minimal", "tight", "loose"}, optional
        Clothing as stated by the user, likewise.
    """
    silhouette = body.silhouette
    curve = [_or_nan(measures[name].value) for name in CURVE_MEASURES]
    joints = [_point(body, name) for name in JOINT_NAMES]
    stated = [_or_nan(male), _or_nan(None if clothing is None else LOOSENESS[clothing])]
    return np.concatenate(
        [
            _sampled(silhouette, silhouette.back, silhouette.back.seen),
            _sampled(silhouette, silhouette.front, silhouette.front.seen),
            curve,
            *joints,
            [_or_nan(body.stature), abs(yaw_deg), *stated],
            _sampled(silhouette, silhouette.back, silhouette.back.arm),
            _sampled(silhouette, silhouette.front, silhouette.front.arm),
            silhouette.arms.elbows_and_wrists(silhouette.frame.facing).ravel(),
        ]
    )


def _sampled(silhouette: Silhouette, edge: Edge, rows: NDArray[np.bool_]) -> FloatArray:
    """Return the edge's position at the profile levels; NaN outside the rows asked for."""
    x = np.where(rows, edge.x, np.nan)
    order = slice(None, None, -1)
    return np.interp(PROFILE_LEVELS, silhouette.levels[order], x[order])


def _point(body: TracedBody, name: str) -> FloatArray:
    point = body.joints.get(name)
    return np.full(2, np.nan) if point is None else point


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)
