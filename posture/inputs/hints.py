"""What the user knows about a photo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, get_args

from posture.errors import SettingsError
from posture.messages import message
from posture.types import Clothing, Facing, Point, Sex

MAX_ROLL_DEG: Final = 45.0
"""A photo turned further than this is one whose orientation is wrong."""

HEIGHT_RANGE_CM: Final = (100.0, 230.0)

DISTANCE_RANGE_M: Final = (1.0, 15.0)
"""Nearer than a metre no body fits into a picture, and beyond fifteen it is a handful of pixels."""

CAMERA_HEIGHT_RANGE_M: Final = (0.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the user knows about a photo.

    Parameters
    ----------
    facing : {"left", "right"}, optional
        Where the person looks; overrides the cues.
    roll_deg : float, optional
        How far the picture's content is turned clockwise; overrides the estimate.
    sex : {"female", "male"}, optional
        Chooses norms, and makes the estimates of the arch better.
    clothing : {"minimal", "tight", "loose"}, optional
        What the person wears on trunk and hips: underwear or swimwear, clothes that lie on the
        body, or anything that hangs off it. Makes the estimates of the arch better.
    height_cm : float, optional
        Body height; adds centimetres to the report and scale to manual points.
    asis_px, psis_px : (x, y), optional
        Both bony points of the pelvis, in pixels of the original photo held upright (as any
        viewer shows it), from its upper left corner, y down. Together they give a true tilt,
        which takes the place of the estimate.
    stickers : bool
        Coloured round stickers mark ASIS and PSIS: they are looked for, or the points above
        lie on them.
    distance_m : float, optional
        From the lens to the person.
    camera_height_m : float, optional
        Of the lens above the floor that the person stands on.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    facing: Facing | None = None
    roll_deg: float | None = None
    sex: Sex | None = None
    clothing: Clothing | None = None
    height_cm: float | None = None
    asis_px: Point | None = None
    psis_px: Point | None = None
    stickers: bool = False
    distance_m: float | None = None
    camera_height_m: float | None = None

    def __post_init__(self) -> None:
        if self.facing not in (None, "left", "right"):
            raise SettingsError("Facing is either left or right.", code="bad_facing")
        if self.sex not in (None, "female", "male"):
            raise SettingsError("Sex is either female or male, or left out.", code="bad_sex")
        if self.clothing not in (None, *get_args(Clothing)):
            raise SettingsError(
                "Clothing is minimal, tight or loose, or left out.", code="bad_clothing"
            )
        if self.roll_deg is not None and not abs(self.roll_deg) <= MAX_ROLL_DEG:
            raise SettingsError(
                f"Roll is between -{MAX_ROLL_DEG:.0f} and {MAX_ROLL_DEG:.0f} degrees.",
                code="bad_roll",
            )
        low, high = HEIGHT_RANGE_CM
        if self.height_cm is not None and not low <= self.height_cm <= high:
            raise SettingsError(
                message(
                    "Height is given in centimetres, between {low} and {high}.",
                    low=f"{low:.0f}",
                    high=f"{high:.0f}",
                ),
                code="bad_height",
            )
        _check_metres(self.distance_m, DISTANCE_RANGE_M, "The distance of the camera")
        _check_metres(self.camera_height_m, CAMERA_HEIGHT_RANGE_M, "The height of the camera")
        _check_pair(self.asis_px, self.psis_px)


def _check_metres(value: float | None, span: tuple[float, float], name: str) -> None:
    low, high = span
    if value is not None and not low <= value <= high:
        raise SettingsError(
            f"{name} is given in metres, between {low:.0f} and {high:.0f}.", code="bad_camera"
        )


def _check_pair(asis: Point | None, psis: Point | None) -> None:
    if (asis is None) != (psis is None):
        raise SettingsError(
            "ASIS and PSIS make a line together: give both points, or neither.", code="bad_point"
        )
    for name, point in (("ASIS", asis), ("PSIS", psis)):
        if point is not None and not (len(point) == 2 and all(map(math.isfinite, point))):
            raise SettingsError(
                f"The {name} is given as two numbers: pixels from the left and from the top.",
                code="bad_point",
            )


NO_HINTS: Final = Hints()
