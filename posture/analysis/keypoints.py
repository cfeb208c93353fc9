"""Keypoints: the 33 landmarks in pixels of the original photo, for export."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from posture.codec import Rounded, Table, encode_record
from posture.geometry.silhouette import Silhouette
from posture.landmarks import Landmark
from posture.photo.load import Photo
from posture.types import FloatArray

PART_OF: Final[dict[Landmark, str]] = {
    **dict.fromkeys(map(Landmark, range(Landmark.LEFT_SHOULDER)), "head"),
    Landmark.LEFT_SHOULDER: "shoulders",
    Landmark.RIGHT_SHOULDER: "shoulders",
    Landmark.LEFT_HIP: "hips",
    Landmark.RIGHT_HIP: "hips",
    Landmark.LEFT_KNEE: "knees",
    Landmark.RIGHT_KNEE: "knees",
    Landmark.LEFT_ANKLE: "ankles",
    Landmark.RIGHT_ANKLE: "ankles",
    Landmark.LEFT_HEEL: "feet",
    Landmark.RIGHT_HEEL: "feet",
    Landmark.LEFT_FOOT_INDEX: "feet",
    Landmark.RIGHT_FOOT_INDEX: "feet",
}
"""Part of the body that a landmark belongs to; arms and hands belong to none that is checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypoint:
    """One landmark in the original photo.

    Parameters
    ----------
    name : str
        Name of :class:`posture.landmarks.Landmark` in lower case; "left" and "right" are the
        person's own sides.
    x, y : float
        Pixels of the original photo held upright, y down; pixel centres are at whole numbers.
    visibility : float
        0 to 1: how sure the pose network is that nothing hides the landmark.
    shown : bool
        Whether the photo shows that part of the body at all. The network also places landmarks
        beyond the border, and is sure of them.
    """

    name: str
    x: Annotated[float, Rounded(2)]
    y: Annotated[float, Rounded(2)]
    visibility: Annotated[float, Rounded(3)]
    shown: bool

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypoints:
    """All keypoints of one person, and the size of the person in the photo.

    Parameters
    ----------
    photo_size_px : tuple of int
        (width, height) of the original photo held upright.
    body_box_px : tuple of float
        Bounding box (x, y, width, height) of the contour.
    body_area_px : float
        Area within the contour.
    stature_px : float or None
        Height of the body along true vertical; ``None`` when head or feet are cut off.
    points : tuple of Keypoint
        In the order of :class:`posture.landmarks.Landmark`.

    Raises
    ------
    ValueError
        If these are not the 33 landmarks, a number is not finite or a size is not positive.
    """

    photo_size_px: tuple[int, ...]
    body_box_px: Annotated[tuple[float, ...], Rounded(2)]
    body_area_px: Annotated[float, Rounded(1)]
    stature_px: Annotated[float | None, Rounded(2)]
    points: tuple[Keypoint, ...]

    def __post_init__(self) -> None:
        if tuple(point.name for point in self.points) != NAMES:
            raise ValueError("there must be the 33 landmarks by name and in order")
        if len(self.photo_size_px) != 2 or len(self.body_box_px) != 4:
            raise ValueError("a photo has two sides and a box has four numbers")
        sizes = [*self.photo_size_px, *self.body_box_px[2:], self.body_area_px]
        if self.stature_px is not None:
            sizes.append(self.stature_px)
        numbers = [number for point in self.points for number in (point.x, point.y)]
        if not all(map(math.isfinite, (*sizes, *self.body_box_px[:2], *numbers))):
            raise ValueError("landmarks are finite numbers")
        if min(sizes) <= 0:
            raise ValueError("sizes are positive")
        if not all(0 <= point.visibility <= 1 for point in self.points):
            raise ValueError("visibility lies between 0 and 1")

    def __getitem__(self, landmark: Landmark | str) -> Keypoint:
        """Return a keypoint by its landmark or its name."""
        if isinstance(landmark, str):
            if landmark not in NAMES:
                raise KeyError(landmark)
            return self.points[NAMES.index(landmark)]
        return self.points[landmark]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the 33 landmarks, in the order of the arrays."""
        return NAMES

    @property
    def xy_px(self) -> FloatArray:
        """Points, shape (33, 2), in pixels of the original photo held upright, y down."""
        return np.array([(point.x, point.y) for point in self.points], dtype=np.float64)

    @property
    def visibility(self) -> FloatArray:
        """How sure the network is that nothing hides each point, shape (33,)."""
        return np.array([point.visibility for point in self.points], dtype=np.float64)

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Whether the photo shows that part of the body at all, shape (33,)."""
        return np.array([point.shown for point in self.points], dtype=np.bool_)

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)


NAMES: Final = tuple(landmark.name.lower() for landmark in Landmark)


def locate_keypoints(
    landmarks_px: FloatArray,
    visibility: FloatArray,
    silhouette: Silhouette,
    *,
    photo: Photo,
    parts: frozenset[str],
) -> Keypoints:
    """Convert landmarks of the reduced photo to keypoints of the original.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
        In pixels of the reduced photo.
    visibility : ndarray, shape (33,)
    photo : Photo
        The reduced photo, and what is known of the original.
    parts : frozenset of str
        Parts of the body that the photo shows.
    """
    photo_size, corner = photo.source_size, np.array(photo.corner)
    scale = np.array(photo.part.sides(photo_size)) / np.array(photo.image.shape[1::-1])
    points = to_original(landmarks_px, scale) + corner
    contour = to_original(silhouette.contour_px, scale) + corner
    left, top = np.maximum(contour.min(axis=0), -0.5)
    right, bottom = np.minimum(contour.max(axis=0), np.array(photo_size) - 0.5)
    stature = silhouette.stature(parts)
    unit = silhouette.frame.unit_px
    within = (points > -0.5) & (points < np.array(photo_size) - 0.5)
    inside = within[:, 0] & within[:, 1]
    sure = np.clip(visibility, 0.0, 1.0)
    shown_parts = parts | {""}
    return Keypoints(
        photo_size_px=photo_size,
        body_box_px=(float(left), float(top), float(right - left), float(bottom - top)),
        body_area_px=_area(contour),
        stature_px=None if stature is None else stature * unit * float(scale.mean()),
        points=tuple(
            Keypoint(
                name=NAMES[i],
                x=float(points[i, 0]),
                y=float(points[i, 1]),
                visibility=float(sure[i]),
                shown=bool(inside[i]) and PART_OF.get(landmark, "") in shown_parts,
            )
            for i, landmark in enumerate(Landmark)
        ),
    )


def to_original(points_px: FloatArray, scale: FloatArray) -> FloatArray:
    """Convert points, shape (N, 2), of the reduced photo; ``scale`` is that of both axes, (2,).

    Pixel centres are at whole numbers in both pictures, so it is the borders that correspond.
    """
    converted: FloatArray = (np.asarray(points_px, dtype=np.float64) + 0.5) * scale - 0.5
    return converted


def _area(contour: FloatArray) -> float:
    x, y = contour[:, 0], contour[:, 1]
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))
