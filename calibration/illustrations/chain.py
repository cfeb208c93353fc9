"""Pelvis, low back and thigh from the side: level, and tipped forward by short hip flexors.

Centimetres of an adult of 1.75 m: origin at the hip joint, x forward, y up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from calibration.illustrations.vector import (
    BONE,
    BONE_EDGE,
    CALM,
    LONG,
    SHORT,
    Drawing,
    Point,
    Window,
    band,
)

Line: TypeAlias = list[tuple[float, float, float]]

WINDOW: Final[Window] = (-13.5, 36.5, 13.5, -27.0)
PELVIS_SIDE: Final = (
    (6.6, 8.2), (4.6, 11.6), (-0.8, 13.8), (-6.0, 12.6), (-8.0, 10.0), (-6.4, 7.6), (-4.0, 5.6),
    (-3.4, 1.0), (-4.6, -4.6), (-3.2, -8.4), (-0.8, -7.6), (0.6, -4.6), (3.4, -3.8), (6.6, -2.8),
    (7.6, -0.6), (5.4, 1.0), (4.0, 2.2), (4.9, 4.2), (5.2, 6.0),
)  # fmt: skip
SACRUM_SIDE: Final = (
    (-3.0, 11.6), (-6.6, 12.6), (-9.6, 9.0), (-10.2, 4.6), (-8.2, 0.4), (-7.2, 0.8), (-8.0, 4.6),
    (-6.4, 8.4),
)  # fmt: skip
FEMUR_SIDE: Final = (
    (-0.2, 2.3), (2.0, 1.2), (2.2, -1.2), (1.7, -4.0), (2.3, -12.0), (3.4, -24.0), (3.2, -34.0),
    (4.2, -39.0), (3.6, -43.0), (0.6, -43.8), (-2.0, -42.2), (-1.6, -38.6), (0.6, -34.0),
    (0.9, -24.0), (-0.4, -12.0), (-1.6, -5.6), (-2.8, -3.0), (-2.4, 0.6),
)  # fmt: skip
LUMBAR_TOP: Final = (-4.6, 33.4)
SACRUM_TOP: Final = (-4.8, 12.1)
SPINOUS: Final = ((-1.6, 0.5), (-3.6, 0.4), (-5.2, -0.8), (-4.8, -1.4), (-1.6, -0.5))
BODY: Final = (
    (-1.9, -1.3), (-1.7, 0.0), (-1.9, 1.3), (0.0, 1.4), (1.9, 1.3), (1.7, 0.0), (1.9, -1.3),
    (0.0, -1.2),
)  # fmt: skip
"""Outlines of a vertebra: ahead and up along the spine."""

STEPS: Final = ((3.4, 20.0), (10.6, 15.4), (5.8, -2.6), (-10.8, -2.0), (9.6, -17.0))
"""Places of the numbers: hip flexor, pelvis, thigh bone, seat, front of the thigh."""


LEVELS: Final = 6
"""Bodies of vertebrae from L5 to T12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """How far the pelvis tips forward, and the thigh bone rides ahead in its socket."""

    tip_deg: float = 0.0
    ahead_cm: float = 0.0

    @property
    def tipped(self) -> bool:
        """Whether the pelvis is not level."""
        return self.tip_deg > 0

    def pelvis(self, point: Point) -> Point:
        """Return where a point of the level pelvis lies."""
        (x, y), turn = point, math.radians(self.tip_deg)
        return x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)

    def thigh(self, point: Point) -> Point:
        """Return where a point of the thigh lies; the knee stays in its place."""
        x, y = point
        return x + self.ahead_cm * max(0.0, 1 + y / 40), y


LEVEL: Final = Stance()
TIPPED: Final = Stance(tip_deg=15.0, ahead_cm=1.0)


def chain_drawing(stance: Stance) -> str:
    """Return the drawing; tipped, short muscles are red and thick, long ones blue and thin.

    The five steps of the text are numbered then.
    """
    drawing = Drawing(window=WINDOW)
    spine = _lumbar(stance)
    for line in _behind(stance, spine):
        _muscle(drawing, stance, *line)
    drawing.smooth([stance.pelvis(p) for p in SACRUM_SIDE], fill=BONE, edge=BONE_EDGE)
    for centre, along in spine:
        _vertebra(drawing, centre, along)
    drawing.smooth([stance.thigh(p) for p in FEMUR_SIDE], fill=BONE, edge=BONE_EDGE)
    drawing.smooth([stance.pelvis(p) for p in PELVIS_SIDE], fill=BONE, edge=BONE_EDGE)
    drawing.disc((stance.ahead_cm, 0.0), 2.5, fill=BONE, edge=BONE_EDGE)
    for line in _before(stance, spine):
        _muscle(drawing, stance, *line)
    if stance.tipped:
        _steps(drawing, stance)
    return drawing.svg()


