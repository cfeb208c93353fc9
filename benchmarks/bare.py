"""What any analysis must do at least, and what a user would write: MediaPipe and OpenCV alone."""

from __future__ import annotations

from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks import python as mp_tasks
from mediapipe.tasks.python import vision
from numpy.typing import NDArray

from posture.pose.bundle import resolve_model


def landmarker(*, mask: bool = True) -> vision.PoseLandmarker:
    """Return MediaPipe's pose landmarker, with mask unless told, otherwise as it comes."""
    options = vision.PoseLandmarkerOptions(
        base_options=mp_tasks.BaseOptions(model_asset_path=str(resolve_model().path)),
        output_segmentation_masks=mask,
    )
    return vision.PoseLandmarker.create_from_options(options)


def decoded_small(photo: Path) -> NDArray[np.uint8]:
    """Return a 12 MP photo decoded at a quarter, the size at which the product works, RGB."""
    picture = _read(photo, cv2.IMREAD_REDUCED_COLOR_4)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _read(photo: Path, how: int) -> NDArray[np.uint8]:
    picture = cv2.imread(str(photo), how)
    if picture is None:
        raise FileNotFoundError(photo)
    return np.asarray(picture, dtype=np.uint8)


def detected(network: vision.PoseLandmarker, rgb: NDArray[np.uint8]) -> vision.PoseLandmarkerResult:
    """Return what the network finds in a picture."""
    return network.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))


def bound(network: vision.PoseLandmarker, photo: Path) -> vision.PoseLandmarkerResult:
    """Do the least that any analysis must: scaled decode and bare detection."""
    return detected(network, decoded_small(photo))


def own_loop(network: vision.PoseLandmarker, photo: Path) -> NDArray[np.uint8]:
    """Do what tutorials do: full decode, full-size detection with mask, contour, drawing."""
    picture = _read(photo, cv2.IMREAD_COLOR)
    result = detected(network, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))
    mask = np.squeeze(result.segmentation_masks[0].numpy_view())
    contours, _ = cv2.findContours(
        (mask > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    cv2.drawContours(picture, contours, -1, (0, 255, 0), 6)
    height, width = picture.shape[:2]
    for point in result.pose_landmarks[0]:
        place = (round(point.x * width), round(point.y * height))
        cv2.circle(picture, place, 12, (0, 0, 255), -1)
    return picture
