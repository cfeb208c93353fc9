"""Features of real people in standard scores of the bodies of the fit: 0 ± 1 would be alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from calibration.arrays import Floats
from posture.estimator.features import BODY_NAMES, CURVE_MEASURES, JOINT_NAMES, PROFILE_LEVELS

MIN_PHOTOS: Final = 5

STRETCHES: Final = (
    (1.05, 0.85),
    (0.80, 0.45),
    (0.40, 0.20),
    (0.15, -0.15),
    (-0.20, -0.45),
    (-0.50, -1.00),
)
"""Levels of an edge, in trunk lengths above the hip, that are shown together."""

HEAD: Final = """\
### Built like the bodies of the fit

Mean and SD of each feature in standard scores of adults of the fit: 0 and 1 would be alike. Edges
are means over their levels. An SD below 1 says that these people differ less than the adults do.
"""


def standard_scores(people: Mapping[str, Floats], bodies: Floats) -> list[str]:
    """Return the table in Markdown lines.

    Parameters
    ----------
    people : mapping of str to ndarray, shape (N, F)
        Features of groups of real people, by the heading of their column.
    bodies : ndarray, shape (M, F)
        Features of adults of the fit.
    """
    mean, sd = np.nanmean(bodies, axis=0), np.nanstd(bodies, axis=0)
    lines = [HEAD, "| feature | " + " | ".join(people) + " |", "|---" * (1 + len(people)) + "|"]
    for text, columns in rows_of_features().items():
        cells = [
            _cell((found[:, columns] - mean[columns]) / sd[columns]) for found in people.values()
        ]
        lines.append(f"| {text} | {' | '.join(cells)} |")
    return [*lines, ""]


def rows_of_features() -> dict[str, list[int]]:
    """Return the rows of the table: text and columns of the feature vector."""
    rows = {
        f"{edge} edge, {high:+.2f} … {low:+.2f}": [
            BODY_NAMES.index(f"{edge}_{level:+.2f}")
            for level in PROFILE_LEVELS
            if low <= level <= high
        ]
        for edge in ("back", "front")
        for high, low in STRETCHES
    }
    joints = [f"{joint}_{axis}" for joint in JOINT_NAMES for axis in "xy"]
    single = [*CURVE_MEASURES, *joints, "stature"]
    return rows | {name: [BODY_NAMES.index(name)] for name in single}


def _cell(scores: Floats) -> str:
    """Mean and SD of each column over the people, averaged over the columns."""
    seen = np.isfinite(scores).sum(axis=0) >= MIN_PHOTOS
    if not seen.any():
        return "–"
    means = np.nanmean(scores[:, seen], axis=0)
    spreads = np.nanstd(scores[:, seen], axis=0)
    return f"{means.mean():+.2f}, {spreads.mean():.2f}"
