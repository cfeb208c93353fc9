"""Model of the arms, which keeps their outline from being read as back or belly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from posture.geometry.frame import BodyFrame
from posture.landmarks import ELBOWS, FINGERS, SHOULDERS, WRISTS
from posture.types import BoolArray, Facing, FloatArray

Side = Literal["back", "front"]

UPPER_ARM_RADIUS: Final = 0.115
FOREARM_RADIUS: Final = 0.105
HAND_RADIUS: Final = 0.13
"""Half-widths in trunk lengths (about 5.5, 5 and 6.5 cm): limb girths of adults plus the 1.5 cm
by which elbow and wrist landmarks scatter."""

SHOULDER_CAP: Final = 0.45
"""Upper share of the upper arm that is left out: there the shoulder itself is the outline."""

HAND_REACH: Final = 1.9
"""Length of the hand divided by the length from wrist to knuckle, where the network puts its finger
landmarks: 18 to 19 cm against about 10 cm in adults. Raised hands end in fingers, not knuckles."""

INSIDE_TOLERANCE: Final = 0.03
"""An arm covers an edge only if the edge lies outside the arm's axis, give or take this much in
trunk lengths. With daylight between arm and trunk, the edge is the trunk's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmModel:
    """Both arms as capsules in the body frame.

    Parameters
    ----------
    starts, ends : ndarray, shape (6, 2)
        Axis of each segment: upper arm, forearm and hand of the left arm, then of the right arm.
    radii : ndarray, shape (6,)
        Half-widths in trunk lengths.
    """

    starts: FloatArray
    ends: FloatArray
    radii: FloatArray

    @classmethod
    def from_landmarks(cls, landmarks_px: FloatArray, frame: BodyFrame) -> ArmModel:
        """Build the model from pose landmarks, shape (33, 2), in pixels."""
        points = frame.to_body(landmarks_px)
        starts, ends = [], []
        for side in (0, 1):
            shoulder, elbow = points[SHOULDERS[side]], points[ELBOWS[side]]
            wrist, finger = points[WRISTS[side]], points[FINGERS[side]]
            starts += [shoulder + SHOULDER_CAP * (elbow - shoulder), elbow, wrist]
            ends += [elbow, wrist, wrist + HAND_REACH * (finger - wrist)]
        radii = np.array([UPPER_ARM_RADIUS, FOREARM_RADIUS, HAND_RADIUS] * 2)
        return cls(starts=np.array(starts), ends=np.array(ends), radii=radii)

    def elbows_and_wrists(self, facing: Facing) -> FloatArray:
        """Return elbow and wrist of the arm near the camera, then of the far arm, (4, 2)."""
        left, right = self.starts[1:3], self.starts[4:6]
        return np.concatenate([left, right] if facing == "left" else [right, left])

    def covers(self, edge: FloatArray, side: Side) -> BoolArray:
        """Tell which points of an edge belong to an arm.

        Parameters
        ----------
        edge : ndarray, shape (M, 2)
            Points in the body frame; NaN where there is no edge.
        side : {"back", "front"}
            Which of the two edges it is.

        Returns
        -------
        ndarray of bool, shape (M,)
        """
        x, y = edge[:, :1], edge[:, 1:]
        (start_x, start_y), (along_x, along_y) = self.starts.T, (self.ends - self.starts).T
        length2 = np.maximum(along_x**2 + along_y**2, 1e-12)
        share = ((x - start_x) * along_x + (y - start_y) * along_y) / length2
        share = np.clip(share, 0.0, 1.0)
        ahead, above = x - (start_x + share * along_x), y - (start_y + share * along_y)
        outward = ahead if side == "front" else -ahead
        hit = (np.hypot(ahead, above) < self.radii) & (outward > -INSIDE_TOLERANCE)
        return np.asarray(hit.any(axis=1), dtype=np.bool_)
