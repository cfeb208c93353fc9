"""Hints: facts about a photo that the user supplies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Self, get_args

from posture.errors import SettingsError
from posture.inputs.checks import range_problem
from posture.inputs.protocol import CM_PER_M, Protocol, camera_problem, cm_of
from posture.types import Clothing, Facing, Point, Sex

MAX_ROLL_DEG: Final = 45.0
"""A photo turned further than this was stored in the wrong orientation."""

HEIGHT_RANGE_CM: Final = (100.0, 230.0)


@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Hints:
    """Facts about a photo that the user supplies.

    Parameters
    ----------
    facing : {"left", "right"}, optional
        Where the person looks; overrides the cues.
    roll_deg : float, optional
        Clockwise rotation of the picture's content; overrides the estimate.
    sex : {"female", "male"}, optional
        Selects the norms and improves the estimates of the arch.
    clothing : {"minimal", "tight", "loose"}, optional
        What the person wears on trunk and hips: underwear or swimwear, clothes that lie on the
        body, or anything that hangs off it. Improves the estimates of the arch.
    height_cm : float, optional
        Body height; adds centimetres to the report and scale to manual points.
    asis_px, psis_px : (x, y), optional
        Both bony points of the pelvis, in pixels of the original photo held upright (as any
        viewer shows it), from its upper left corner, y down. Together they give a true tilt,
        which replaces the estimate.
    stickers : bool
        Whether coloured round stickers mark ASIS and PSIS: they are located in the photo, or the
        points above lie on them.
    camera_height_cm : float, optional
        Height of the lens above the floor that the person stands on.
    camera_distance_cm : float, optional
        Distance from the lens to the person.
    camera_height_m, distance_m : float, optional
        The same two in metres, as version 0.1.0 called them.

    Raises
    ------
    SettingsError
        If a value is outside its range, or a length is given in both units.
    """

    facing: Facing | None = None
    roll_deg: float | None = None
    sex: Sex | None = None
    clothing: Clothing | None = None
    height_cm: float | None = None
    asis_px: Point | None = None
    psis_px: Point | None = None
    stickers: bool = False
    camera_height_cm: float | None = None
    camera_distance_cm: float | None = None

    # Written out: as InitVar, the two old names would clash with the properties below.
    def __init__(
        self,
        *,
        facing: Facing | None = None,
        roll_deg: float | None = None,
        sex: Sex | None = None,
        clothing: Clothing | None = None,
        height_cm: float | None = None,
        asis_px: Point | None = None,
        psis_px: Point | None = None,
        stickers: bool = False,
        camera_height_cm: float | None = None,
        camera_distance_cm: float | None = None,
        camera_height_m: float | None = None,
        distance_m: float | None = None,
    ) -> None:
        given = {
            "facing": facing,
            "roll_deg": roll_deg,
            "sex": sex,
            "clothing": clothing,
            "height_cm": height_cm,
            "asis_px": asis_px,
            "psis_px": psis_px,
            "stickers": stickers,
            "camera_height_cm": _in_cm(
                "camera_height_cm", camera_height_cm, "camera_height_m", camera_height_m
            ),
            "camera_distance_cm": _in_cm(
                "camera_distance_cm", camera_distance_cm, "distance_m", distance_m
            ),
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)
        self._check()

    @property
    def camera_height_m(self) -> float | None:
        """``camera_height_cm`` in metres."""
        return None if self.camera_height_cm is None else self.camera_height_cm / CM_PER_M

    @property
    def distance_m(self) -> float | None:
        """``camera_distance_cm`` in metres."""
        return None if self.camera_distance_cm is None else self.camera_distance_cm / CM_PER_M

    def setup(self) -> Protocol:
        """Return the part of the hints that describes the set-up."""
        return Protocol(
            clothing=self.clothing,
            camera_height_cm=self.camera_height_cm,
            camera_distance_cm=self.camera_distance_cm,
        )

    def with_setup(self, protocol: Protocol) -> Self:
        """Return the hints with everything in a protocol that affects an analysis.

        The hints keep their own value where the protocol has none.
        """
        known = protocol.filled_from(self.setup())
        return replace(
            self,
            clothing=known.clothing,
            camera_height_cm=known.camera_height_cm,
            camera_distance_cm=known.camera_distance_cm,
        )

    def _check(self) -> None:
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
        if problem := range_problem(
            "Height is given in centimetres, between {low} and {high}.",
            self.height_cm,
            HEIGHT_RANGE_CM,
        ):
            raise SettingsError(problem, code="bad_height")
        camera = camera_problem(
            height_cm=self.camera_height_cm, distance_cm=self.camera_distance_cm
        )
        if camera:
            raise SettingsError(camera, code="bad_camera")
        _check_pair(self.asis_px, self.psis_px)


def _in_cm(name: str, value: float | None, old: str, metres: float | None) -> float | None:
    """Return the value given under the present name or the old one, which is in metres."""
    if value is not None and metres is not None:
        raise SettingsError(
            f"{name} and {old} mean the same in two units: give {name} alone.", code="bad_camera"
        )
    return cm_of(metres) if value is None else value


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
