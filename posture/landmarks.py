"""Names of the 33 BlazePose landmarks, and the groups that this package uses.

A landmark is a point that the pose network puts out; a joint is a joint centre computed from
landmarks or placed by a person; a keypoint is a landmark exported in pixels of the original photo.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

LANDMARK_COUNT: Final = 33


class Landmark(IntEnum):
    """Index of a landmark; "left" and "right" are the person's own sides."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


Pair = tuple[Landmark, Landmark]

EARS: Final[Pair] = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
SHOULDERS: Final[Pair] = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
ELBOWS: Final[Pair] = (Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW)
WRISTS: Final[Pair] = (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST)
FINGERS: Final[Pair] = (Landmark.LEFT_INDEX, Landmark.RIGHT_INDEX)
HIPS: Final[Pair] = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
KNEES: Final[Pair] = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)
ANKLES: Final[Pair] = (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE)
HEELS: Final[Pair] = (Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL)
TOES: Final[Pair] = (Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_FOOT_INDEX)
FACE: Final = tuple(Landmark(i) for i in range(11))
