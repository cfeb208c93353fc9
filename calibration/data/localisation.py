"""Localisation errors: landmarks and outline against those of the photographed body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.outline import Profile

JOINTS = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
STRETCHES = {"back": (1.0, -0.10), "belly": (0.75, 0.0)}
"""Highest and lowest level at which outlines are compared, in trunk lengths above the mid-hip."""


def percent_per_px(record: dict[str, Any]) -> float:
    """Return percent of body height per pixel."""
    camera = record["camera"]
    pixels = camera["focal_px"] * record["truth"]["height_m"] / camera["distance_m"]
    return 100.0 / float(pixels)


def landmark_errors(analysis: Any, record: dict[str, Any]) -> dict[str, Floats]:
    """Return read minus true of each joint, mean of both sides, in percent of height.

    Each has shape (2,): x towards the front of the body, y down.
    """
    from posture.landmarks import Landmark

    forwards = 1.0 if record["camera"]["facing"] == "right" else -1.0
    points = photo_landmarks(analysis, record)
    errors = {}
    for joint in JOINTS:
        read = np.mean([points[Landmark[f"{s}_{joint.upper()}"]] for s in ("LEFT", "RIGHT")], 0)
        true = np.mean([record["joints_px"][f"{s}_{joint}"] for s in ("left", "right")], 0)
        errors[joint] = (read - true) * [forwards, 1.0] * percent_per_px(record)
    return errors


def photo_landmarks(analysis: Any, record: dict[str, Any]) -> Floats:
    """Return landmarks in pixels of the stored photo; pixel centres lie at whole numbers."""
    return _stored(np.asarray(analysis.geometry.landmarks_px, dtype=np.float64), analysis, record)


def outline_errors(analysis: Any, record: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield each side and its mean absolute distance from the true clothed outline.

    Distances are measured along pixel rows, in percent of height.
    """
    if record["outlines_px"] is None:
        return
    true = Profile.from_dict(record["outlines_px"]["clothed"])
    silhouette = analysis.geometry.silhouette
    for name, (high, low) in STRETCHES.items():
        edge = silhouette.back if name == "back" else silhouette.front
        rows = (silhouette.levels <= high) & (silhouette.levels >= low) & edge.seen
        body = np.column_stack([edge.x[rows], silhouette.levels[rows]])
        pixels = _stored(silhouette.frame.to_image(body), analysis, record)
        side = true.back if name == "back" else true.front
        at = np.interp(pixels[:, 1], true.rows, side, left=np.nan, right=np.nan)
        gap = np.abs(pixels[:, 0] - at)
        if np.isfinite(gap).any():
            yield name, float(np.nanmean(gap)) * percent_per_px(record)


def _stored(points: Floats, analysis: Any, record: dict[str, Any]) -> Floats:
    """Map points of the analysed picture to the stored photo, corners to corners."""
    scale = record["camera"]["height"] / analysis.geometry.image.shape[0]
    return np.asarray((points + 0.5) * scale - 0.5)
