"""Outlines on one scale, to lay two visits over each other: ankle on ankle, at one height."""

from __future__ import annotations

from dataclasses import dataclass

from posture.geometry.stored_outline import Outline, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedOutline:
    """An outline with the ankle at the origin, in percent of body height.

    Parameters
    ----------
    back, front, contour : tuple of points
        x anterior, y up.
    joints : dict of str to point
    """

    back: Points
    front: Points
    contour: Points
    joints: dict[str, tuple[float, float]]


def aligned(outline: Outline) -> AlignedOutline | None:
    """Move an outline to its ankle and scale it to its height.

    Returns
    -------
    AlignedOutline or None
        ``None`` when ankle, head or feet are not in the picture.
    """
    ankle = outline.joints.get("ankle")
    if ankle is None or not outline.stature:
        return None
    scale = 100.0 / outline.stature

    def moved(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - ankle[0]) * scale, (point[1] - ankle[1]) * scale

    return AlignedOutline(
        back=tuple(map(moved, outline.back)),
        front=tuple(map(moved, outline.front)),
        contour=tuple(map(moved, outline.contour)),
        joints={name: moved(point) for name, point in outline.joints.items()},
    )
