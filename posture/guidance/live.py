"""One live frame read: the person's outline, and the one most useful instruction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.analyzer import Analyzer, Glance
from posture.analysis.result import Analysis
from posture.geometry.frame import midpoint
from posture.guidance.framing import cut_off, facing_of, lean, place, turn
from posture.guidance.instructions import READY, Code, Instruction, required
from posture.guidance.picture import dark, smeared
from posture.landmarks import HIPS, SHOULDERS
from posture.photo.frame import WHOLE
from posture.photo.load import Photo, load_photo
from posture.types import Facing, FloatArray
from posture.view.findings import OUTLINE_CODES, OUTLINE_COST_DEG, YAW_COST
from posture.view.stance import trunk_length_px

FRAME_HEIGHT: Final = 640
"""Live frames are read at this height, in pixels: enough for what they are judged by, and a third
of the time of a photo."""

NOTE_ROLL_DEG: Final = 4.0
"""Roll is corrected for; only a camera as crooked as this is worth a word."""

REFUSED: Final[dict[str, Code]] = {
    "no_person": "nobody",
    "several_people": "one_person",
    "people_touch": "one_person",
    "person_too_small": "come_nearer",
    "picture_turned_left": "level",
    "picture_turned_right": "level",
    "picture_upside_down": "level",
    "body_cropped": "step_back",
    "not_side_view": "side_view",
    "facing_unclear": "side_view",
    "not_standing": "stand",
}
"""What to do about a frame that would be refused as a photo."""

MISREAD: Final = frozenset({"body_cropped", "not_side_view", "facing_unclear", "not_standing"})
"""Refusals of which the true reason may be that a border cuts the person off."""

ROOM: Final = 0.35
"""Room above and below a frame in which such people are looked at again, in frame heights."""

FOUND: Final[dict[str, Code]] = {
    "arm_on_back": "arms",
    "back_step": "shirt",
    "hair_on_back": "hair",
    "back_covered": "clear_view",
    "blurred": "light",
}
"""What to do about a finding. A camera that lacks light takes long, and so it blurs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What one live frame shows.

    Parameters
    ----------
    instruction : Instruction
        The one with the largest cost; ``ready`` if there is nothing to mend.
    outline : ndarray, shape (N, 2)
        The person's outline in shares of the frame's width and height; N = 0 without a person.
    roll_deg : float or None
        Level of the camera, if the frame shows it.
    place : ndarray, shape (2, 2), or None
        Mid-shoulder and mid-hip in pixels of the frame as read, to tell whether the person moves.
    trunk_px : float
        Distance of the two; 0 without a person.
    facing : {"left", "right"} or None
        Which way the person looks, in what would be a photo.
    """

    instruction: Instruction
    outline: FloatArray
    roll_deg: float | None
    place: FloatArray | None
    trunk_px: float
    facing: Facing | None


def live_frame(source: NDArray[np.uint8] | bytes) -> Photo:
    """Load a frame of a camera, whole: what is drawn on it must lie where the camera shows it.

    A camera's picture has no frame around it, so nothing is cut off as it is from a screenshot.

    Parameters
    ----------
    source : bytes, or ndarray of uint8, shape (H, W, 3)
        Picture file or RGB; upright, not mirrored. Arrays are reduced to :data:`FRAME_HEIGHT`.

    Raises
    ------
    PhotoError
        If it is no picture.
    """
    return load_photo(source if isinstance(source, bytes) else _small(source), part=WHOLE)


def look_at(frame: Photo, analyzer: Analyzer) -> Look:
    """Read one live frame.

    Parameters
    ----------
    frame : Photo
        As :func:`live_frame` returns it.
    """
    glance = analyzer.glance(frame)
    instruction = _most_useful(glance, frame.image, analyzer)
    if glance.pose is None:
        return Look(
            instruction=instruction,
            outline=np.empty((0, 2)),
            roll_deg=None,
            place=None,
            trunk_px=0.0,
            facing=None,
        )
    landmarks, analysis = glance.pose.landmarks, glance.analysis
    return Look(
        instruction=instruction,
        outline=_outline(glance.pose.mask),
        roll_deg=None if analysis is None else analysis.view.roll.deg,
        place=np.stack([midpoint(landmarks, SHOULDERS), midpoint(landmarks, HIPS)]),
        trunk_px=trunk_length_px(landmarks),
        facing=None if analysis is None else analysis.view.facing,
    )


def _most_useful(glance: Glance, frame: NDArray[np.uint8], analyzer: Analyzer) -> Instruction:
    """Return the instruction that saves most degrees; the first of equals."""
    pose, analysis, error = glance.pose, glance.analysis, glance.error
    found: list[Instruction] = []
    if dark(frame) or (_may_be_blurred(analysis) and smeared(frame)):
        # Whatever else is read in the dark or in a blur is a guess.
        found.append(required("light"))
    if pose is None:
        return max(found, key=_cost, default=required("nobody"))
    if error is not None and error.code in ("several_people", "people_touch"):
        found.append(required("one_person"))
    if error is not None and error.code in MISREAD:
        found += _place_with_room(frame, analyzer)
    found += place(pose)
    if error is not None and cut_off(pose):
        # Of somebody who is cut off, neither turn nor stance can be judged.
        found.append(required("step_back"))
    facing = facing_of(pose) if analysis is None else analysis.view.facing
    roll_deg = 0.0 if analysis is None else analysis.view.roll.deg
    turns = turn(pose, facing, roll_deg=roll_deg, refused=error is not None)
    found += turns
    if error is not None:
        found.append(required(REFUSED.get(error.code, "clear_view")))
    if analysis is not None:
        found += lean(pose, analysis.view) + _flaws(analysis, turned=bool(turns))
    return max(found, key=_cost, default=READY)


def _may_be_blurred(analysis: Analysis | None) -> bool:
    """Return whether the person in the frame is not sharp, as far as one was read at all."""
    return analysis is None or any(each.code == "blurred" for each in analysis.view.findings)


def _cost(instruction: Instruction) -> float:
    return instruction.cost_deg


def _place_with_room(frame: NDArray[np.uint8], analyzer: Analyzer) -> list[Instruction]:
    """Return what to do about the place of somebody, read with room above and below the frame.

    The network squeezes a body that a border cuts off into the frame, and then it seems to sit or
    to be turned. With room, it goes on where the body would.
    """
    room = round(ROOM * len(frame))
    wider = cv2.copyMakeBorder(frame, room, room, 0, 0, cv2.BORDER_REPLICATE)
    pose = analyzer.glance(live_frame(np.asarray(wider, dtype=np.uint8))).pose
    if pose is None:
        return []
    first = round(len(pose.mask) * ROOM / (1.0 + 2.0 * ROOM))
    inner = replace(
        pose, landmarks=pose.landmarks - (0, first), mask=pose.mask[first : len(pose.mask) - first]
    )
    return place(inner)


def _flaws(analysis: Analysis, *, turned: bool) -> list[Instruction]:
    """Return what to do about a hidden back, a blurred frame and a crooked camera.

    Of somebody who is turned the picture shows no outline from the side, so whether an arm or a
    shirt lies on it is judged once they have turned.
    """
    worst = max(OUTLINE_COST_DEG.values())
    found = [
        Instruction(
            code=FOUND[finding.code],
            cost_deg=worst if finding.cost_deg is None else finding.cost_deg,
        )
        for finding in analysis.view.findings
        if finding.code in FOUND and not (turned and finding.code in OUTLINE_CODES)
    ]
    roll = analysis.view.roll
    if roll.source == "lines" and abs(roll.deg) > NOTE_ROLL_DEG:
        found.append(Instruction(code="level", cost_deg=YAW_COST * abs(roll.deg)))
    return found


def _small(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    factor = FRAME_HEIGHT / frame.shape[0]
    if factor >= 1.0:
        return frame
    small = cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _outline(mask: NDArray[np.float32]) -> FloatArray:
    """Return the outline of the largest part of the mask, in shares of width and height."""
    body = (mask > 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return np.empty((0, 2))
    largest = max(contours, key=cv2.contourArea)
    points = cv2.approxPolyDP(largest, 1.5, closed=True)[:, 0].astype(np.float64)
    height, width = mask.shape
    return (points + 0.5) / (width, height)
