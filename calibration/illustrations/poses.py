"""Poses of a figure as plain numbers, read from TOML tables.

Angles are in degrees. Everything is relative to the *root*: its pitch, roll and turn say whether
the figure stands (0, 0, 0), lies on its back (pitch -90), face down (pitch 90) or on its right side
(roll -90). Thighs are given in the frame of the root, not of the pelvis: tucking the pelvis leaves
the legs where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calibration.errors import CalibrationError

SIDES = ("L", "R")


class FigureError(CalibrationError):
    """A table of a figure is invalid; the sentence names what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg.

    Parameters
    ----------
    hip : tuple of float
        Flexion, abduction and external rotation of the thigh in the root's frame.
    knee : float
        Flexion.
    ankle : float or None
        Dorsiflexion; None lays the sole flat on the floor.
    toes : float
        Extension of the toes.
    """

    hip: tuple[float, float, float] = (0.0, 4.0, 4.0)
    knee: float = 2.0
    ankle: float | None = 0.0
    toes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm, by joint angles or, with ``at``, by the position of the palm's centre.

    Parameters
    ----------
    shoulder : tuple of float
        Flexion, abduction and external rotation in the upper trunk's frame.
    elbow, forearm, wrist : float
        Flexion; pronation (0: palm to the thigh); flexion towards the palm.
    at : tuple of float, optional
        Target of the palm's centre, metres, in the frame of ``on``.
    on : str
        ``world`` or a segment.
    elbow_to : tuple of float, optional
        Direction in which the elbow points, in the upper trunk's frame; back and outwards if
        omitted.
    palm, fingers : tuple of float, optional
        Directions of palm and fingers in the frame of ``on``.
    grip : float
        Curl of the fingers.
    surface : float, optional
        Height of the support under a palm; taken from ``at`` if omitted.
    """

    shoulder: tuple[float, float, float] = (2.0, 9.0, 0.0)
    elbow: float = 10.0
    forearm: float = 0.0
    wrist: float = 0.0
    at: tuple[float, float, float] | None = None
    on: str = "world"
    elbow_to: tuple[float, float, float] | None = None
    palm: tuple[float, float, float] | None = None
    fingers: tuple[float, float, float] | None = None
    grip: float = 12.0
    surface: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One contact: angle ``by`` is solved to bring the lowest point of ``part`` to ``height``."""

    by: str
    part: str
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Pose of a whole figure.

    Parameters
    ----------
    root : tuple of float
        Pitch (+ forwards), roll and turn of the whole figure.
    pelvis : tuple of float
        Tilt (+ anterior), drop (+ left side down) and turn (+ to the left) in the root's frame.
    spine : tuple of float
        Lumbar flexion, thoracic flexion, bend to the left and twist to the left, relative to the
        pelvis; the rest pose has a natural arch.
    trunk : float, optional
        Lean of the hip-shoulder line in the root's frame (+ forwards); the two flexions of the
        spine are then solved so that line and chest both lean this much, whatever the pelvis does.
    head : tuple of float
        Nod, turn and tilt relative to the upper trunk.
    shrug : tuple of float
        Elevation and protraction of both shoulder girdles.
    legs, arms : dict
        By side, ``L`` and ``R``.
    rests : str
        Part whose lowest point lies at ``height``; ``all`` is the whole figure without arms.
    height : float
        Height of the support under ``rests``, metres.
    anchor : str
        Segment that ``place`` positions.
    place : tuple of float
        Position of the anchor, metres to the left and backwards.
    level : tuple of Level
        Further contacts.
    """

    root: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pelvis: tuple[float, float, float] = (0.0, 0.0, 0.0)
    spine: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    trunk: float | None = None
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shrug: tuple[float, float] = (0.0, 0.0)
    legs: Mapping[str, Leg] = field(default_factory=lambda: dict.fromkeys(SIDES, Leg()))
    arms: Mapping[str, Arm] = field(default_factory=lambda: dict.fromkeys(SIDES, Arm()))
    rests: str = "all"
    height: float = 0.0
    anchor: str = "pelvis"
    place: tuple[float, float] = (0.0, 0.0)
    level: tuple[Level, ...] = ()


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table updated by another, nested tables merged as well."""
    result = dict(base)
    for key, value in change.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def laid_over(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pose's table updated by another; ``both`` limbs are first split into left and right.

    An arm that is placed anew (by a named hand, a target or angles) does not keep its old place.
    """
    result = merged(base, change)
    for limb in ("leg", "arm"):
        old, new = _sides(base.get(limb, {})), _sides(change.get(limb, {}))
        result[limb] = {
            side: new[side]
            if limb == "arm" and _places(new[side])
            else merged(old[side], new[side])
            for side in SIDES
        }
    return result


def read_pose(table: Mapping[str, Any], hands: Mapping[str, Any]) -> Pose:
    """Read a pose from a TOML table.

    Parameters
    ----------
    table : mapping
        Keys of :class:`Pose`; ``leg`` and ``arm`` hold ``L`` and ``R`` (see :func:`laid_over`).
    hands : mapping
        Named arms of the left side; right arms mirror them.

    Raises
    ------
    FigureError
        If a key or a value is invalid.
    """
    plain = {k: _frozen(v) for k, v in table.items() if k not in ("leg", "arm", "level")}
    try:
        legs = {side: Leg(**_limb(table.get("leg", {}), side)) for side in SIDES}
        arms = {side: _arm(_limb(table.get("arm", {}), side), side, hands) for side in SIDES}
        level = tuple(Level(**row) for row in table.get("level", ()))
        return Pose(**plain, legs=legs, arms=arms, level=level)
    except (TypeError, KeyError) as wrong:
        raise FigureError(f"A pose is invalid: {wrong}.") from wrong


def _sides(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return left and right of a limb; ``both`` holds left values, mirrored for the right."""
    both = table.get("both", {})
    mirrored = {key: _mirrored(key, value) for key, value in both.items()}
    return {"L": merged(both, table.get("L", {})), "R": merged(mirrored, table.get("R", {}))}


def _places(arm: Mapping[str, Any]) -> bool:
    return any(key in arm for key in ("hand", "at", "shoulder"))


def _limb(table: Mapping[str, Any], side: str) -> dict[str, Any]:
    found = {key: _frozen(value) for key, value in table.get(side, {}).items()}
    if found.get("ankle") == "flat":
        found["ankle"] = None
    return found


def _arm(table: dict[str, Any], side: str, hands: Mapping[str, Any]) -> Arm:
    name = table.pop("hand", None)
    preset = {key: _frozen(value) for key, value in hands[name].items()} if name else {}
    if side == "R":
        preset = {key: _mirrored(key, value) for key, value in preset.items()}
    return Arm(**(preset | table))


def _mirrored(key: str, value: Any) -> Any:
    if key == "on" and value.endswith((".L", ".R")):
        return value[:-1] + ("R" if value.endswith("L") else "L")
    if key in ("at", "palm", "fingers", "elbow_to"):
        return (-value[0], *value[1:])
    return value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