def _lumbar(stance: Stance) -> list[tuple[Point, Point]]:
    """Return middle and direction of L5 to T12 on a curve that leaves the sacrum at its slope."""
    start = stance.pelvis(SACRUM_TOP)
    lean = math.radians(16.0 + stance.tip_deg)
    reach = 9.5
    first = (start[0] + reach * math.sin(lean), start[1] + reach * math.cos(lean))
    second = (LUMBAR_TOP[0] + 1.6, LUMBAR_TOP[1] - reach)
    ends = (start, first, second, LUMBAR_TOP)
    shares = [(level + 0.55) / LEVELS for level in range(LEVELS)]
    return [(_bezier(ends, share), _direction(ends, share)) for share in shares]


def _bezier(ends: tuple[Point, Point, Point, Point], t: float) -> Point:
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    x, y = (sum(w * p[k] for w, p in zip(weights, ends, strict=True)) for k in (0, 1))
    return x, y


def _direction(ends: tuple[Point, Point, Point, Point], t: float) -> Point:
    (x0, y0), (x1, y1) = _bezier(ends, t - 0.02), _bezier(ends, t + 0.02)
    length = math.hypot(x1 - x0, y1 - y0)
    return (x1 - x0) / length, (y1 - y0) / length


def _vertebra(drawing: Drawing, centre: Point, along: Point) -> None:
    (x, y), (u, v) = centre, along
    for outline in (SPINOUS, BODY):
        points = [(x + ahead * v + up * u, y - ahead * u + up * v) for ahead, up in outline]
        drawing.smooth(points, fill=BONE, edge=BONE_EDGE)


def _behind(stance: Stance, spine: list[tuple[Point, Point]]) -> list[tuple[str, Line]]:
    """Return seat, back and abdominal muscles, which the bones cover."""
    back = [(x - 4.4 * v, y + 4.4 * u) for (x, y), (u, v) in spine]
    ahead, pelvis = stance.ahead_cm, stance.pelvis
    seat = [(*pelvis((-8.4, 9.4)), 1.4), (-9.6, 1.0, 3.2), (*pelvis((-5.0, -6.0)), 3.0)]
    return [
        (LONG, [*seat, (-0.4, -11.5, 1.2)]),
        (SHORT, [(*pelvis((-8.6, 10.0)), 1.2), *((*p, 1.8) for p in back[1:5]), (*back[5], 1.2)]),
        (
            LONG,
            [
                (7.6, 34.0, 1.2),
                (10.4 + ahead, 24.0, 1.6),
                (10.8 + ahead, 12.0, 1.6),
                (*pelvis((7.6, -0.4)), 1.2),
            ],
        ),
    ]


def _before(stance: Stance, spine: list[tuple[Point, Point]]) -> list[tuple[str, Line]]:
    """Return iliopsoas and rectus femoris, which lie on the bones."""
    front = [(x + 2.1 * v, y - 2.1 * u) for (x, y), (u, v) in spine]
    ahead, pelvis = stance.ahead_cm, stance.pelvis
    psoas = [(*front[5], 0.7), (*front[3], 1.4), (*front[1], 1.9), (*pelvis((4.9, 2.6)), 2.2)]
    thigh = [(5.6 + ahead, -8.0, 2.2), (6.0 + ahead, -22.0, 2.4), (5.4 + ahead, -38.8, 1.0)]
    return [
        (SHORT, [*psoas, (0.4 + ahead, -5.4, 1.0)]),
        (SHORT, [(*pelvis((5.0, 4.4)), 0.8), *thigh]),
    ]


def _muscle(drawing: Drawing, stance: Stance, colour: str, line: Line) -> None:
    factor = {SHORT: 1.5, LONG: 0.62}[colour] if stance.tipped else 1.0
    shown = colour if stance.tipped else CALM
    inner, outer = band(*((x, y, width * factor) for x, y, width in line))
    drawing.shape(inner, outer[::-1], fill=shown, edge=shown)


def _steps(drawing: Drawing, stance: Stance) -> None:
    x, y = stance.pelvis((6.6, 8.2))
    drawing.arrow((x + 1.2, y + 3.6), (x + 2.6, y - 1.6))
    drawing.arrow((-1.6, -0.2), (3.4, -0.2))
    for number, at in enumerate(STEPS, start=1):
        drawing.number(at, number)
