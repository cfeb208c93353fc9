"""Proportions of a body, by which one person is told from another.

Four ratios: leg to trunk, shank to thigh, body height to trunk, and ear over shoulder to trunk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from posture.geometry.joints import Joints
from posture.geometry.stored_outline import Outline

JOINTS: Final = ("ear", "shoulder", "hip", "knee", "ankle")

Build = Mapping[str, float]
"""Logarithm of each ratio that a photo shows."""


def proportions(outline: Outline) -> dict[str, float]:
    """Return the ratios of a stored outline, see :func:`ratios`."""
    return ratios(outline.joints, outline.stature)


def ratios(joints: Mapping[str, tuple[float, float]], stature: float | None) -> dict[str, float]:
    """Return the logarithms of the body's ratios; those whose points are not seen are left out.

    Parameters
    ----------
    joints : mapping of str to (x, y)
        In the body frame, whose unit is the length of the trunk and whose origin the mid-hip.
    stature : float or None
        Body height in trunk lengths.
    """
    lengths: dict[str, float] = {}
    if {"knee", "ankle"} <= joints.keys():
        thigh, shank = (
            math.dist(one, other)
            for one, other in pairwise([joints.get("hip", (0.0, 0.0)), *_leg(joints)])
        )
        lengths |= {"leg": thigh + shank, "shank": shank / thigh if thigh else 0.0}
    if stature:
        lengths["height"] = stature
    if {"ear", "shoulder"} <= joints.keys():
        lengths["head"] = math.dist(joints["ear"], joints["shoulder"])
    return {name: math.log(length) for name, length in lengths.items() if length > 0}


def ratios_of(joints: Joints, stature: float | None) -> dict[str, float]:
    """Return the ratios of a body that was just read, see :func:`ratios`."""
    found = {name: joints.get(name) for name in JOINTS}
    seen = {
        name: (float(point[0]), float(point[1]))
        for name, point in found.items()
        if point is not None
    }
    return ratios(seen, stature)


def _leg(joints: Mapping[str, tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return joints["knee"], joints["ankle"]
