"""The true pelvic tilt: the angle of the line between two points that a person placed."""

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
from posture.view.gate import View
from posture.view.parallax import Camera, pelvic_parallax

TRUNK_MM: Final = 500.0
"""Trunk length of the landmark model in an adult of unknown height."""

MARKED_MM: Final = 6.9
"""Placement error of a sticker put on by palpation through clothes, along the vertical: four
raters with a calliper agreed to 3.6 degrees (Hagins 1998), which is this much at either end of a
line of 155 mm. One practised rater alone is better (1.1 degrees, Herrington 2011)."""

CLICKED_MM: Final = 10.0
"""The same for a point placed by eye in the picture. A convention of ours: the best published
automatic reading of back points is off by 9 mm on people it had not seen."""

WAIST_SPAN: Final = (0.60, 0.20)
LEAN_DEPTH: Final = 0.53
BROAD_DEPTH: Final = 0.70
TISSUE_SHARE: Final = 0.10
"""Levels above the hip between which the trunk is thinnest; that depth in trunk lengths at a body
mass index of about 25 and of 33 (rendered adults, r = 0.84), the second standing for one that the
picture cuts off; and vertical error of a point per depth beyond the first. Iliac spines on photos
"should only be used with lean subjects" (review 2002-2012), since the distance from skin to bone
follows body mass. That 16 % of trunk length cost 8 mm is a convention of ours."""

LINE_MM: Final = (80.0, 320.0)
"""Lengths of the line beyond which no adult's ASIS and PSIS lie apart in a side view, with the
skin of a heavy body over both."""

YAW_COST: Final = 0.055
"""Degrees of tilt per degree that the person is turned out of the side view: a line of 11 degrees
reads 10.0 to 14.1 when turned by 20 (geometry)."""

LEVELS: Final = (-0.25, 0.65)
"""Heights above the hip, in trunk lengths, between which both points must lie."""

STEEPEST_DEG: Final = 50.0
"""Standing pelves are tipped by -15 to 35 degrees; beyond this the points are others."""


SIDES_DEG: Final = 2.0
"""Half the difference between the two sides, of which a photo shows one: its spread in rendered
adults is 2.1 degrees, and the two sides of one cadaver differed by up to 11 (Preece 2008)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PelvisLine:
    """Both points in the body frame, shape (2,), in trunk lengths.

    ``marked`` tells whether stickers or pen marks show them.
    """

    asis: FloatArray
    psis: FloatArray
    marked: bool

    @property
    def tilt_deg(self) -> float:
        """Angle of the line against the horizontal; positive when the ASIS is lower."""
        run = self.asis - self.psis
        return float(np.degrees(np.arctan2(-run[1], run[0])))

    @property
    def length(self) -> float:
        """Length of the line in trunk lengths."""
        return float(np.hypot(*(self.asis - self.psis)))


def what_is_wrong(line: PelvisLine, *, mm: float) -> str | None:
    """Say why no standing adult has such points; ``None`` when one may.

    Parameters
    ----------
    line : PelvisLine
    mm : float
        Millimetres per trunk length.
    """
    length = line.length * mm
    if length < 1:
        return "ASIS and PSIS are at the same place: move one of them."
    if line.asis[0] <= line.psis[0]:
        return (
            "The ASIS lies behind the PSIS: it is the front one. Swap the two points, or correct "
            "which way the person looks."
        )
    for name, point in (("ASIS", line.asis), ("PSIS", line.psis)):
        if not LEVELS[0] <= point[1] <= LEVELS[1]:
            return f"The {name} is not at the height of the pelvis: move it there."
    if not LINE_MM[0] <= length <= LINE_MM[1]:
        return (
            f"ASIS and PSIS lie {length / 10:.0f} cm apart; in adults it is about 15: check both."
        )
    if abs(line.tilt_deg) > STEEPEST_DEG:
        return (
            f"The line between ASIS and PSIS is {abs(line.tilt_deg):.0f}° steep, which no "
            "standing pelvis is: check both points."
        )
    return None


def require_possible(line: PelvisLine, *, mm: float) -> None:
    """Refuse points that no standing adult has.

    Raises
    ------
    SettingsError
        ``bad_point``; see :func:`what_is_wrong`.
    """
    problem = what_is_wrong(line, mm=mm)
    if problem is not None:
        raise bad_point(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineError:
    """What makes the tilt of a line unsure, as standard deviations in degrees.

    Parameters
    ----------
    placement : float
        Finding the two points.
    tissue : float
        Skin and fat over the bone.
    parallax : float
        What is not known of where the camera was.
    roll : float
    yaw : float
        The person turned out of the side view.
    sides : float
        The other side of the pelvis, which is not seen.
    sway : float
        The person's own movement within a minute.
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
        """All of them together."""
        return float(np.linalg.norm([getattr(self, part.name) for part in fields(self)]))


def line_error(
    line: PelvisLine, silhouette: Silhouette, *, view: View, camera: Camera, mm: float
) -> LineError:
    """Return what makes the tilt of a line unsure."""
    lever = np.sqrt(2) / (line.length * mm)
    point_mm = MARKED_MM if line.marked else CLICKED_MM
    tissue_mm = TISSUE_SHARE * max(_depth(silhouette) - LEAN_DEPTH, 0.0) * mm
    return LineError(
        placement=float(np.degrees(point_mm * lever)),
        tissue=float(np.degrees(tissue_mm * lever)),
        parallax=pelvic_parallax(camera)[1],
        roll=view.roll.sd_deg,
        yaw=YAW_COST * abs(view.yaw_deg),
        sides=SIDES_DEG,
        sway=SWAY_SD["pelvic_tilt_deg"],
    )


def tilt_of(line: PelvisLine, error: LineError, camera: Camera) -> Quantity:
    """Return the tilt, freed of the known parallax, with its interval."""
    value = line.tilt_deg - pelvic_parallax(camera)[0]
    return Quantity.known(value, error.total, unit="deg", flags=("manual_points",))


def change_of(line: PelvisLine, error: LineError) -> ChangeErrorModel:
    """Return what a change of such a tilt can be claimed with.

    A line moves with the pelvis one to one; tissue and the difference of the two sides are the
    same at every visit that shows the same side. Stickers are put on once per visit, clicks are
    made once per photo; the camera is set up once.
    """
    own = float(np.linalg.norm([error.roll, error.yaw, error.sway]))
    if line.marked:
        day = float(np.hypot(error.placement, error.parallax))
        return ChangeErrorModel(slope=1.0, between_session_sd=day, within_session_sd=own)
    return ChangeErrorModel(
        slope=1.0,
        between_session_sd=error.parallax,
        within_session_sd=float(np.hypot(error.placement, own)),
    )


def trunk_mm(*, height_cm: float | None, stature: float | None) -> float:
    """Return millimetres per trunk length: from the body height, or of an average adult."""
    if height_cm is None or stature is None:
        return TRUNK_MM
    return 10.0 * height_cm / stature


def _depth(silhouette: Silhouette) -> float:
    """Depth of the trunk where it is thinnest, in trunk lengths."""
    rows = (silhouette.levels <= WAIST_SPAN[0]) & (silhouette.levels >= WAIST_SPAN[1])
    depth = (silhouette.front.x - silhouette.back.x)[rows]
    seen = np.isfinite(depth)
    return float(depth[seen].min()) if seen.any() else BROAD_DEPTH
