"""OpenPose's JSON of one photo, in the layout BODY_25."""

from __future__ import annotations

from typing import Final

from posture.analysis.keypoints import Keypoints
from posture.codec import Json
from posture.export.entries import Exportable, entries_of
from posture.export.layouts import BODY_25
from posture.landmarks import Landmark

VERSION: Final = 1.3
"""Version of the layout that OpenPose states since it writes ``person_id``."""

EMPTY: Final = (
    "face_keypoints_2d",
    "hand_left_keypoints_2d",
    "hand_right_keypoints_2d",
    "pose_keypoints_3d",
    "face_keypoints_3d",
    "hand_left_keypoints_3d",
    "hand_right_keypoints_3d",
)


def to_openpose(outcome: Exportable) -> dict[str, Json]:
    """Return the content of an OpenPose file for one photo.

    Parameters
    ----------
    outcome : Analysis or Entry

    Returns
    -------
    dict
        x, y in pixels of the original photo held upright and the confidence c, which is the
        landmark's visibility. Points that the photo does not show, and the small toes, are
        0, 0, 0. Neck and middle hip are midpoints; their confidence is the lower of the two.

    Raises
    ------
    LeftOutError
        ``photo_refused`` or ``no_keypoints``.
    """
    (entry,) = entries_of([outcome])
    keypoints = entry.need_keypoints()
    numbers: list[Json] = [number for _, parts in BODY_25 for number in _triple(keypoints, parts)]
    person: dict[str, Json] = {"person_id": [-1], "pose_keypoints_2d": numbers}
    person.update({name: [] for name in EMPTY})
    return {"version": VERSION, "people": [person]}


def _triple(keypoints: Keypoints, parts: tuple[Landmark, ...]) -> tuple[float, float, float]:
    points = [keypoints[landmark] for landmark in parts]
    if not points or not all(point.shown for point in points):
        return 0.0, 0.0, 0.0
    x = sum(point.x for point in points) / len(points)
    y = sum(point.y for point in points) / len(points)
    return round(x, 3), round(y, 3), round(min(point.visibility for point in points), 6)
