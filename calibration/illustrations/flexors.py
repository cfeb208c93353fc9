"""The eleven hip flexors on the bones, seen from the front.

Centimetres of an adult of 1.75 m: origin at the top of the pubic symphysis, x to the left side of
the body, which is on the right of the picture, y up. Attachments are those of ``atlas.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from calibration.illustrations.vector import (
    BONE,
    BONE_EDGE,
    FIBRE,
    HOLLOW,
    SHORT,
    TENDON,
    Drawing,
    Points,
    Window,
    band,
)

FIBRES: Final = (0.25, 0.5, 0.75)
HIP_WINDOW: Final[Window] = (-7.0, 34.0, 18.5, -13.0)
LEG_WINDOW: Final[Window] = (-7.0, 15.5, 18.5, -56.0)
ALL_WINDOW: Final[Window] = (-15.0, 34.0, 18.5, -56.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Muscle:
    """A muscle between two edges of as many points each, from its origin to its insertion.

    Parameters
    ----------
    inner, outer : sequence of (x, y)
        Edges towards and away from the middle of the body.
    cap : sequence of (x, y)
        Rounded edge of a broad origin, from the inner to the outer edge; empty if it is straight.
    tendon : sequence of (x, y, width)
        Middle line of a long tendon or band; empty without one.
    long : bool
        Whether it reaches the knee.
    """

    inner: Points
    outer: Points
    cap: Points = ()
    tendon: Sequence[tuple[float, float, float]] = ()
    long: bool = False


_PSOAS_MINOR = band((2.3, 30.4, 0.7), (3.4, 23.0, 1.3), (4.4, 15.0, 0.6), (5.4, 3.2, 0.4))
_RECTUS = band(
    (10.5, 4.5, 1.0), (11.3, -4.0, 3.0), (11.1, -15.0, 4.4), (10.1, -27.0, 3.6),
    (9.0, -36.0, 1.8), (8.6, -39.2, 1.5),
)  # fmt: skip
_SARTORIUS = band(
    (12.6, 8.3, 1.1), (11.3, 1.0, 1.9), (8.9, -10.0, 2.1), (6.2, -22.0, 2.1), (4.5, -33.0, 2.0),
    (4.2, -41.0, 1.5), (5.4, -47.5, 1.0), (7.0, -50.4, 0.8),
)  # fmt: skip
_GRACILIS = band(
    (1.2, -3.4, 2.2), (2.2, -14.0, 2.4), (3.2, -27.0, 1.8), (3.8, -38.0, 0.8), (4.5, -44.5, 0.6),
    (6.5, -49.6, 0.6),
)  # fmt: skip

MUSCLES: Final = {
    "psoas_major": Muscle(
        inner=((1.7, 31.0), (2.2, 22.0), (3.2, 14.0), (6.1, 6.5), (8.7, -0.5), (9.7, -5.2)),
        outer=((2.7, 31.2), (5.2, 22.0), (7.2, 14.0), (9.3, 6.0), (10.6, -1.5), (10.5, -5.9)),
    ),
    "iliacus": Muscle(
        inner=((5.6, 12.4), (6.4, 9.0), (8.0, 4.5), (9.3, -1.0), (9.8, -5.4)),
        outer=((13.2, 12.2), (12.2, 8.2), (11.2, 3.5), (11.0, -2.0), (10.6, -6.1)),
        cap=((5.6, 12.4), (7.6, 13.6), (10.6, 13.9), (13.2, 12.2)),
    ),
    "psoas_minor": Muscle(inner=_PSOAS_MINOR[0], outer=_PSOAS_MINOR[1]),
    "rectus_femoris": Muscle(
        inner=_RECTUS[0],
        outer=_RECTUS[1],
        tendon=((8.6, -42.5, 1.5), (8.7, -45.0, 1.3), (8.7, -48.3, 1.2)),
        long=True,
    ),
    "sartorius": Muscle(inner=_SARTORIUS[0], outer=_SARTORIUS[1], long=True),
    "tensor_fasciae_latae": Muscle(
        inner=((12.9, 8.7), (13.7, 3.0), (14.3, -4.0), (14.8, -11.0)),
        outer=((14.3, 10.8), (16.5, 4.0), (16.5, -4.0), (15.7, -11.0)),
        tendon=((15.3, -10.5, 1.0), (14.2, -25.0, 1.4), (12.6, -39.0, 1.3), (11.3, -46.6, 1.1)),
        long=True,
    ),
    "pectineus": Muscle(
        inner=((3.4, 0.8), (6.2, -3.8), (10.6, -9.3)),
        outer=((6.8, 2.5), (8.8, -1.4), (11.0, -6.4)),
    ),
    "adductor_longus": Muscle(
        inner=((1.0, -1.4), (5.0, -12.0), (9.9, -26.0)),
        outer=((2.0, -0.4), (6.4, -8.0), (11.0, -17.0)),
        long=True,
    ),
    "adductor_brevis": Muscle(
        inner=((1.4, -4.2), (5.8, -9.8), (10.9, -17.0)),
        outer=((2.4, -2.6), (6.8, -5.6), (11.4, -9.4)),
        long=True,
    ),
    "gracilis": Muscle(inner=_GRACILIS[0], outer=_GRACILIS[1], long=True),
    "gluteus_anterior": Muscle(
        inner=((12.7, 10.4), (13.0, 6.4), (13.3, 3.2), (13.5, 1.2)),
        outer=((14.4, 13.4), (16.3, 8.4), (15.6, 3.2), (14.5, 0.2)),
    ),
}
"""The eleven flexors of the left side in the front view."""

ALL_ORDER: Final = (
    "gluteus_anterior", "tensor_fasciae_latae", "gracilis", "adductor_brevis", "adductor_longus",
    "pectineus", "iliacus", "psoas_major", "psoas_minor", "rectus_femoris", "sartorius",
)  # fmt: skip
"""From the deepest to the one that lies on top of the others."""

ALL_COLOURS: Final = {
    "psoas_major": "#b5392f", "iliacus": "#d2604c", "psoas_minor": "#7d2320",
    "rectus_femoris": "#d88a3d", "sartorius": "#8c5aa0", "tensor_fasciae_latae": "#3f7fb0",
    "pectineus": "#5f9c58", "adductor_longus": "#3d7d63", "adductor_brevis": "#86b06a",
    "gracilis": "#2f8f92", "gluteus_anterior": "#6d84b8",
}  # fmt: skip

HIP_BONE: Final = (
    (5.2, 12.6), (8.4, 14.7), (11.8, 14.5), (13.7, 12.0), (12.9, 8.6), (11.5, 7.0), (11.1, 4.6),
    (11.5, 1.8), (10.9, -1.8), (8.4, -3.6), (7.7, -8.2), (6.0, -9.4), (4.4, -7.8), (2.2, -5.0),
    (0.5, -4.0), (0.45, -0.2), (2.6, 0.8), (5.6, 2.4), (6.8, 4.4), (6.0, 8.2), (4.9, 10.4),
)  # fmt: skip
FEMUR: Final = (
    (9.6, 2.5), (11.6, 1.2), (13.2, 2.0), (14.4, 1.0), (14.4, -2.0), (13.8, -6.0), (13.1, -13.0),
    (11.6, -26.0), (11.2, -35.0), (12.7, -40.5), (12.6, -43.0), (10.4, -44.3), (8.6, -43.5),
    (6.6, -44.4), (4.6, -43.2), (4.6, -40.5), (7.0, -35.5), (8.8, -26.0), (10.9, -13.0),
    (11.0, -8.0), (9.8, -6.0), (10.4, -4.0), (9.9, -2.0), (8.0, -2.2), (6.4, 0.0), (7.4, 2.3),
)  # fmt: skip
TIBIA: Final = (
    (4.8, -45.3), (8.6, -45.0), (12.2, -45.4), (11.9, -47.0), (10.4, -50.0), (9.9, -57.0),
    (7.1, -57.0), (6.4, -50.0), (4.9, -47.2),
)  # fmt: skip
SACRUM: Final = (
    (0.0, 10.6), (4.6, 11.6), (5.0, 9.0), (3.4, 5.0), (1.2, 1.6), (0.0, 0.2), (-1.2, 1.6),
    (-3.4, 5.0), (-5.0, 9.0), (-4.6, 11.6),
)  # fmt: skip
FORAMEN: Final = ((4.4, -1.0), (6.6, -1.8), (6.9, -4.6), (5.4, -6.6), (3.2, -4.4))
LEVELS: Final = (12.4, 16.0, 19.6, 23.2, 26.7, 30.1)
"""Middles of the bodies of L5 to T12."""


def flexor_drawing(name: str) -> str:
    """Return one flexor on the bones, seen from the front."""
    muscle = MUSCLES[name]
    drawing = Drawing(window=LEG_WINDOW if muscle.long else HIP_WINDOW)
    _bones(drawing)
    _muscle(drawing, muscle, SHORT)
    return drawing.svg()


def all_flexors() -> str:
    """Return the eleven flexors together, each in its colour."""
    drawing = Drawing(window=ALL_WINDOW)
    _bones(drawing)
    for name in ALL_ORDER:
        _muscle(drawing, MUSCLES[name], ALL_COLOURS[name])
    return drawing.svg()


def _bones(drawing: Drawing) -> None:
    drawing.smooth(SACRUM, fill=BONE, edge=BONE_EDGE)
    for y in LEVELS:
        drawing.smooth(((-4.6, y + 0.4), (0.0, y - 0.2), (4.6, y + 0.4), (0.0, y + 0.9)),
                     fill=BONE, edge=BONE_EDGE)  # fmt: skip
        box = ((-2.4, y - 1.3), (-2.1, y), (-2.4, y + 1.3), (0.0, y + 1.45), (2.4, y + 1.3),
               (2.1, y), (2.4, y - 1.3), (0.0, y - 1.15))  # fmt: skip
        drawing.smooth(box, fill=BONE, edge=BONE_EDGE)
    for side in (-1, 1):
        for outline in (HIP_BONE, FEMUR, TIBIA):
            drawing.smooth([(side * x, y) for x, y in outline], fill=BONE, edge=BONE_EDGE)
        drawing.smooth([(side * x, y) for x, y in FORAMEN], fill=HOLLOW, edge=BONE_EDGE)
        patella = ((8.6, -38.4), (10.5, -40.4), (8.6, -42.8), (6.7, -40.4))
        drawing.smooth([(side * x, y) for x, y in patella], fill=BONE, edge=BONE_EDGE)


def _muscle(drawing: Drawing, muscle: Muscle, colour: str) -> None:
    if muscle.tendon:
        inner, outer = band(*muscle.tendon)
        drawing.shape(inner, outer[::-1], fill=TENDON, edge=BONE_EDGE)
    cap = [muscle.cap[::-1]] if muscle.cap else []
    drawing.shape(muscle.inner, muscle.outer[::-1], *cap, fill=colour, edge=colour)
    for share in FIBRES:
        between = [
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            for a, b in zip(muscle.inner, muscle.outer, strict=True)
        ]
        drawing.smooth(between, edge=FIBRE, width=0.16, closed=False, opacity=0.45)
