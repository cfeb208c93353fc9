"""Burst: several pictures of somebody who stands still, and the one of them that stands for all.

The pictures of three seconds share almost every error: bone shape, clothes, the place of the
camera, and even the sway, which is slow. Their mean is hardly better known than one picture, and
averaging them as if they were separate photos would promise too much. So the picture nearest to
their mean is kept. It is as good as the mean, and a person can look at it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Final

import numpy as np

from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.comparison.visit_data import LEADING
from posture.errors import PoseError
from posture.geometry.frame import midpoint
from posture.guidance.instructions import Code
from posture.guidance.live import REFUSED
from posture.inputs.hints import NO_HINTS, Hints
from posture.landmarks import HIPS, SHOULDERS
from posture.photo.load import PhotoSource
from posture.types import FloatArray
from posture.view.stance import trunk_length_px

PICTURES: Final = 7
BURST_S: Final = 3.0
"""Pictures of a burst, and the time from the first to the last, seconds."""

LEAST_KEPT: Final = 3
"""With fewer good pictures than this, the burst is taken again."""

MOVED: Final = 0.05
"""Farther than this from the others, in trunk lengths (2.5 cm), a picture shows a movement."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Burst:
    """A burst that can be used.

    Parameters
    ----------
    best : int
        Number of the picture that stands for the burst, from 0.
    analysis : Analysis
        Of that picture.
    kept : tuple of int
        Pictures that were good.
    mean, spread : dict of str to float
        By target: mean over the pictures kept and their standard deviation, in degrees; a target
        that a picture does not show is missing.
    """

    best: int
    analysis: Analysis
    kept: tuple[int, ...]
    mean: dict[str, float]
    spread: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBurst:
    """Too few good pictures, and what to do about it.

    Parameters
    ----------
    code : str
        Instruction for the next attempt.
    kept : int
        Number of good pictures.
    """

    code: Code
    kept: int


def read_burst(
    frames: Sequence[PhotoSource], analyzer: Analyzer, *, hints: Hints = NO_HINTS
) -> Burst | NoBurst:
    """Analyse the pictures of a burst and choose the one that stands for it.

    Parameters
    ----------
    frames : sequence of photos
        As :meth:`posture.analysis.analyzer.Analyzer.analyze` takes them, at full size, in their
        order.
    hints : Hints
        What the user knows about all of them.

    Returns
    -------
    Burst or NoBurst
        Pictures that would be refused, are blurred, or show a movement are left out.

    Raises
    ------
    PhotoError
        If one of them is no picture.
    """
    read: dict[int, Analysis] = {}
    refused: list[Code] = []
    for number, frame in enumerate(frames):
        try:
            read[number] = analyzer.analyze(frame, hints=hints, name=f"burst-{number + 1}")
        except PoseError as error:
            refused.append(REFUSED.get(error.code, "clear_view"))
    good = _still({number: item for number, item in read.items() if not _blurred(item)})
    if len(good) < min(LEAST_KEPT, len(frames)):
        return NoBurst(code=_reason(refused, list(read.values())), kept=len(good))
    values = _values(good)
    best = _nearest(good, values)
    return Burst(
        best=best,
        analysis=good[best],
        kept=tuple(good),
        mean={name: fmean(row.values()) for name, row in values.items()},
        spread={name: stdev(row.values()) for name, row in values.items() if len(row) > 1},
    )


def _blurred(analysis: Analysis) -> bool:
    return any(finding.code == "blurred" for finding in analysis.view.findings)


def _still(read: dict[int, Analysis]) -> dict[int, Analysis]:
    """Return the pictures in which shoulder and hip are where they are in most of them."""
    if not read:
        return read
    places = {number: _place(item) for number, item in read.items()}
    middle = np.median(np.stack(list(places.values())), axis=0)
    trunk = median(trunk_length_px(_landmarks(item)) for item in read.values())
    return {
        number: read[number]
        for number, place in places.items()
        if float(np.abs(place - middle).max()) <= MOVED * trunk
    }


def _place(analysis: Analysis) -> FloatArray:
    landmarks = _landmarks(analysis)
    return np.stack([midpoint(landmarks, SHOULDERS), midpoint(landmarks, HIPS)])


def _landmarks(analysis: Analysis) -> FloatArray:
    return analysis.geometry.landmarks_px


def _values(good: dict[int, Analysis]) -> dict[str, dict[int, float]]:
    """Return by target the value of each picture that shows it."""
    found: dict[str, dict[int, float]] = {}
    for number, item in good.items():
        shown = item.estimates.shown()
        for name in LEADING:
            value = shown[name].value
            if value is not None:
                found.setdefault(name, {})[number] = value
    return found


def _nearest(good: Iterable[int], values: dict[str, dict[int, float]]) -> int:
    """Return the picture nearest to the mean of all; one that shows most targets comes first."""
    means = {name: fmean(row.values()) for name, row in values.items()}

    def rank(number: int) -> tuple[int, float, int]:
        shown = [row[number] - means[name] for name, row in values.items() if number in row]
        return -len(shown), math.hypot(*shown), number

    return min(good, key=rank)


def _reason(refused: Sequence[Code], read: Sequence[Analysis]) -> Code:
    """Return what to do before the next burst: what most refused pictures ask for."""
    if refused:
        return max(set(refused), key=lambda code: (refused.count(code), code))
    if any(_blurred(item) for item in read):
        return "light"
    return "ready"
