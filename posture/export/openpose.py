"""OpenPose JSON of one photo, in the layout BODY_25."""

from __future__ import annotations

from typing import Final

from posture.analysis.keypoints import Keypoints
from posture.codec import Json, Table
from posture.export.entries import Exportable, entries_of
from posture.landmarks import Landmark

VERSION: Final = 1.3
"""Version of the layout with ``person_id``, as OpenPose itself states it."""

EMPTY: Final = (
    "face_keypoints_2d",
    "hand_left_keypoints_2d",
    "hand_right_keypoints_2d",
    "pose_keypoints_3d",
    "face_keypoints_3d",
    "hand_left_keypoints_3d",
    "hand_right_keypoints_3d",
)

MID_SHOULDER: Final = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
MID_HIP: Final = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)

BODY_25: Final[tuple[tuple[str, tuple[Landmark, ...]], ...]] = (
    ("Nose", (Landmark.NOSE,)),
    ("Neck", MID_SHOULDER),
    ("RShoulder", (Landmark.RIGHT_SHOULDER,)),
    ("RElbow", (Landmark.RIGHT_ELBOW,)),
    ("RWrist", (Landmark.RIGHT_WRIST,)),
    ("LShoulder", (Landmark.LEFT_SHOULDER,)),
    ("LElbow", (Landmark.LEFT_ELBOW,)),
    ("LWrist", (Landmark.LEFT_WRIST,)),
    ("MidHip", MID_HIP),
    ("RHip", (Landmark.RIGHT_HIP,)),
    ("RKnee", (Landmark.RIGHT_KNEE,)),
    ("RAnkle", (Landmark.RIGHT_ANKLE,)),
    ("LHip", (Landmark.LEFT_HIP,)),
    ("LKnee", (Landmark.LEFT_KNEE,)),
    ("LAnkle", (Landmark.LEFT_ANKLE,)),
    ("REye", (Landmark.RIGHT_EYE,)),
    ("LEye", (Landmark.LEFT_EYE,)),
    ("REar", (Landmark.RIGHT_EAR,)),
    ("LEar", (Landmark.LEFT_EAR,)),
    ("LBigToe", (Landmark.LEFT_FOOT_INDEX,)),
    ("LSmallToe", ()),
    ("LHeel", (Landmark.LEFT_HEEL,)),
    ("RBigToe", (Landmark.RIGHT_FOOT_INDEX,)),
    ("RSmallToe", ()),
    ("RHeel", (Landmark.RIGHT_HEEL,)),
)
"""Points of BODY_25, each with the landmarks whose midpoint it is; small toes have no landmark."""


def to_openpose(outcome: Exportable) -> Table:
    """Return the content of an OpenPose file for one photo.

    Parameters
    ----------
    outcome : Analysis or Entry

    Returns
    -------
    dict
        x and y in pixels of the original photo held upright, and the confidence, which is the
        landmark's visibility. Points outside the picture, and the small toes, are 0, 0, 0. Neck
        and mid-hip are midpoints; their confidence is the lower of the two.

    Raises
    ------
    LeftOutError
        ``photo_refused`` or ``no_keypoints``.
    """
    (entry,) = entries_of([outcome])
    keypoints = entry.need_keypoints()
    numbers: list[Json] = [number for _, parts in BODY_25 for number in _triple(keypoints, parts)]
    person: Table = {"person_id": [-1], "pose_keypoints_2d": numbers}
    person.update({name: [] for name in EMPTY})
    return {"version": VERSION, "people": [person]}


def _triple(keypoints: Keypoints, parts: tuple[Landmark, ...]) -> tuple[float, float, float]:
    points = [keypoints[landmark] for landmark in parts]
    if not points or not all(point.shown for point in points):
        return 0.0, 0.0, 0.0
    x = sum(point.x for point in points) / len(points)
    y = sum(point.y for point in points) / len(points)
    return round(x, 3), round(y, 3), round(min(point.visibility for point in points), 6)
