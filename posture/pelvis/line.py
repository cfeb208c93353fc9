"""The ASIS-PSIS line: its slope between two points placed by a person, and the error of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from posture.estimator.change_error import ChangeErrorModel
from posture.estimator.model import SWAY_SD
from posture.geometry.silhouette import Silhouette
from posture.inputs.corrections import bad_point
from posture.quantity import Quantity
from posture.types import FloatArray
from posture.view.findings import YAW_COST
from posture.view.gate import View
from posture.view.parallax import Camera, pelvic_parallax

TRUNK_MM: Final = 500.0
"""Trunk length between landmarks of an adult of unknown height."""

STICKER_SD_MM: Final = 6.9
"""Vertical error (SD) of a sticker placed by palpation through clothes: four raters with a calliper
agreed to 3.6 degrees (Hagins 1998), which is this much at either end of a line of 155 mm. A single
practised rater is better (1.1 degrees, Herrington 2011)."""

CLICK_SD_MM: Final = 10.0
"""The same for a point placed by eye in the picture. A convention of ours: the best published
automatic detection of points on the back is off by 9 mm on people it had not seen."""

WAIST_SPAN: Final = (0.60, 0.20)
"""Levels above the hip between which the trunk is thinnest, in trunk lengths."""

LEAN_DEPTH: Final = 0.43
BROAD_DEPTH: Final = 0.56
"""Depth of the trunk where it is thinnest, in trunk lengths, at a body mass index of about 23 and
of 33 (rendered adults, r = 0.70). The second is assumed where the picture cuts off the trunk."""

TISSUE_SHARE: Final = 0.10
"""Vertical error (SD) of a point per depth beyond that of a lean trunk. Iliac spines on photos
"should only be used with lean subjects" (review 2002-2012), since the distance from skin to bone
follows body mass. That 16 % of trunk length costs 8 mm is a convention of ours."""

LINE_LENGTH_MM: Final = (80.0, 320.0)
"""Shortest and longest distance of ASIS and PSIS in the side view of an adult, with the skin of a
heavy body over both."""

PELVIS_LEVELS: Final = (-0.25, 0.65)
"""Heights above the hip, in trunk lengths, between which both points must lie."""

MAX_SLOPE_DEG: Final = 50.0
"""Standing pelves are tipped by -15 to 35 degrees; on a steeper line the points are wrong."""


SIDE_DIFFERENCE_DEG: Final = 2.0
"""SD of half the difference between the two sides, of which a photo shows one: 2.1 degrees in
rendered adults; the two sides of one cadaver differed by up to 11 degrees (Preece 2008)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PelvisLine:
    """ASIS and PSIS in the body frame, shape (2,), in trunk lengths.

    ``marked`` tells whether stickers or pen marks show the two points.
    """

    asis: FloatArray
    psis: FloatArray
    marked: bool

    @property
    def slope_deg(self) -> float:
        """Angle of the line against the horizontal; positive when the ASIS is lower."""
        run = self.asis - self.psis
        return float(np.degrees(np.arctan2(-run[1], run[0])))

    @property
    def length(self) -> float:
        """Length of the line in trunk lengths."""
        return float(np.hypot(*(self.asis - self.psis)))


def line_problem(line: PelvisLine, *, trunk_mm: float) -> str | None:
    """Return a sentence if no standing adult has such points; ``None`` when one may have them.

    Parameters
    ----------
    trunk_mm : float
        Trunk length in millimetres.
    """
    length = line.length * trunk_mm
    if length < 1:
        return "ASIS and PSIS are at the same place: move one of them."
    if line.asis[0] <= line.psis[0]:
        return (
            "The ASIS lies behind the PSIS: it is the front one. Swap the two points, or correct "
            "which way the person looks."
        )
    for name, point in (("ASIS", line.asis), ("PSIS", line.psis)):
        if not PELVIS_LEVELS[0] <= point[1] <= PELVIS_LEVELS[1]:
            return f"The {name} is not at the height of the pelvis: move it there."
    if not LINE_LENGTH_MM[0] <= length <= LINE_LENGTH_MM[1]:
        return (
            f"ASIS and PSIS lie {length / 10:.0f} cm apart; in adults it is about 15: check both."
        )
    if abs(line.slope_deg) > MAX_SLOPE_DEG:
        return (
            f"The line between ASIS and PSIS is {abs(line.slope_deg):.0f}° steep, which no "
            "standing pelvis is: check both points."
        )
    return None


