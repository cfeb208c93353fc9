"""The gate: which way the person faces, and what this photo costs in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypedDict

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.facing import Cue, decide_facing, facing_cues
from posture.frame import Facing, midpoint
from posture.landmarks import HIPS
from posture.roll import Roll, estimate_roll, given_roll
from posture.stance import (
    parts_in_frame,
    require_one_person,
    require_side_view,
    require_standing,
    require_trunk,
    trunk_length_px,
)

FloatArray = NDArray[np.float64]

NOTE_ROLL_DEG: Final = 2.0
"""Corrected camera roll that is worth telling the user about."""

NOTE_YAW_DEG: Final = 12.0
"""Yaw that is worth telling: twice the scatter of the yaw estimate itself."""

YAW_COST: Final = 0.055
"""Degrees of error per degree of yaw: turning a body by 20 degrees moved the ASIS-PSIS line
by up to 3 degrees one way and 1 the other (geometry, docs/method.md), and mixes left and
right outline."""

CAMERA_HEIGHT_SD_DEG: Final = 1.8
"""Unknown lens height: +-0.2 m (SD) at 3 m tilts the picture of the pelvis by this much."""

MIN_TRUNK_PX: Final = 110.0
"""Below this trunk length one pixel is more than 4 mm and the hollow a handful of pixels."""

MIN_SHARPNESS: Final = 6.0
"""Spread of the Laplacian along the body below which edges are smeared over several pixels."""


class FindingDict(TypedDict):
    """JSON form of :class:`Finding`."""

    code: str
    cost_deg: float | None
    message: str
    advice: str


class ViewDict(TypedDict):
    """JSON form of :class:`View`."""

    facing: str
    facing_cues: dict[str, float]
    yaw_deg: float
    roll_deg: float
    roll_sd_deg: float
    roll_source: str
    parts: list[str]
    findings: list[FindingDict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about the photo that costs accuracy.

    Parameters
    ----------
    code : str
        Machine-readable name.
    cost_deg : float or None
        Standard deviation, in degrees, that it adds to angles against the vertical; ``None``
        when it costs measures rather than degrees.
    message, advice : str
        What is the matter, and how to take a better photo.
    """

    code: str
    cost_deg: float | None
    message: str
    advice: str

    def to_dict(self) -> FindingDict:
        """Return the JSON form."""
        cost = None if self.cost_deg is None else round(self.cost_deg, 2)
        return {
            "code": self.code,
            "cost_deg": cost,
            "message": self.message,
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the person is seen.

    Parameters
    ----------
    facing : {"left", "right"}
        Where the person looks in the picture.
    cues : tuple of Cue
        What the facing was read from; empty when the user stated it.
    yaw_deg : float
        Turn out of the exact side view.
    roll : Roll
        Camera roll.
    parts : frozenset of str
        Parts of the body in the picture.
    findings : tuple of Finding
        What costs accuracy, in order of cost.
    """

    facing: Facing
    cues: tuple[Cue, ...]
    yaw_deg: float
    roll: Roll
    parts: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def angle_sd_deg(self) -> float:
        """What the photo costs every angle against the vertical, as a standard deviation."""
        costs = [finding.cost_deg for finding in self.findings if finding.cost_deg is not None]
        return float(np.sqrt(sum(cost**2 for cost in costs)))

    def to_dict(self) -> ViewDict:
        """Return the JSON form."""
        return {
            "facing": self.facing,
            "facing_cues": {cue.name: round(cue.score, 2) for cue in self.cues},
            "yaw_deg": round(self.yaw_deg, 1),
            "roll_deg": round(self.roll.deg, 2),
            "roll_sd_deg": round(self.roll.sd_deg, 2),
            "roll_source": self.roll.source,
            "parts": sorted(self.parts),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def judge_facing(
    landmarks_px: FloatArray,
    world: FloatArray,
    mask: NDArray[np.float32],
    *,
    given: Facing | None,
) -> tuple[Facing, tuple[Cue, ...]]:
    """Return the facing direction and its cues, refusing what is no side view at all.

    Raises
    ------
    PoseError
        ``body_cropped``, ``not_side_view`` or ``facing_unclear``.
    """
    parts = parts_in_frame(landmarks_px, mask)
    require_trunk(parts)
    require_side_view(landmarks_px, world)
    cues = facing_cues(landmarks_px, world, mask, in_frame=parts)
    return (given, ()) if given else (decide_facing(cues), cues)


def judge_view(
    image: NDArray[np.uint8],
    landmarks_px: FloatArray,
    world: FloatArray,
    mask: NDArray[np.float32],
    *,
    facing: Facing,
    cues: tuple[Cue, ...] = (),
    other_trunks_px: tuple[float, ...] = (),
    roll_deg: float | None = None,
) -> View:
    """Judge one detected person.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    landmarks_px : ndarray, shape (33, 2)
    world : ndarray, shape (33, 3)
    mask : ndarray of float32, shape (H, W)
    facing, cues
        From :func:`judge_facing`.
    other_trunks_px : tuple of float
        Trunk lengths of other people in the photo.
    roll_deg : float, optional
        Camera roll when the user knows it.

    Returns
    -------
    View

    Raises
    ------
    PoseError
        ``several_people``, ``body_cropped``, ``not_side_view`` or ``not_standing``.
    """
    unit = trunk_length_px(landmarks_px)
    require_one_person(unit, other_trunks_px)
    parts = parts_in_frame(landmarks_px, mask)
    require_trunk(parts)
    yaw = require_side_view(landmarks_px, world)
    person_x = float(midpoint(landmarks_px, HIPS)[0])
    roll = given_roll(roll_deg) if roll_deg is not None else estimate_roll(
        image, mask, person_x=person_x
    )
    require_standing(landmarks_px, parts, roll_deg=roll.deg)
    findings = [
        *_roll_findings(roll),
        *_yaw_findings(yaw),
        _camera_height(),
        *_crop_findings(parts),
        *_detail_findings(image, mask, unit),
        *_company_findings(other_trunks_px),
    ]
    findings.sort(key=lambda finding: -(finding.cost_deg or 0.0))
    return View(
        facing=facing,
        cues=cues,
        yaw_deg=yaw,
        roll=roll,
        parts=parts,
        findings=tuple(findings),
    )


def _roll_findings(roll: Roll) -> list[Finding]:
    if roll.source == "unknown":
        return [
            Finding(
                code="roll_unknown",
                cost_deg=roll.sd_deg,
                message="Nothing in the picture shows whether the camera was level.",
                advice="Switch on the camera grid and line it up with a door frame or wall edge.",
            )
        ]
    if abs(roll.deg) > NOTE_ROLL_DEG:
        return [
            Finding(
                code="camera_rolled",
                cost_deg=roll.sd_deg,
                message=f"The camera was tilted by about {abs(roll.deg):.0f}°; that is taken out.",
                advice="Hold the phone level, or set it on a shelf or tripod.",
            )
        ]
    return [
        Finding(
            code="roll_estimated",
            cost_deg=roll.sd_deg,
            message="The level of the camera was read from edges in the room.",
            advice="A door frame or wall edge beside the person makes this more exact.",
        )
    ] if roll.source == "lines" else []


def _yaw_findings(yaw: float) -> list[Finding]:
    if abs(yaw) < NOTE_YAW_DEG:
        return []
    return [
        Finding(
            code="turned",
            cost_deg=YAW_COST * abs(yaw),
            message=f"The person is turned about {abs(yaw):.0f}° out of the side view.",
            advice="Point both feet along a line that runs straight across the picture.",
        )
    ]


def _camera_height() -> Finding:
    return Finding(
        code="camera_height_unknown",
        cost_deg=CAMERA_HEIGHT_SD_DEG,
        message="The height of the camera is not known.",
        advice="Hold the phone at hip height, 3 to 4 metres away.",
    )


def _crop_findings(parts: frozenset[str]) -> list[Finding]:
    words = {"head": "the head", "knees": "the knees", "ankles": "the ankles", "feet": "the feet"}
    missing = [phrase for part, phrase in words.items() if part not in parts]
    if not missing:
        return []
    return [
        Finding(
            code="cropped",
            cost_deg=None,
            message=f"The picture does not show {', '.join(missing)}; what needs them is left out.",
            advice="Step back until head and feet are in the picture.",
        )
    ]


def _detail_findings(
    image: NDArray[np.uint8], mask: NDArray[np.float32], unit: float
) -> list[Finding]:
    found = []
    if unit < MIN_TRUNK_PX:
        found.append(
            Finding(
                code="low_resolution",
                cost_deg=1.5 * MIN_TRUNK_PX / unit,
                message="The person is small in the picture.",
                advice="Fill most of the height of the picture with the body.",
            )
        )
    if _sharpness(image, mask, unit) < MIN_SHARPNESS:
        found.append(
            Finding(
                code="blurred",
                cost_deg=1.0,
                message="The picture is blurred.",
                advice="Use more light, clean the lens and hold the phone still.",
            )
        )
    return found


def _company_findings(others: tuple[float, ...]) -> list[Finding]:
    if not others:
        return []
    return [
        Finding(
            code="other_people",
            cost_deg=None,
            message="Someone else is in the background; only the main person was read.",
            advice="Take the photo with one person alone.",
        )
    ]


def _sharpness(image: NDArray[np.uint8], mask: NDArray[np.float32], unit: float) -> float:
    """Strength of the sharpest edges on the body's rim, at a fixed body size."""
    rows = np.flatnonzero((mask > 0.5).any(axis=1))
    columns = np.flatnonzero((mask > 0.5).any(axis=0))
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    grey = cv2.cvtColor(np.ascontiguousarray(box), cv2.COLOR_RGB2GRAY)
    factor = min(1.0, MIN_TRUNK_PX / unit)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    response = np.abs(cv2.Laplacian(small, cv2.CV_32F))
    return float(np.percentile(response, 95))
