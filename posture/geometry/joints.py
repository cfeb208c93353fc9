"""Joint centres in the body frame: landmarks without the pose network's constant offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from posture.geometry.frame import BodyFrame, midpoint
from posture.landmarks import ANKLES, EARS, HIPS, KNEES, SHOULDERS
from posture.types import FloatArray

OFFSETS: Final[dict[str, tuple[float, float]]] = {
    "ear": (0.047, 0.032),
    "shoulder": (-0.011, 0.097),
    "hip": (0.039, -0.016),
    "knee": (0.011, -0.008),
    "ankle": (0.009, 0.044),
}
"""Offset of the pose network's landmarks in a side view from the joint centre, in trunk lengths
(anterior, up): medians over 325 rendered photos of bodies with known joints."""

LANDMARK_SD: Final[dict[str, float]] = {
    "ear": 0.020,
    "shoulder": 0.026,
    "hip": 0.035,
    "knee": 0.030,
    "ankle": 0.032,
}
"""Standard deviation along each axis of the error that remains without the offset, in trunk
lengths, on the same photos (0.6-1 % of height)."""

PLACED_SD: Final[dict[str, float]] = {
    "ear": 0.010,
    "shoulder": 0.020,
    "hip": 0.030,
    "knee": 0.020,
    "ankle": 0.012,
}
"""The same for a joint that a person places in the picture: 5, 10, 15, 10 and 6 mm. A convention
of ours: digitising a marked point on a photo is accurate to 2 mm (Ferreira 2010). The rest is the
error of finding the point by eye through skin and clothes, least for ear and ankle bone, most for
the hip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joints:
    """Joint centres midway between both sides, body frame, shape (2,); ``None`` if not in frame.

    ``placed`` names the joints that a person placed in the picture.
    """

    ear: FloatArray | None
    shoulder: FloatArray
    hip: FloatArray
    knee: FloatArray | None
    ankle: FloatArray | None
    placed: frozenset[str] = frozenset()

    def get(self, name: str) -> FloatArray | None:
        """Return a joint by its name."""
        point: FloatArray | None = getattr(self, name)
        return point

    def sd(self, name: str) -> float:
        """Return the standard deviation of a joint's error along each axis, in trunk lengths."""
        return (PLACED_SD if name in self.placed else LANDMARK_SD)[name]


def locate_joints(landmarks_px: FloatArray, frame: BodyFrame, parts: frozenset[str]) -> Joints:
    """Return the joint centres that the photo shows.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
        Pose landmarks in pixels.
    parts : frozenset of str
        Parts in frame, see :func:`posture.view.stance.parts_in_frame`.
    """

    def centre(name: str, pair: tuple[int, int]) -> FloatArray:
        corrected: FloatArray = frame.to_body(midpoint(landmarks_px, pair)) - np.array(
            OFFSETS[name]
        )
        return corrected

    return Joints(
        ear=centre("ear", EARS) if "head" in parts else None,
        shoulder=centre("shoulder", SHOULDERS),
        hip=centre("hip", HIPS),
        knee=centre("knee", KNEES) if "knees" in parts else None,
        ankle=centre("ankle", ANKLES) if "ankles" in parts else None,
    )
