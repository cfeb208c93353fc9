"""The traced body: all the geometry that measures and estimates are computed from."""

from __future__ import annotations

from dataclasses import dataclass

from posture.geometry.back_curve import BackCurve, back_curve
from posture.geometry.joints import Joints
from posture.geometry.silhouette import Silhouette


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedBody:
    """A body as traced in one side view, in the body frame.

    Parameters
    ----------
    curve : BackCurve or None
        ``None`` when the back is covered, cropped or without a hollow.
    curve_reason : str or None
        Why there is no curve: ``"back_covered"`` or ``"no_lumbar_hollow"``.
    stature : float or None
        Height of the body in trunk lengths; ``None`` when head or feet are not in frame.
    roll_sd_deg : float
        Standard deviation of the error of the camera roll.
    """

    silhouette: Silhouette
    joints: Joints
    curve: BackCurve | None
    curve_reason: str | None
    stature: float | None
    roll_sd_deg: float

    @property
    def back_covered(self) -> bool:
        """Whether too much of the back is hidden for its curve to be read."""
        return self.curve_reason == "back_covered"


def trace_body(
    silhouette: Silhouette, joints: Joints, *, parts: frozenset[str], roll_sd_deg: float
) -> TracedBody:
    """Put silhouette, joints, back curve and stature together.

    Parameters
    ----------
    parts : frozenset of str
        Parts in frame, see :func:`posture.view.stance.parts_in_frame`.
    roll_sd_deg : float
        Standard deviation of the error of the camera roll.
    """
    points = silhouette.back_points()
    curve = None if points is None else back_curve(points)
    reason = None
    if points is None:
        reason = "back_covered"
    elif curve is None:
        reason = "no_lumbar_hollow"
    return TracedBody(
        silhouette=silhouette,
        joints=joints,
        curve=curve,
        curve_reason=reason,
        stature=silhouette.stature(parts),
        roll_sd_deg=roll_sd_deg,
    )
