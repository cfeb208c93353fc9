"""A pose as it would have been read in a mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from posture.landmarks import LANDMARK_COUNT, Landmark

if TYPE_CHECKING:
    from posture.pose import Pose


def _other_side() -> list[int]:
    """For each landmark, the index of its counterpart on the other side of the body."""
    names = {landmark.name: int(landmark) for landmark in Landmark}
    swap = {"LEFT": "RIGHT", "RIGHT": "LEFT"}
    return [
        names["_".join(swap.get(word, word) for word in Landmark(i).name.split("_"))]
        for i in range(LANDMARK_COUNT)
    ]


OTHER_SIDE: Final = _other_side()


def mirrored_pose(pose: Pose, width: int) -> Pose:
    """Return ``pose`` for the horizontally flipped picture.

    Left and right landmarks change places, so that "left" stays the person's own left.

    Parameters
    ----------
    pose : Pose
    width : int
        Width of the picture in pixels.

    Returns
    -------
    Pose
    """
    from posture.pose import Pose  # here, because it loads MediaPipe

    landmarks = pose.landmarks[OTHER_SIDE].copy()
    landmarks[:, 0] = width - 1 - landmarks[:, 0]
    world = pose.world[OTHER_SIDE].copy()
    world[:, 0] *= -1
    return Pose(
        landmarks=landmarks,
        visibility=pose.visibility[OTHER_SIDE],
        presence=pose.presence[OTHER_SIDE],
        world=world,
        mask=np.ascontiguousarray(pose.mask[:, ::-1]),
    )
