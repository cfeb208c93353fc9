"""Corrections by hand: points placed in the picture, and the facing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Self

from posture.codec import FieldError, Rounded, Table, decode, encode_record
from posture.errors import SettingsError
from posture.texts import POINT_LABELS
from posture.types import Facing, Point

JOINT_POINTS: Final = ("ear", "shoulder", "hip", "knee", "ankle")
BACK_POINTS: Final = ("t12", "s1")
PELVIS_POINTS: Final = ("asis", "psis")
POINTS: Final = (*JOINT_POINTS, *BACK_POINTS, *PELVIS_POINTS)
"""Every point that can be placed, from top to bottom of each group."""

POINT_PLACES: Final[Mapping[str, str]] = {
    "ear": "the opening of the ear canal",
    "shoulder": "the middle of the shoulder joint, two finger widths below the acromion",
    "hip": "the greater trochanter, the bump on the outside of the hip",
    "knee": "the middle of the knee, at the height of its joint line",
    "ankle": "the tip of the outer ankle bone (malleolus)",
    "t12": "the back outline at the lowest rib-bearing vertebra",
    "s1": "the back outline at the top of the sacrum",
    "asis": "the bony point at the front of the pelvis",
    "psis": "the bony point at the back of the pelvis, at the dimple",
}
"""Anatomical place of each point, worded for the person who places it."""

SAME_PX: Final = 0.75
"""A point placed this close to its old position counts as unmoved: rounding to whole pixels moves
it by up to 0.7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCorrections:
    """Corrections as files hold them: only the points that were placed, by name."""

    facing: Facing | None
    points: Mapping[str, Annotated[Point, Rounded(2)]]
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Corrections of one photo, in pixels of the reduced upright photo (``Geometry.image``).

    Parameters
    ----------
    facing : {"left", "right"}, optional
    ear, shoulder, hip, knee, ankle : (x, y), optional
        Joint centres; see :data:`POINT_PLACES`.
    t12, s1 : (x, y), optional
        Levels on the back outline where the two tangents are taken.
    asis, psis : (x, y), optional
        Ends of the line whose angle is the pelvic tilt; both or neither.
    marked : bool
        Whether stickers or pen marks, placed by palpation, show ASIS and PSIS.

    Raises
    ------
    SettingsError
        ``bad_point`` or ``bad_facing``.
    """

    facing: Facing | None = None
    ear: Point | None = None
    shoulder: Point | None = None
    hip: Point | None = None
    knee: Point | None = None
    ankle: Point | None = None
    t12: Point | None = None
    s1: Point | None = None
    asis: Point | None = None
    psis: Point | None = None
    marked: bool = False

    def __post_init__(self) -> None:
        if self.facing not in (None, "left", "right"):
            raise SettingsError("Facing is either left or right.", code="bad_facing")
        for name, point in self.points().items():
            if not (len(point) == 2 and all(map(math.isfinite, point))):
                raise bad_point(f"{POINT_LABELS[name]} needs two numbers, x and y in pixels.")
        if (self.asis is None) != (self.psis is None):
            raise bad_point("ASIS and PSIS make a line together: place both, or neither.")

    def points(self) -> dict[str, Point]:
        """Return the placed points by name."""
        placed = {name: self.get(name) for name in POINTS}
        return {name: point for name, point in placed.items() if point is not None}

    def get(self, name: str) -> Point | None:
        """Return a point by its name."""
        point: Point | None = getattr(self, name)
        return point

    @property
    def names(self) -> tuple[str, ...]:
        """Names of everything corrected: ``"facing"`` and points."""
        facing = () if self.facing is None else ("facing",)
        return (*facing, *self.points())

    def without(self, *names: str) -> Self:
        """Return the corrections without some points, or without the facing."""
        kept = {name: point for name, point in self.points().items() if name not in names}
        facing = None if "facing" in names else self.facing
        return type(self)(facing=facing, marked=self.marked, **kept)

    def moved(self, move: Callable[[Point], Point]) -> Self:
        """Return the corrections with every point moved, as for another size of the picture."""
        moved = {name: move(point) for name, point in self.points().items()}
        return type(self)(facing=self.facing, marked=self.marked, **moved)

    def mirrored(self, width: int) -> Self:
        """Return the corrections for the horizontally flipped picture of ``width`` pixels."""
        moved = {name: (width - 1 - x, y) for name, (x, y) in self.points().items()}
        other: Mapping[Facing, Facing] = {"left": "right", "right": "left"}
        facing = None if self.facing is None else other[self.facing]
        return type(self)(facing=facing, marked=self.marked, **moved)

    def to_dict(self) -> Table:
        """Return the JSON form."""
        stored = StoredCorrections(facing=self.facing, points=self.points(), marked=self.marked)
        return encode_record(stored)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Rebuild corrections from their JSON form.

        Raises
        ------
        SettingsError
            ``bad_point`` or ``bad_facing``, naming what is wrong.
        """
        try:
            return cls.from_stored(decode(StoredCorrections, data))
        except FieldError as error:
            code = "bad_facing" if error.field == "facing" else "bad_point"
            raise SettingsError(f"Corrections cannot be read: {error}.", code=code) from error

    @classmethod
    def from_stored(cls, stored: StoredCorrections) -> Self:
        """Return the corrections that a file holds; raises like :meth:`from_dict`."""
        unknown = sorted(set(stored.points) - set(POINTS))
        if unknown:
            raise bad_point(f"There is no point {unknown[0]!r}: there are {', '.join(POINTS)}.")
        return cls(facing=stored.facing, marked=stored.marked, **stored.points)


NO_CORRECTIONS: Final = Corrections()


def bad_point(sentence: str) -> SettingsError:
    """Return the error for an impossible point."""
    return SettingsError(sentence, code="bad_point")