def require_possible(line: PelvisLine, *, trunk_mm: float) -> None:
    """Refuse points that no standing adult has.

    Raises
    ------
    SettingsError
        ``bad_point``; see :func:`line_problem`.
    """
    problem = line_problem(line, trunk_mm=trunk_mm)
    if problem is not None:
        raise bad_point(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineError:
    """Error budget of the slope of a line: standard deviations in degrees.

    Parameters
    ----------
    placement : float
        Placement of the two points.
    tissue : float
        Skin and fat over the bone.
    parallax : float
        Unknown place of the camera.
    roll : float
        Camera roll.
    yaw : float
        Turn of the person out of the side view.
    sides : float
        The other side of the pelvis, which the photo does not show.
    sway : float
        Movement of the person within a minute.
    """

    placement: float
    tissue: float
    parallax: float
    roll: float
    yaw: float
    sides: float
    sway: float

    @property
    def total(self) -> float:
        """All errors together, added in quadrature."""
        return float(np.linalg.norm([getattr(self, part.name) for part in fields(self)]))


def line_error(
    line: PelvisLine, silhouette: Silhouette, *, view: View, camera: Camera, trunk_mm: float
) -> LineError:
    """Return the error budget of the slope of a line."""
    lever = np.sqrt(2) / (line.length * trunk_mm)
    point_mm = STICKER_SD_MM if line.marked else CLICK_SD_MM
    tissue_mm = TISSUE_SHARE * max(_waist_depth(silhouette) - LEAN_DEPTH, 0.0) * trunk_mm
    return LineError(
        placement=float(np.degrees(point_mm * lever)),
        tissue=float(np.degrees(tissue_mm * lever)),
        parallax=pelvic_parallax(camera)[1],
        roll=view.roll.sd_deg,
        yaw=YAW_COST * abs(view.yaw_deg),
        sides=SIDE_DIFFERENCE_DEG,
        sway=SWAY_SD["pelvic_tilt_deg"],
    )


def slope_of(line: PelvisLine, error: LineError, camera: Camera) -> Quantity:
    """Return the slope of a line, corrected for the expected parallax, with its interval."""
    value = line.slope_deg - pelvic_parallax(camera)[0]
    return Quantity.known(value, error.total, unit="deg", flags=("manual_points",))


def change_error_of(line: PelvisLine, error: LineError) -> ChangeErrorModel:
    """Return the error model of a change of such a line.

    A line moves with the pelvis one to one. Tissue and the difference between the sides do not
    count: they are the same at every visit that shows the same side. Stickers are placed once per
    visit, clicks are made once per photo, and the camera is set up once per visit.
    """
    own = float(np.linalg.norm([error.roll, error.yaw, error.sway]))
    if line.marked:
        shared = float(np.hypot(error.placement, error.parallax))
        return ChangeErrorModel(slope=1.0, between_session_sd=shared, within_session_sd=own)
    return ChangeErrorModel(
        slope=1.0,
        between_session_sd=error.parallax,
        within_session_sd=float(np.hypot(error.placement, own)),
    )


def trunk_length_mm(*, height_cm: float | None, stature: float | None) -> float:
    """Return the trunk length in millimetres, from the body height or of an average adult."""
    if height_cm is None or stature is None:
        return TRUNK_MM
    return 10.0 * height_cm / stature


def _waist_depth(silhouette: Silhouette) -> float:
    """Return the depth of the trunk where it is thinnest, in trunk lengths."""
    rows = (silhouette.levels <= WAIST_SPAN[0]) & (silhouette.levels >= WAIST_SPAN[1])
    depth = (silhouette.front.x - silhouette.back.x)[rows]
    seen = np.isfinite(depth)
    return float(depth[seen].min()) if seen.any() else BROAD_DEPTH
