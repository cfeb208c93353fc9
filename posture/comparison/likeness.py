"""Whether two visits show people of one build: body proportions, cautiously compared.

Four ratios are read off each stored outline: leg to trunk, shank to thigh, body height to trunk,
and ear over shoulder to trunk. Posture, camera and the reading of joints move them a little from
photo to photo (:data:`PHOTO_SD`) and from session to session (:data:`SESSION_SD`); people differ by
about four times as much. ``python -m calibration likeness`` measures all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

from posture.geometry.stored_outline import Outline

PHOTO_SD: Final[Mapping[str, float]] = {
    "leg": 0.017,
    "shank": 0.023,
    "height": 0.010,
    "head": 0.020,
}
"""SD of the logarithm of each ratio between photos of one session (30 rendered people)."""

SESSION_SD: Final[Mapping[str, float]] = {
    "leg": 0.007,
    "shank": 0.014,
    "height": 0.005,
    "head": 0.000,
}
"""The same between sessions of an unchanged person, the camera put back in its place."""

Build = Mapping[str, float]
"""Logarithm of each ratio that a photo shows."""

CAUTION: Final = 1.5
"""Factor on all SDs: shoes, clothes and cameras of real visits differ more than rendered ones."""

LIMITS: Final[Mapping[int, float]] = {2: 9.21, 3: 11.34, 4: 13.28}
"""Squared distance that one person in a hundred exceeds, by the number of ratios (chi-square)."""


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


def built_differently(first: Sequence[Build], second: Sequence[Build]) -> bool:
    """Return whether photos of two visits look like two people.

    Parameters
    ----------
    first, second : sequence of mapping
        Ratios of the photos of each visit, from :func:`proportions`.

    Returns
    -------
    bool
        True for at most one in a hundred pairs of visits of one person, see :data:`LIMITS`; false
        when fewer than two ratios are seen in both.
    """
    found = [
        ((fmean(_values(first, name)) - fmean(_values(second, name))) / sd) ** 2
        for name in PHOTO_SD
        if (sd := _sd(name, len(_values(first, name)), len(_values(second, name)))) is not None
    ]
    limit = LIMITS.get(len(found))
    return limit is not None and math.fsum(found) > limit


def _leg(joints: Mapping[str, tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return joints["knee"], joints["ankle"]


def _values(visit: Iterable[Build], name: str) -> list[float]:
    return [ratios[name] for ratios in visit if name in ratios]


def _sd(name: str, first: int, second: int) -> float | None:
    """Return the SD of the difference of two means; ``None`` when a visit does not show it."""
    if not first or not second:
        return None
    photo, session = PHOTO_SD[name] ** 2, SESSION_SD[name] ** 2
    return CAUTION * math.sqrt(2 * session + photo / first + photo / second)
