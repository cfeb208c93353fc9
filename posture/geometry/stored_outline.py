"""Stored outlines: edges, contour and joints of a body in its own frame, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from posture.codec import decode, encode_record
from posture.geometry.frame import BodyFrame
from posture.types import Point

Points = tuple[Point, ...]

FARTHEST: Final = 100.0
FARTHEST_PX: Final = 1e6
"""Trunk lengths and pixels that nothing in a photo lies beyond: drawing a damaged outline would
take for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Place of the body frame in a stored picture.

    Parameters
    ----------
    frame : BodyFrame
        In pixels of that picture.
    size : tuple of int
        Width and height of the picture.
    """

    frame: BodyFrame
    size: tuple[int, int]

    def __post_init__(self) -> None:
        numbers = (*self.frame.origin_px, self.frame.unit_px, self.frame.roll_deg, *self.size)
        if max(map(abs, numbers)) > FARTHEST_PX or min(self.frame.unit_px, *self.size) < 1:
            raise ValueError("A picture cannot be placed like this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Outline of a body in the body frame: trunk lengths, x anterior, y up.

    Parameters
    ----------
    back, front : tuple of points
        The edges of the trunk from top to bottom, where they were seen.
    contour : tuple of points
        The whole body except the face, from one side of the head round to the other.
    joints : mapping of str to point
        Those of ear, shoulder, hip, knee and ankle that are in the picture.
    stature : float or None
        Height of the body; ``None`` when head or feet are not in the picture.
    in_photo, in_thumbnail : Placing
        Place of the body frame in the two pictures, so that they can be laid under the outline.
    """

    back: Points
    front: Points
    contour: Points
    joints: Mapping[str, Point]
    stature: float | None
    in_photo: Placing
    in_thumbnail: Placing

    def __post_init__(self) -> None:
        lines = (self.back, self.front, self.contour, tuple(self.joints.values()))
        if any(abs(number) > FARTHEST for line in lines for point in line for number in point):
            raise ValueError("No body reaches so far.")


def outline_json(outline: Outline) -> str:
    """Return an outline as the JSON text that is stored."""
    return json.dumps(encode_record(outline), allow_nan=False)


def read_outline(text: str) -> Outline:
    """Read an outline from its stored JSON text.

    Raises
    ------
    ValueError
        If the text is damaged.
    """
    try:
        return decode(Outline, json.loads(text), "outline")
    except (ValueError, RecursionError) as error:
        raise ValueError("A stored outline cannot be read.") from error
