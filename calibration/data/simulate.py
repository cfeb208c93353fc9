"""Simulated pose network, for bodies whose mask and joints are known.

Rendering a shaded picture takes seconds, a label mask a fraction of one. Most bodies are therefore
seen through a stand-in for the network: joints with the errors of real readings
(:mod:`calibration.data.reading_errors`), and a mask at the resolution of the network's grid.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.data.reading_errors import PARTS, sides_of, true_trunk_px
from posture.geometry.frame import BodyFrame, midpoint
from posture.landmarks import HIPS, LANDMARK_COUNT, Landmark
from posture.view.stance import trunk_length_px

Floats = NDArray[np.float64]

NETWORK_BODY_CELLS: Final = 205.0
"""Height of a standing body on the network's grid of 256 cells, which leaves a margin around it."""

NETWORK_BLUR_CELLS: Final = 0.8
"""SD of the blur of the network's mask edge, in cells of the grid."""

FINGER_REACH: Final = 0.45
"""Distance from the wrist to the finger landmarks, in forearm lengths."""


def simulated_landmarks(record: dict[str, Any], errors: Floats | None) -> Floats:
    """Return landmarks as the network would place them, shape (33, 2), in pixels.

    Parameters
    ----------
    record : dict
        Of the photo.
    errors : ndarray, shape (7, 2, 2), or None
        Of one reading, see :class:`calibration.data.reading_errors.ReadingErrors`; with None the
        landmarks are the joints themselves.

    Notes
    -----
    Landmarks that the estimator does not read stay at the ear or the ankle of their side.
    """
    joints = {name: np.asarray(point) for name, point in record["joints_px"].items()}
    facing = record["camera"]["facing"]
    # From trunk lengths forwards and up to pixels right and down.
    to_px = true_trunk_px(record) * np.array([1.0 if facing == "right" else -1.0, -1.0])
    landmarks = np.empty((LANDMARK_COUNT, 2))
    for side in ("left", "right"):
        landmarks[[i for i in Landmark if side.upper() in i.name]] = joints[f"{side}_ankle"]
    landmarks[Landmark.NOSE] = joints["left_ear"]
    for at, part in enumerate(PARTS):
        for depth, side in enumerate(sides_of(facing)):
            shift = 0.0 if errors is None else errors[at, depth] * to_px
            landmarks[Landmark[f"{side}_{part}".upper()]] = joints[f"{side}_{part}"] + shift
    _add_fingers(landmarks)
    return landmarks


def simulated_mask(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the body mask as the network would give it, shape (H, W), 0 to 1.

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


def simulated_frame(
    camera: dict[str, Any], landmarks: Floats, *, roll_error_deg: float
) -> BodyFrame:
    """Return the body frame of landmarks when the camera's roll is read with an error.

    The error is given as if the person faced right.
    """
    forwards = 1.0 if camera["facing"] == "right" else -1.0
    return BodyFrame(
        origin_px=tuple(midpoint(landmarks, HIPS)),
        unit_px=trunk_length_px(landmarks),
        facing=camera["facing"],
        roll_deg=camera["roll_deg"] + forwards * roll_error_deg,
    )


def _add_fingers(landmarks: Floats) -> None:
    for side in ("LEFT", "RIGHT"):
        wrist, elbow = landmarks[Landmark[f"{side}_WRIST"]], landmarks[Landmark[f"{side}_ELBOW"]]
        tip = wrist + FINGER_REACH * (wrist - elbow)
        for finger in ("INDEX", "PINKY", "THUMB"):
            landmarks[Landmark[f"{side}_{finger}"]] = tip
