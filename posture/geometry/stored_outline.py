"""Stored outlines: edges, contour and joints of a body in its own frame, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posture.codec import FieldError, decode, encode_record
from posture.geometry.frame import BodyFrame

Points = tuple[tuple[float, float], ...]


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
    joints: Mapping[str, tuple[float, float]]
    stature: float | None
    in_photo: Placing
    in_thumbnail: Placing


def outline_json(outline: Outline) -> str:
    """Return an outline as the JSON text that is stored."""
    table = {
        "back": outline.back,
        "front": outline.front,
        "contour": outline.contour,
        "joints": dict(outline.joints),
        "stature": outline.stature,
        "in_photo": encode_record(outline.in_photo),
        "in_thumbnail": encode_record(outline.in_thumbnail),
    }
    return json.dumps(table, allow_nan=False)


def read_outline(text: str) -> Outline:
    """Read an outline from its stored JSON text.

    Raises
    ------
    ValueError
        If the text is damaged.
    """
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("A stored outline cannot be read.") from error


def _read(table: Mapping[str, object]) -> Outline:
    return Outline(
        back=_points(table["back"]),
        front=_points(table["front"]),
        contour=_points(table["contour"]),
        joints=_joints(table["joints"]),
        stature=None if table["stature"] is None else _number(table["stature"]),
        in_photo=_placing(table["in_photo"]),
        in_thumbnail=_placing(table["in_thumbnail"]),
    )


def _placing(table: object) -> Placing:
    if not isinstance(table, Mapping):
        raise TypeError("not a table")
    try:
        frame = decode(BodyFrame, table["frame"])
    except FieldError as error:
        raise ValueError(str(error)) from error
    width, height = table["size"]
    return Placing(frame=frame, size=(int(width), int(height)))


def _joints(table: object) -> dict[str, tuple[float, float]]:
    if not isinstance(table, Mapping):
        raise TypeError("not a table")
    return {str(name): _pair(point) for name, point in table.items()}


def _points(rows: object) -> Points:
    if not isinstance(rows, Sequence):
        raise TypeError("not a list")
    return tuple(_pair(row) for row in rows)


def _pair(row: object) -> tuple[float, float]:
    if not isinstance(row, Sequence) or len(row) != 2:
        raise ValueError("not a pair")
    return _number(row[0]), _number(row[1])


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)
