"""Where the arms are, so that their outline is not read as back or belly."""

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
"""Half-widths of the limb in trunk lengths (about 5.5, 5 and 6.5 cm): limb girths of adults
plus the 1.5 cm by which elbow and wrist landmarks scatter."""

SHOULDER_CAP: Final = 0.45
"""Upper share of the upper arm left out: there the shoulder itself is the body's outline."""

HAND_REACH: Final = 1.9
"""Length of a hand over that from wrist to knuckle, where the network's finger points lie: 18 to
19 cm of about 10 cm in adults. Raised hands end in fingers, not in knuckles."""

INSIDE_TOLERANCE: Final = 0.03
"""An arm counts for an edge only when its axis lies inside that edge, give or take this much.
A trunk edge with daylight between it and the arm is the trunk's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmModel:
    """Both arms as capsules in the body frame.

    Parameters
    ----------
    starts, ends : ndarray, shape (6, 2)
        Axis of each segment: upper arm, forearm and hand of the left, then of the right arm.
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

    def joints(self, facing: Facing) -> FloatArray:
        """Return elbow and wrist of the arm near the camera, then of the far one, (4, 2)."""
        left, right = self.starts[1:3], self.starts[4:6]
        return np.concatenate([left, right] if facing == "left" else [right, left])

    def covers(self, edge: FloatArray, side: Side) -> BoolArray:
        """Tell which points of a body edge belong to an arm.

        Parameters
        ----------
        edge : ndarray, shape (M, 2)
            Edge points in the body frame; NaN where there is no edge.
        side : {"back", "front"}
            Which edge it is.

        Returns
        -------
        ndarray of bool, shape (M,)
        """
        nearest = _nearest_on_segments(edge, self.starts, self.ends)
        offset = edge[:, None, :] - nearest
        distance = np.hypot(offset[..., 0], offset[..., 1])
        outward = offset[..., 0] if side == "front" else -offset[..., 0]
        hit = (distance < self.radii) & (outward > -INSIDE_TOLERANCE)
        return np.asarray(hit.any(axis=1), dtype=np.bool_)


def _nearest_on_segments(points: FloatArray, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """Nearest point of each segment to each point, shape (M, S, 2)."""
    along = ends - starts
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    share = ((points[:, None, :] - starts) * along).sum(axis=2) / length2
    nearest: FloatArray = starts + np.clip(share, 0.0, 1.0)[..., None] * along
    return nearest
