"""What the pose network would have made of a body whose mask and joints are known.

Rendering a shaded picture takes seconds; a label mask takes a fraction of one. Most bodies are
therefore seen through a stand-in for the network: joints with the network's own offsets and
scatter, and a mask on the network's grid. Both were measured on shaded pictures that went
through the real network (docs/accuracy.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.landmarks import LANDMARK_COUNT, Landmark

Floats = NDArray[np.float64]

NETWORK_BODY_CELLS: Final = 205.0
"""Height of a standing body on the network's 256-cell grid, which holds the body with a rim."""

NETWORK_BLUR_CELLS: Final = 0.8
"""Softness of the network's mask edge."""


@dataclass(frozen=True, slots=True)
class JointError:
    """Error of one landmark in trunk lengths (anterior, up).

    An offset, the SD that both sides share, and the SD of each side alone.
    """

    offset: tuple[float, float]
    shared_sd: tuple[float, float]
    side_sd: tuple[float, float]


JOINT_ERRORS: Final[dict[str, JointError]] = {
    "ear": JointError((0.047, 0.032), (0.017, 0.018), (0.010, 0.010)),
    "shoulder": JointError((-0.011, 0.097), (0.025, 0.026), (0.020, 0.010)),
    "elbow": JointError((0.0, 0.0), (0.030, 0.035), (0.025, 0.025)),
    "wrist": JointError((0.0, 0.0), (0.025, 0.035), (0.025, 0.025)),
    "hip": JointError((0.039, -0.016), (0.025, 0.045), (0.015, 0.010)),
    "knee": JointError((0.011, -0.008), (0.020, 0.045), (0.020, 0.020)),
    "ankle": JointError((0.009, 0.044), (0.025, 0.040), (0.030, 0.030)),
}

FINGER_REACH: Final = 0.45
"""Index finger beyond the wrist, in forearm lengths."""


def simulated_landmarks(
    record: dict[str, Any], rng: np.random.Generator, *, exact: bool = False
) -> Floats:
    """Return landmarks as the network would place them, shape (33, 2), in pixels.

    With ``exact`` they are the joints themselves, without the network's offsets and scatter.

    Landmarks that the estimator does not read stay at the ear or the ankle of their side.
    """
    joints = {name: np.asarray(point) - 0.5 for name, point in record["joints_px"].items()}
    middle = {part: _middle(joints, part) for part in ("shoulder", "hip")}
    unit = float(np.hypot(*(middle["shoulder"] - middle["hip"])))
    forward = 1.0 if record["camera"]["facing"] == "right" else -1.0
    landmarks = np.empty((LANDMARK_COUNT, 2))
    for side in ("left", "right"):
        landmarks[[i for i in Landmark if side.upper() in i.name]] = joints[f"{side}_ankle"]
    landmarks[Landmark.NOSE] = joints["left_ear"]
    for part, error in JOINT_ERRORS.items():
        shared = np.array(error.offset) + rng.normal(size=2) * error.shared_sd
        for side in ("left", "right"):
            shift = np.zeros(2) if exact else shared + rng.normal(size=2) * error.side_sd
            point = joints[f"{side}_{part}"] + unit * shift * (forward, -1.0)
            landmarks[Landmark[f"{side}_{part}".upper()]] = point
    _add_fingers(landmarks)
    return landmarks


def simulated_mask(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the body mask as the network would see it, shape (H, W), 0 to 1.

    Parameters
    ----------
    labels : ndarray of uint8, shape (H, W)
        Label mask; 0 is background.
    """
    body = (labels > 0).astype(np.float32)
    rows = np.flatnonzero(body.any(axis=1))
    factor = min(1.0, NETWORK_BODY_CELLS / max(len(rows), 1))
    small = cv2.resize(body, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), NETWORK_BLUR_CELLS)
    return cv2.resize(soft, body.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _middle(joints: dict[str, Floats], part: str) -> Floats:
    middle: Floats = (joints[f"left_{part}"] + joints[f"right_{part}"]) / 2
    return middle


def _add_fingers(landmarks: Floats) -> None:
    for side in ("LEFT", "RIGHT"):
        wrist, elbow = landmarks[Landmark[f"{side}_WRIST"]], landmarks[Landmark[f"{side}_ELBOW"]]
        tip = wrist + FINGER_REACH * (wrist - elbow)
        for finger in ("INDEX", "PINKY", "THUMB"):
            landmarks[Landmark[f"{side}_{finger}"]] = tip
