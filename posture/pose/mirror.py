"""Mirror invariance: a photo and its mirror image give the same numbers.

The pose network is not symmetric: the tilt of a photo and of its mirror image differ by 1.2
degrees (SD over 59 renders, without bias). So both are shown to the network the same way round.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.landmarks import LANDMARK_COUNT, Landmark

if TYPE_CHECKING:
    from posture.pose.detector import PoseDetector
    from posture.pose.plausibility import Detection, Pose


def _other_side() -> list[int]:
    """Return, for each landmark, the index of its counterpart on the other side of the body."""
    names = {landmark.name: int(landmark) for landmark in Landmark}
    swap = {"LEFT": "RIGHT", "RIGHT": "LEFT"}
    return [
        names["_".join(swap.get(word, word) for word in Landmark(i).name.split("_"))]
        for i in range(LANDMARK_COUNT)
    ]


OTHER_SIDE: Final = _other_side()


ROOMY: Final = 0.7
"""Width, as a share of the height, to which a slim photo is widened: its person then reads as in
the whole photo, while one who fills the width is often misread."""


def detect_in_slim(
    detector: PoseDetector, image: NDArray[np.uint8], *, bystanders: bool = True
) -> Detection:
    """Find people in a photo cut to the person, with its borders repeated on either side.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)

    Returns
    -------
    Detection
        In the frame of ``image``.

    Raises
    ------
    PoseError
        ``no_person``.
    """
    height, width = image.shape[:2]
    beside = max(0, round((ROOMY * height - width) / 2))
    wide = cv2.copyMakeBorder(image, 0, 0, beside, beside, cv2.BORDER_REPLICATE)
    found = detect_either_way(detector, np.asarray(wide, dtype=np.uint8), bystanders=bystanders)
    return dataclasses.replace(
        found,
        main=cropped_pose(found.main, beside, width),
        others=tuple(cropped_pose(other, beside, width) for other in found.others),
    )


def cropped_pose(pose: Pose, left: int, width: int) -> Pose:
    """Return ``pose`` for the columns of the picture from ``left`` on."""
    return dataclasses.replace(
        pose,
        landmarks=pose.landmarks - (left, 0),
        mask=pose.mask[:, left : left + width].copy(),
        others=tuple(cropped_pose(other, left, width) for other in pose.others),
    )


def detect_either_way(
    detector: PoseDetector, image: NDArray[np.uint8], *, bystanders: bool = True
) -> Detection:
    """Find people, showing the network a photo and its mirror image the same way round.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)

    Returns
    -------
    Detection
        In the frame of ``image``.

    Raises
    ------
    PoseError
        ``no_person``.
    """
    if not brighter_on_the_right(image):
        return detector.detect(image, bystanders=bystanders)
    found = detector.detect(np.asarray(cv2.flip(image, 1), dtype=np.uint8), bystanders=bystanders)
    width = image.shape[1]
    return dataclasses.replace(
        found,
        main=mirrored_pose(found.main, width),
        others=tuple(mirrored_pose(other, width) for other in found.others),
    )


def brighter_on_the_right(image: NDArray[np.uint8]) -> bool:
    """Tell which way round a photo is, by the balance of its brightness.

    Any property that changes sign in a mirror would do. This one is exact, being a sum of whole
    numbers, and hardly depends on scale, compression or exposure.
    """
    sums = cv2.reduce(image, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    columns = np.asarray(sums, dtype=np.int64).reshape(-1, 3).sum(axis=1)
    twice_offset = 2 * np.arange(len(columns), dtype=np.int64) - (len(columns) - 1)
    return int((columns * twice_offset).sum()) > 0


def mirrored_pose(pose: Pose, width: int) -> Pose:
    """Return ``pose`` for the horizontally flipped picture of ``width`` pixels.

    Left and right landmarks change places, so that "left" stays the person's own left.
    """
    landmarks = pose.landmarks[OTHER_SIDE].copy()
    landmarks[:, 0] = width - 1 - landmarks[:, 0]
    world = pose.world[OTHER_SIDE].copy()
    world[:, 0] *= -1
    return dataclasses.replace(
        pose,
        landmarks=landmarks,
        visibility=pose.visibility[OTHER_SIDE],
        presence=pose.presence[OTHER_SIDE],
        world=world,
        mask=np.asarray(cv2.flip(pose.mask, 1), dtype=np.float32),
        others=tuple(mirrored_pose(other, width) for other in pose.others),
    )
