"""Everything that measures and estimates are computed from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from posture.geometry.back_curve import BackCurve, back_curve
from posture.geometry.joints import Joints
from posture.geometry.silhouette import Silhouette


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the measures are computed from.

    Parameters
    ----------
    silhouette : Silhouette
    joints : Joints
    curve : BackCurve or None
        Measured back outline; ``None`` when it is covered, cropped or without a hollow.
    curve_reason : str or None
        Why there is no curve.
    stature : float or None
        Height of the body in trunk lengths; ``None`` when head or feet are not in frame.
    roll_sd_deg : float
        Spread of the camera roll.
    """

    silhouette: Silhouette
    joints: Joints
    curve: BackCurve | None
    curve_reason: str | None
    stature: float | None
    roll_sd_deg: float


def build_scene(
    silhouette: Silhouette, joints: Joints, *, parts: frozenset[str], roll_sd_deg: float
) -> Scene:
    """Gather what the measures need; the back curve is read here, once."""
    points = silhouette.back_points()
    curve = None if points is None else back_curve(points)
    reason = None
    if points is None:
        reason = "back_covered"
    elif curve is None:
        reason = "no_lumbar_hollow"
    return Scene(
        silhouette=silhouette,
        joints=joints,
        curve=curve,
        curve_reason=reason,
        stature=stature_of(silhouette, parts),
        roll_sd_deg=roll_sd_deg,
    )


def stature_of(silhouette: Silhouette, parts: frozenset[str]) -> float | None:
    """Return the height of a body in trunk lengths, if the picture shows all of it."""
    whole = {"head", "feet"} <= parts and not silhouette.cut & {"top", "bottom"}
    return silhouette.height if whole else None
