"""Set-up of a visit: arms, clothing, camera and the rest of how its photos were taken."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal, Self

from posture.codec import FreeText, stored_as
from posture.errors import SettingsError
from posture.inputs.checks import range_problem, text_problem
from posture.types import Clothing

MOST_PHOTOS: Final = 9
"""Photos of one visit. The error between photos falls to 58 % in a mean of three, which users are
asked for, and to 33 % in one of nine: more photos no longer help noticeably."""

CAMERA_HEIGHT_RANGE_CM: Final = (10.0, 300.0)
"""From a phone that stands on the floor to the highest place where anyone mounts a camera; a height
typed in metres lies below."""

CAMERA_DISTANCE_RANGE_CM: Final = (50.0, 2000.0)
"""Closer than half a metre no body fits into the picture; beyond twenty metres it is a handful of
pixels."""

CM_PER_M: Final = 100.0

Arms = Literal["crossed_high", "clasped_front", "forward", "by_side", "other"]
Stance = Literal["relaxed", "tall"]
Footwear = Literal["barefoot", "shoes"]


def camera_problem(*, height_cm: float | None, distance_cm: float | None) -> str | None:
    """Return the sentence for an impossible camera position; ``None`` if possible or not given."""
    return range_problem(
        "The height of the camera is given in centimetres, between {low} and {high}.",
        height_cm,
        CAMERA_HEIGHT_RANGE_CM,
    ) or range_problem(
        "The distance of the camera is given in centimetres, between {low} and {high}.",
        distance_cm,
        CAMERA_DISTANCE_RANGE_CM,
    )


def cm_of(metres: float | None) -> float | None:
    """Return metres as centimetres, without floating-point noise.

    >>> cm_of(1.1), cm_of(None)
    (110.0, None)
    """
    return None if metres is None else round(CM_PER_M * metres, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Set-up of a visit's photos; ``None`` where it was not recorded.

    Parameters
    ----------
    camera_height_cm : float, optional
        Height of the lens above the floor.
    camera_distance_cm : float, optional
        Distance from the lens to the person.
    instruction : str
        The words spoken to the client.

    Raises
    ------
    SettingsError
        ``bad_setup``, naming the field.
    """

    arms: Arms | None = None
    clothing: Clothing | None = None
    stance: Stance | None = None
    footwear: Footwear | None = None
    camera_height_cm: float | None = None
    # Client files and exports have held metres since version 0.1.0.
    camera_distance_cm: float | None = stored_as("camera_distance_m", default=None, per=CM_PER_M)
    instruction: FreeText = ""

    def __post_init__(self) -> None:
        problem = camera_problem(
            height_cm=self.camera_height_cm, distance_cm=self.camera_distance_cm
        ) or text_problem("The instruction", self.instruction)
        if problem:
            raise SettingsError(problem, code="bad_setup")

    def filled_from(self, before: Self) -> Self:
        """Return the protocol with its gaps filled from an earlier one."""
        stated = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {
            name: getattr(before, name) if value in (None, "") else value
            for name, value in stated.items()
        }
        return type(self)(**kept)


NO_PROTOCOL: Final = Protocol()
