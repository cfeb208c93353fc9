"""Stretched pictures: wider or narrower than the camera made them.

A picture that was pulled to another shape shows a body that nobody has: head, neck, ankles and feet
all too wide for the height, or too narrow. Fat widens trunk and thighs but hardly head and feet, so
the proportions tell the two apart. The regression below was fitted on renders that were stretched
by known factors (``python scripts/stretch.py``; docs/photo.md has what it finds and misses).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from posture.errors import PoseError
from posture.geometry.frame import midpoint
from posture.landmarks import EARS, HEELS, HIPS, SHOULDERS, TOES, Landmark
from posture.messages import message
from posture.types import FloatArray
from posture.view.findings import MESSAGES, Finding

ROWS: Final = 120
"""Rows at which a body is measured, from crown to sole."""

_STATISTICS: Final[Mapping[str, Callable[[FloatArray], float]]] = {
    "narrowest": np.min,
    "middle": np.median,
    "widest": np.max,
}

BANDS: Final = {
    "head": (2, 14, "widest"),
    "neck": (12, 24, "narrowest"),
    "chest": (26, 40, "middle"),
    "waist": (42, 50, "middle"),
    "hip": (52, 66, "widest"),
    "thigh": (68, 78, "middle"),
    "knee": (84, 90, "middle"),
    "calf": (86, 102, "widest"),
    "ankle": (104, 114, "narrowest"),
    "sole": (112, 120, "widest"),
}
"""Rows, of 120, of each part of the body, and which of their widths counts."""

_COEFFICIENTS: Final = np.array(
    [
        *(0.449, -0.018, 0.143, -0.029, 0.045, 0.036, 0.136, -0.067, 0.004, 0.145),
        *(1.881, 4.882, -0.39, -2.224, 1.395, 0.005),
    ]
)
_CONSTANT: Final = 1.689
"""Regression of the logarithm of the factor on :func:`proportions`, in their order."""

NOTED: Final = 0.2
"""Logarithm of the factor from which on a picture is called stretched: 1.22. The estimate has an SD
of 0.07, and fewer than 1 in 100 unstretched pictures are beyond it."""

REFUSED: Final = 0.385
"""The same beyond which nothing is measured: 1.4, and the better part of an SD for the estimate."""

STRETCH_CODES: Final = frozenset({"stretched", "squeezed"})
"""Codes of :func:`judge_stretch`."""

STRETCH_COST_DEG: Final = 12.0
"""Error of the tilt in degrees per unit of the logarithm: renders stretched by 1.33 read up to 3.5
degrees (RMS) off. Arch and depth change in proportion to the factor itself."""


def proportions(contour_px: FloatArray, landmarks_px: FloatArray, yaw_deg: float) -> FloatArray:
    """Return the proportions of a body by which a stretched picture shows.

    Parameters
    ----------
    contour_px : ndarray, shape (N, 2)
        Closed outline of the whole body in whole pixels.
    landmarks_px : ndarray, shape (33, 2)
    yaw_deg : float
        Turn out of the exact side view, which widens a body.

    Returns
    -------
    ndarray, shape (16,)
        Logarithms of ten widths as shares of the body's height; foot, nose, trunk, shoulder and ear
        as shares of it; the square of the yaw.
    """
    rows = np.rint(contour_px[:, 1]).astype(int)
    top, height = int(rows.min()), int(np.ptp(rows))
    left = np.full(height + 1, np.inf)
    right = np.full(height + 1, -np.inf)
    np.minimum.at(left, rows - top, contour_px[:, 0])
    np.maximum.at(right, rows - top, contour_px[:, 0])
    at = np.linspace(0, height, ROWS).astype(int)
    return shares_of(right[at] - left[at] + 1, float(top), float(height), landmarks_px, yaw_deg)


def shares_of(
    widths_px: FloatArray, top: float, height: float, landmarks_px: FloatArray, yaw_deg: float
) -> FloatArray:
    """Return the proportions of a body with these widths, shape (120,), in pixels."""
    widths = [_STATISTICS[how](widths_px[first:last]) for first, last, how in BANDS.values()]
    ear, shoulder, hip = (midpoint(landmarks_px, pair) for pair in (EARS, SHOULDERS, HIPS))
    foot = np.abs(landmarks_px[list(TOES), 0] - landmarks_px[list(HEELS), 0]).mean()
    lengths = np.array(
        [
            foot,
            abs(landmarks_px[Landmark.NOSE, 0] - ear[0]),
            np.hypot(*(shoulder - hip)),
            shoulder[1] - top,
            ear[1] - top,
        ]
    )
    return np.array(
        [*np.log(np.maximum(widths, 1.0) / height), *(lengths / height), (yaw_deg / 30.0) ** 2]
    )


def stretch_of(shares: FloatArray) -> float:
    """Return the logarithm of the factor by which a picture was widened, from the proportions."""
    return float(_COEFFICIENTS @ shares + _CONSTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Stretch of a picture.

    Parameters
    ----------
    log_factor : float
        Logarithm of the factor by which the picture was widened; 0 unless it is noted.
    findings : tuple of Finding
        One if the picture is called stretched.
    """

    log_factor: float
    findings: tuple[Finding, ...]


UNSTRETCHED: Final = Stretch(log_factor=0.0, findings=())


def judge_stretch(log_factor: float) -> Stretch:
    """Return the finding that a picture was stretched, if so.

    Raises
    ------
    PoseError
        ``picture_stretched``: by clearly more than 1.4.
    """
    if abs(log_factor) < NOTED:
        return UNSTRETCHED
    if abs(log_factor) > REFUSED:
        raise PoseError(
            "The picture is stretched: send it as the camera took it, with its sides in "
            "proportion.",
            code="picture_stretched",
        )
    code = "stretched" if log_factor > 0 else "squeezed"
    finding = Finding(
        code=code,
        cost_deg=STRETCH_COST_DEG * abs(log_factor),
        message=message(MESSAGES[code], percent=f"{100 * np.exp(log_factor):.0f}"),
        advice="Send the photo as the camera took it, with its sides in proportion.",
    )
    return Stretch(log_factor=log_factor, findings=(finding,))
