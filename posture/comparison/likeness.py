"""Whether photos show people of one build: body proportions, cautiously compared.

The ratios are those of :mod:`posture.geometry.proportions`. Posture, camera and the reading of
joints move them a little from photo to photo (:data:`PHOTO_SD`) and from session to session
(:data:`SESSION_SD`); people differ by about four times as much. ``python -m calibration likeness``
measures all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Final

from posture.analysis.record import Unlike
from posture.geometry.proportions import Build

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

CAUTION: Final = 1.5
"""Factor on all SDs: shoes, clothes and cameras of real visits differ more than rendered ones."""

LIMITS: Final[Mapping[int, float]] = {2: 9.21, 3: 11.34, 4: 13.28}
"""Squared distance that one person in a hundred exceeds, by the number of ratios (chi-square)."""


def built_differently(first: Sequence[Build], second: Sequence[Build]) -> bool:
    """Return whether photos of two visits look like two people.

    Parameters
    ----------
    first, second : sequence of mapping
        Ratios of the photos of each visit, from :func:`posture.geometry.proportions.ratios`.

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


def unlike_the_first(builds: Sequence[Build]) -> Unlike | None:
    """Return the photos of a visit that look like somebody else than its first one.

    Parameters
    ----------
    builds : sequence of mapping
        Ratios of each photo, in their order.

    Returns
    -------
    Unlike or None
        ``None`` for photos that look like one person.
    """
    others = tuple(
        number
        for number, build in enumerate(builds, start=1)
        if number > 1 and built_differently([builds[0]], [build])
    )
    return Unlike(first=1, others=others) if others else None


def _values(visit: Iterable[Build], name: str) -> list[float]:
    return [ratios[name] for ratios in visit if name in ratios]


def _sd(name: str, first: int, second: int) -> float | None:
    """Return the SD of the difference of two means; ``None`` when a visit does not show it."""
    if not first or not second:
        return None
    photo, session = PHOTO_SD[name] ** 2, SESSION_SD[name] ** 2
    return CAUTION * math.sqrt(2 * session + photo / first + photo / second)
