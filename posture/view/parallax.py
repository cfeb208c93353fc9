"""What distance and height of the camera do to the picture of the pelvis.

Seen from the side, the nearer ASIS lies closer to the lens than the nearer PSIS, because the
front of the pelvis is wider than its back. A lens above the pelvis therefore sees the ASIS too
low, and the line between the two tipped too far forward.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from posture.view.findings import Finding, camera_height
from posture.view.gate import View

BONE_LINE_M: Final = 0.155
"""Distance ASIS-PSIS in the side view of an adult."""

NEARER_M: Final = 0.073
NEARER_SD_M: Final = 0.015
"""By how much the nearer ASIS is closer to a camera at the side than the nearer PSIS: half of
the difference between the widths ASIS-ASIS and PSIS-PSIS. The spread between people is an
assumption of ours."""

USUAL_DISTANCE_M: Final = 3.0
USUAL_DISTANCE_SD_M: Final = 0.7
LENS_SPREAD_M: Final = 0.2
"""Distance, and spread of the lens about the height of the pelvis, when nothing is known: what
the photo guide asks for, and how well people follow it (assumptions of ours)."""

PELVIS_SHARE: Final = 0.55
PELVIS_SHARE_SD: Final = 0.015
"""Height of the pelvic line above the floor as a share of body height."""

PELVIS_HEIGHT_M: Final = (0.94, 0.06)
"""The same in metres for an adult of unknown height: mean and SD."""

CAMERA_CODES: Final = frozenset(
    {"camera_height_unknown", "camera_height_known", "camera_off_pelvis"}
)
"""Findings about the height of the camera; a photo has one of them."""

NOTE_OFFSET_M: Final = 0.15
"""Offset of the lens from the pelvis that is worth telling: 1.3 degrees at three metres."""

GIVEN_HEIGHT_SD_M: Final = 0.03
GIVEN_DISTANCE_SD: Final = 0.05
"""Error of a stated lens height, and of a stated distance as a share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Where the lens was, as far as it is known.

    Parameters
    ----------
    distance_m, height_m : float or None
        From the lens to the person, and of the lens above the floor.
    person_m : float or None
        Body height.
    """

    distance_m: float | None = None
    height_m: float | None = None
    person_m: float | None = None

    @property
    def distance(self) -> tuple[float, float]:
        """Distance and its standard deviation in metres."""
        if self.distance_m is None:
            return USUAL_DISTANCE_M, USUAL_DISTANCE_SD_M
        return self.distance_m, GIVEN_DISTANCE_SD * self.distance_m

    @property
    def above_pelvis(self) -> tuple[float, float]:
        """How far the lens is above the pelvic line, and its standard deviation, in metres."""
        if self.height_m is None:
            return 0.0, LENS_SPREAD_M
        pelvis, spread = PELVIS_HEIGHT_M
        if self.person_m is not None:
            pelvis, spread = PELVIS_SHARE * self.person_m, PELVIS_SHARE_SD * self.person_m
        return self.height_m - pelvis, float(np.hypot(spread, GIVEN_HEIGHT_SD_M))


def parallax_deg(above_m: float, distance_m: float, *, nearer_m: float = NEARER_M) -> float:
    """Return by how much the line ASIS-PSIS looks tipped forward from a lens above it.

    Parameters
    ----------
    above_m : float
        Height of the lens above the pelvis in metres; negative below it.
    distance_m : float
    nearer_m : float
        By how much the ASIS is closer to the lens.

    Returns
    -------
    float
        Degrees; 4.5 for half a metre at three metres.
    """
    return float(np.degrees(np.arctan(above_m * nearer_m / (distance_m * BONE_LINE_M))))


def pelvic_parallax(camera: Camera) -> tuple[float, float]:
    """Return the expected parallax of the pelvic line in degrees and its standard deviation.

    Without a known lens height nothing can be taken out, and its spread is charged instead.
    """
    above, above_sd = camera.above_pelvis
    distance, distance_sd = camera.distance
    bias = parallax_deg(above, distance)
    changes = (
        parallax_deg(above + above_sd, distance) - bias,
        parallax_deg(above, max(distance - distance_sd, 0.5)) - bias,
        parallax_deg(above, distance, nearer_m=NEARER_M + NEARER_SD_M) - bias,
    )
    return bias, float(np.linalg.norm(changes))


def with_known_camera(view: View, camera: Camera) -> View:
    """Charge a photo for where its camera was, as far as the user told.

    Parameters
    ----------
    view : View
        Told of a camera before, or not.
    camera : Camera

    Returns
    -------
    View
        With another cost for the height of the camera; as the gate left it when nothing is known.
    """
    found = _finding(camera)
    if found in view.findings:
        return view
    return view.with_findings([found], instead_of=CAMERA_CODES)


def _finding(camera: Camera) -> Finding:
    """State what is known of the camera, and what it costs."""
    if camera.distance_m is None and camera.height_m is None:
        return camera_height()
    bias, sd = pelvic_parallax(camera)
    cost = float(np.hypot(bias, sd))
    if camera.height_m is None:
        return replace(camera_height(), cost_deg=cost)
    above, _ = camera.above_pelvis
    if abs(above) <= NOTE_OFFSET_M:
        return Finding(
            code="camera_height_known",
            cost_deg=cost,
            message="The camera was at the height of the pelvis.",
            advice="Keep it there for the next photo.",
        )
    apart = f"{100 * abs(above):.0f}"
    return Finding(
        code="camera_off_pelvis",
        cost_deg=cost,
        message=f"The camera was about {apart} cm above the pelvis."
        if above > 0
        else f"The camera was about {apart} cm below the pelvis.",
        advice="Hold the phone at hip height, 3 to 4 metres away.",
    )
