"""Parallax of the pelvis: effect of the camera's distance and height on the ASIS-PSIS line.

In a side view the near ASIS is closer to the lens than the near PSIS, because the pelvis is wider
at the front than at the back. A lens above the pelvis therefore sees the ASIS too low, and the line
between the two tipped too far forward.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from posture.messages import message
from posture.view.findings import MESSAGES, Finding, camera_height_finding
from posture.view.gate import View

BONE_LINE_M: Final = 0.155
"""Distance between ASIS and PSIS in the side view of an adult."""

NEARER_M: Final = 0.073
NEARER_SD_M: Final = 0.015
"""How much closer to a camera at the side the near ASIS is than the near PSIS: half of the
difference between the widths ASIS-ASIS and PSIS-PSIS. The SD between people is an assumption of
ours."""

USUAL_DISTANCE_M: Final = 3.0
USUAL_DISTANCE_SD_M: Final = 0.7
USUAL_HEIGHT_SD_M: Final = 0.2
"""Distance of an unknown camera, and SD of its height about that of the pelvis: as the photo guide
asks for, and as well as people follow it (assumptions of ours)."""

PELVIS_SHARE: Final = 0.55
PELVIS_SHARE_SD: Final = 0.015
"""Height of the ASIS-PSIS line above the floor as a share of body height: mean and SD."""

PELVIS_HEIGHT_M: Final = (0.94, 0.06)
"""The same in metres for an adult of unknown height: mean and SD."""

CAMERA_CODES: Final = frozenset(
    {"camera_height_unknown", "camera_height_known", "camera_off_pelvis"}
)
"""Findings about the height of the camera; a photo has one of them."""

NOTE_OFFSET_M: Final = 0.15
"""Offset of the lens from the pelvis from which on the user is told: 1.3 degrees at 3 metres."""

GIVEN_HEIGHT_SD_M: Final = 0.03
GIVEN_DISTANCE_SD: Final = 0.05
"""Error (SD) of a stated lens height, and of a stated distance as a share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Place of the lens, as far as it is known.

    Parameters
    ----------
    distance_m, height_m : float or None
        From the lens to the person, and from the floor to the lens.
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
        """Height of the lens above the ASIS-PSIS line, and its SD, in metres."""
        if self.height_m is None:
            return 0.0, USUAL_HEIGHT_SD_M
        pelvis, sd = PELVIS_HEIGHT_M
        if self.person_m is not None:
            pelvis, sd = PELVIS_SHARE * self.person_m, PELVIS_SHARE_SD * self.person_m
        return self.height_m - pelvis, float(np.hypot(sd, GIVEN_HEIGHT_SD_M))


def parallax_deg(above_m: float, distance_m: float, *, nearer_m: float = NEARER_M) -> float:
    """Return how far forward the ASIS-PSIS line seems to be tipped, seen from a lens above it.

    Parameters
    ----------
    above_m : float
        Height of the lens above the pelvis in metres; negative below it.
    distance_m : float
        From the lens to the person.
    nearer_m : float
        How much closer to the lens the ASIS is than the PSIS.

    Returns
    -------
    float
        Degrees; 4.5 for half a metre at three metres.
    """
    return float(np.degrees(np.arctan(above_m * nearer_m / (distance_m * BONE_LINE_M))))


def pelvic_parallax(camera: Camera) -> tuple[float, float]:
    """Return the expected parallax of the ASIS-PSIS line in degrees, and its standard deviation.

    Without a known lens height nothing can be corrected, so the expected parallax is 0 and the SD
    includes that of the height.
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
    """Return the view with the cost of the camera's height as far as its place is known.

    Parameters
    ----------
    view : View
        With a camera stated before, or not.
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
    """Return the finding about the camera's height, with what is known of it."""
    if camera.distance_m is None and camera.height_m is None:
        return camera_height_finding()
    bias, sd = pelvic_parallax(camera)
    cost = float(np.hypot(bias, sd))
    if camera.height_m is None:
        return replace(camera_height_finding(), cost_deg=cost)
    above, _ = camera.above_pelvis
    if abs(above) <= NOTE_OFFSET_M:
        return Finding(
            code="camera_height_known",
            cost_deg=cost,
            message="The camera was at the height of the pelvis.",
            advice="Keep it there for the next photo.",
        )
    code, place = "camera_off_pelvis", "above the pelvis" if above > 0 else "below the pelvis"
    return Finding(
        code=code,
        cost_deg=cost,
        message=message(MESSAGES[code], cm=f"{100 * abs(above):.0f}", place=message(place)),
        # Points at one distance from the lens keep their angle whatever its height.
        advice="Hold the phone at hip height, 3 to 4 metres away. A line between placed points is "
        "corrected for this; what is read from the outline stays as it is, for the outline lies in "
        "one plane.",
    )
