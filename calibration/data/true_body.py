"""A body's true outline and joints as one row: what any reading of it could know at best."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.simulate import simulated_frame, simulated_landmarks
from posture.analysis.pipeline import PAIRS
from posture.estimator.features import JOINT_NAMES
from posture.geometry.frame import BodyFrame, midpoint

LEVELS: Final = np.round(np.arange(1.05, -1.2, -0.025), 3)
"""Levels at which the outline is sampled, in trunk lengths: twice as dense as in the product."""


def true_row(record: dict[str, Any]) -> Floats:
    """Return the clothed outline of a photo, without arms, and its joints, both exact.

    Returns
    -------
    ndarray, shape (F,)
        See :func:`outline_row`.
    """
    landmarks = simulated_landmarks(record, None)
    frame = simulated_frame(record["camera"], landmarks, roll_error_deg=0.0)
    return outline_row(record, "clothed", landmarks, frame)


def outline_row(
    record: dict[str, Any], outline: str, landmarks: Floats, frame: BodyFrame
) -> Floats:
    """Return one of a photo's outlines and its joints in a frame.

    Parameters
    ----------
    outline : str
        ``nude``, ``clothed`` or ``seen``.
    landmarks : ndarray, shape (33, 2)
        In pixels of the stored photo.

    Returns
    -------
    ndarray, shape (F,)
        Back and front edge at :data:`LEVELS` (NaN where the outline does not reach), the joints,
        all in trunk lengths, and the absolute yaw in degrees.
    """
    joints = [frame.to_body(midpoint(landmarks, PAIRS[name])) for name in JOINT_NAMES]
    edges = [_edge(record["outlines_px"][outline], side, frame) for side in ("back", "front")]
    return np.concatenate([*edges, *joints, [abs(record["camera"]["yaw_deg"])]])


def _edge(outline: dict[str, Any], side: str, frame: BodyFrame) -> Floats:
    x = np.array(outline[side], dtype=np.float64)
    y = outline["first_row"] + outline["step"] * np.arange(len(x))
    points = frame.to_body(np.column_stack([x, y])[np.isfinite(x)])
    order = np.argsort(points[:, 1])
    edge: Floats = np.interp(LEVELS, points[order, 1], points[order, 0], left=np.nan, right=np.nan)
    return edge
