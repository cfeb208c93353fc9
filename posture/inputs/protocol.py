"""How the photos of a visit were taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from posture.errors import SettingsError
from posture.inputs.checks import range_problem, text_problem
from posture.types import Clothing

CAMERA_HEIGHT_RANGE_CM: Final = (10.0, 300.0)
CAMERA_DISTANCE_RANGE_M: Final = (0.5, 20.0)

Arms = Literal["crossed_high", "clasped_front", "forward", "by_side", "other"]
Stance = Literal["relaxed", "tall"]
Footwear = Literal["barefoot", "shoes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How the photos of a visit were taken; ``None`` where nobody wrote it down.

    Parameters
    ----------
    arms : {"crossed_high", "clasped_front", "forward", "by_side", "other"}, optional
    clothing : {"minimal", "tight", "loose"}, optional
    stance : {"relaxed", "tall"}, optional
    footwear : {"barefoot", "shoes"}, optional
    camera_height_cm : float, optional
        Lens above the floor.
    camera_distance_m : float, optional
    instruction : str
        The words that were said.

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
    camera_distance_m: float | None = None
    instruction: str = ""

    def __post_init__(self) -> None:
        problem = (
            range_problem(
                "Camera height is given in cm, between {low} and {high}.",
                self.camera_height_cm,
                CAMERA_HEIGHT_RANGE_CM,
            )
            or range_problem(
                "Camera distance is given in metres, between {low} and {high}.",
                self.camera_distance_m,
                CAMERA_DISTANCE_RANGE_M,
            )
            or text_problem("The instruction", self.instruction)
        )
        if problem:
            raise SettingsError(problem, code="bad_setup")
