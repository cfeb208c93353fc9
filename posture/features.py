"""What the estimator sees of a photo: one vector, with gaps where nothing was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.edges import Edge
from posture.quantity import Quantity
from posture.scene import Scene
from posture.silhouette import Silhouette

FloatArray = NDArray[np.float64]

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

FEATURE_NAMES: Final[tuple[str, ...]] = (
    *(f"back_{level:+.2f}" for level in PROFILE_LEVELS),
    *(f"front_{level:+.2f}" for level in PROFILE_LEVELS),
    *CURVE_MEASURES,
    *(f"{joint}_{axis}" for joint in JOINT_NAMES for axis in "xy"),
    "stature",
    "abs_yaw_deg",
)
"""Name of each entry of the vector; stored with the coefficients and checked on loading."""


def feature_vector(scene: Scene, measures: Mapping[str, Quantity], *, yaw_deg: float) -> FloatArray:
    """Collect what one photo says, shape (len(FEATURE_NAMES),); NaN where it says nothing.

    Parameters
    ----------
    scene : Scene
        Outline, joints and back curve in the body frame.
    measures : mapping of str to Quantity
        The measures of this scene, see :func:`posture.measures.take_measures`.
    yaw_deg : float
        Turn out of the exact side view.

    Returns
    -------
    ndarray of float64
    """
    silhouette = scene.silhouette
    curve = [_or_nan(measures[name].value) for name in CURVE_MEASURES]
    joints = [_point(scene, name) for name in JOINT_NAMES]
    stature = _or_nan(scene.stature)
    return np.concatenate(
        [
            _sampled(silhouette, silhouette.back),
            _sampled(silhouette, silhouette.front),
            curve,
            *joints,
            [stature, abs(yaw_deg)],
        ]
    )


def _sampled(silhouette: Silhouette, edge: Edge) -> FloatArray:
    """Edge position at the profile levels; NaN where the edge is not the trunk's own."""
    x = np.where(edge.seen, edge.x, np.nan)
    order = slice(None, None, -1)
    return np.interp(PROFILE_LEVELS, silhouette.levels[order], x[order])


def _point(scene: Scene, name: str) -> FloatArray:
    point = scene.joints.get(name)
    return np.full(2, np.nan) if point is None else point


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
