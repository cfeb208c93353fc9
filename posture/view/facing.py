"""Facing direction of the person, from several cues that must agree; there is no default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.errors import PoseError
from posture.geometry.frame import midpoint
from posture.landmarks import ANKLES, EARS, HEELS, HIPS, KNEES, SHOULDERS, TOES, Landmark
from posture.types import Facing, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cue to the facing direction.

    Parameters
    ----------
    name : str
        The feature that was looked at.
    score : float
        From -1 (certainly left) to 1 (certainly right); 0 is no evidence.
    weight : float
        Weight of the cue in the decision.
    """

    name: str
    score: float
    weight: float


# name: (size in trunk lengths or metres at which the cue is fully convincing, weight).
# Sizes are half of those in side views of standing people (feet 0.35-0.43, head 0.14-0.18,
# shoulder depth 0.28-0.36 m, hip depth 0.17-0.23 m); knees bend little, hence their low weight.
_SCALES: Final = {
    "feet": (0.20, 3.0),
    "head": (0.08, 1.5),
    "knees": (0.08, 0.5),
    "shoulder_depth": (0.16, 2.0),
    "hip_depth": (0.10, 2.0),
    "buttock": (0.05, 1.5),
}

MIN_AGREEMENT: Final = 0.35
"""Weighted mean score needed; opposing cues of equal weight cancel to zero."""

MIN_CLEAR_CUES: Final = 2
"""Number of cues that must clearly favour the winning side."""


def facing_cues(
    landmarks_px: FloatArray,
    world: FloatArray,
    mask: NDArray[np.float32],
    *,
    in_frame: frozenset[str],
) -> tuple[Cue, ...]:
    """Collect the cues that a photo offers.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
        Pose landmarks in pixels.
    world : ndarray, shape (33, 3)
        World landmarks in metres, z away from the camera.
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    in_frame : frozenset of str
        Parts that the photo shows ("head", "feet", "knees", ...); the others give no cue.
    """
    hip, shoulder = midpoint(landmarks_px, HIPS), midpoint(landmarks_px, SHOULDERS)
    unit = float(np.hypot(*(shoulder - hip)))
    raw = {
        # The far shoulder is deeper: it is the left one in people who face right.
        "shoulder_depth": float(world[SHOULDERS[0], 2] - world[SHOULDERS[1], 2]),
        "hip_depth": float(world[HIPS[0], 2] - world[HIPS[1], 2]),
        "buttock": _buttock(mask, hip, shoulder, unit),
    }
    if "feet" in in_frame:
        raw["feet"] = _run(landmarks_px, HEELS, TOES) / unit
    if "head" in in_frame:
        ears = midpoint(landmarks_px, EARS)
        raw["head"] = float(landmarks_px[Landmark.NOSE, 0] - ears[0]) / unit
    if "knees" in in_frame and "feet" in in_frame:
        raw["knees"] = _knee_offset(landmarks_px) / unit
    return tuple(_cue(name, value) for name, value in raw.items())


def _cue(name: str, value: float) -> Cue:
    size, weight = _SCALES[name]
    return Cue(name=name, score=float(np.clip(value / size, -1, 1)), weight=weight)


def decide_facing(cues: tuple[Cue, ...]) -> Facing:
    """Return the direction on which the cues agree.

    Raises
    ------
    PoseError
        ``facing_unclear`` when they do not.
    """
    total = sum(cue.weight for cue in cues)
    balance = sum(cue.weight * cue.score for cue in cues) / total
    side = 1 if balance > 0 else -1
    clear = sum(cue.score * side > 0.5 for cue in cues)
    if abs(balance) < MIN_AGREEMENT or clear < MIN_CLEAR_CUES:
        raise PoseError(
            "It is not clear which way the person looks: take the photo exactly from the side, "
            "or say left or right yourself.",
            code="facing_unclear",
        )
    return "right" if balance > 0 else "left"


def _run(points: FloatArray, start: tuple[int, int], end: tuple[int, int]) -> float:
    return float((midpoint(points, end) - midpoint(points, start))[0])


def _knee_offset(points: FloatArray) -> float:
    """Return how far the knees lie to the right of the line hip-ankle, in pixels."""
    hip, knee, ankle = (midpoint(points, pair) for pair in (HIPS, KNEES, ANKLES))
    drop = ankle[1] - hip[1]
    share = (knee[1] - hip[1]) / drop if drop else 0.5
    return float(knee[0] - (hip[0] + share * (ankle[0] - hip[0])))


def _buttock(
    mask: NDArray[np.float32], hip: FloatArray, shoulder: FloatArray, unit: float
) -> float:
    """Return how much more the outline widens to the left than to the right below the waist.

    Below the waist the buttock makes a body wider at the back than at the front.
    """
    waist = hip + 0.45 * (shoulder - hip)
    low, high = _row_edges(mask, hip + 0.02 * (hip - shoulder)), _row_edges(mask, waist)
    if low is None or high is None:
        return 0.0
    left_growth = (high[0] - waist[0]) - (low[0] - hip[0])
    right_growth = (low[1] - hip[0]) - (high[1] - waist[0])
    return float((left_growth - right_growth) / unit)


def _row_edges(mask: NDArray[np.float32], at: FloatArray) -> tuple[float, float] | None:
    row, column = round(at[1]), round(at[0])
    if not (0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]):
        return None
    inside = mask[row] > 0.5
    if not inside[column]:
        return None
    left = np.flatnonzero(~inside[:column])
    right = np.flatnonzero(~inside[column:])
    if not len(left) or not len(right):
        return None
    return float(left[-1]), float(column + right[0])
