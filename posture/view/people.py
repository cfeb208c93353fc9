"""Other people in the photo: named beside the main person, refused where they touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.errors import PoseError
from posture.pose.plausibility import Pose, share_beside_bones
from posture.types import BoolArray, FloatArray
from posture.view.findings import Finding
from posture.view.stance import trunk_length_px

MAX_SIZE: Final = 0.5
"""Someone whose trunk is longer than this share of the main person's is not background."""

COARSE: Final = 4
"""Every fourth pixel is plenty to see whether two people touch."""

NEAR: Final = 0.05
"""People touch when they are closer than this, in trunk lengths: 2 to 3 cm."""

MAX_BESIDE_BONES: Final = 0.06
"""Share of a body that may lie far from its bones: at most 0.053 in 73 real photos of one person,
more in half of the pictures put together of two who touch and were found as one."""

CUT_SHARE: Final = 0.25
"""A border cuts someone off if they touch it along this share of their height."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Size and place of one person in the photo.

    Parameters
    ----------
    unit_px : float
        Trunk length.
    body : ndarray of bool, shape (H / 4, W / 4)
        Where the person is.
    """

    unit_px: float
    body: BoolArray

    @classmethod
    def of(cls, landmarks_px: FloatArray, mask: NDArray[np.float32]) -> Self:
        """Return the person with these landmarks, (33, 2), and this mask, (H, W)."""
        return cls(unit_px=trunk_length_px(landmarks_px), body=mask[::COARSE, ::COARSE] > 0.5)

    @property
    def cut_off(self) -> bool:
        """Whether the left or right border of the photo cuts the person off."""
        height = int(self.body.any(axis=1).sum())
        touching = max(int(self.body[:, 0].sum()), int(self.body[:, -1].sum()))
        return touching > CUT_SHARE * max(height, 1)

    def touches(self, other: Person) -> bool:
        """Tell whether two people touch or cover each other."""
        reach = 2 * max(1, round(NEAR * self.unit_px / COARSE)) + 1
        near = cv2.dilate(self.body.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
        return bool((near & other.body).any())


def other_people(main: Person, others: tuple[Person, ...]) -> list[Finding]:
    """Return the finding about other people in the photo; refuse those who touch the main person.

    Someone cut off by the border of the photo is clearly not the one that was meant.

    Raises
    ------
    PoseError
        ``several_people``: nearly as large and whole in the picture; ``people_touch``.
    """
    if any(main.touches(other) for other in others):
        raise PoseError(
            "Someone else touches or covers the person: take the photo again with one person "
            "alone.",
            code="people_touch",
        )
    if any(other.unit_px > MAX_SIZE * main.unit_px and not other.cut_off for other in others):
        raise PoseError(
            "There are several people in the photo: take it again with one person alone, or "
            "crop it to that person.",
            code="several_people",
        )
    return [OTHER_PEOPLE] if others else []


def reach_findings(pose: Pose) -> list[Finding]:
    """Return the finding about an outline that holds more than a body with these landmarks."""
    return [WIDE_OUTLINE] if share_beside_bones(pose) > MAX_BESIDE_BONES else []


OTHER_PEOPLE: Final = Finding(
    code="other_people",
    cost_deg=None,
    message="Someone else is in the picture; only the main person was read.",
    advice="Take the photo with one person alone.",
)

WIDE_OUTLINE: Final = Finding(
    code="wide_outline",
    cost_deg=None,
    message="The outline reaches far from the body: it may hold wide clothes, a thing or a person.",
    advice="Take the photo with one person alone, nothing beside them, in close-fitting clothes.",
)
