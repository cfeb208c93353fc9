"""One measure over all visits: a dot with its interval for each, on a true scale of days."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.quantity import Quantity
from posture.texts import lower_end, number_text
from posture.web.components.markup import drawing

WIDTH: Final = 360
HEIGHT: Final = 190
"""Size at which letters have their true size; one drawing fills a phone."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 340.0, 14.0, 158.0
_LABEL_GAP: Final = 68.0
"""Least distance between two dates on the axis."""

_STEPS: Final = (1.0, 2.0, 5.0)

_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #4d5d5a } .grid { stroke: #cfdad7 }
.range { stroke: #0b6b66; stroke-width: 6; stroke-linecap: round; stroke-opacity: .35 }
.path { stroke: #0b6b66; stroke-width: 1.5; fill: none; stroke-dasharray: 3 3 }
.dot { fill: #0b6b66 } .chosen { stroke: #1b2827; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #a9bab6 } .grid { stroke: #36443f } .range, .path { stroke: #5ec9be }
  .dot { fill: #5ec9be } .chosen { stroke: #e7efed }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One visit on the line.

    Parameters
    ----------
    day : date
    quantity : Quantity
        Present; an absent one has no place on a line.
    chosen : bool
        Whether it is one of the two that are compared.
    """

    day: date
    quantity: Quantity
    chosen: bool = False


def time_line(points: Sequence[Point], *, alt: str) -> str:
    """Return the line of at least one point as an image.

    Parameters
    ----------
    points : sequence of Point
        In order of their days.
    alt : str
        What the line shows, in words.
    """
    low, high, ticks = _scale(points)
    spots = [(_across(point, points), point) for point in points]

    def up(number: float) -> float:
        return _BOTTOM - (number - low) / (high - low) * (_BOTTOM - _TOP)

    parts = [*_grid(ticks, points[0].quantity.unit, up), *_dates(spots)]
    path = " ".join(f"{x:.1f},{up(_number(point.quantity.value)):.1f}" for x, point in spots)
    parts.append(f'<polyline class="path" points="{path}"/>')
    for x, point in spots:
        ends = (up(lower_end(point.quantity)), up(_number(point.quantity.high)))
        bottom, top = (f"{end:.1f}" for end in ends)
        css = "dot chosen" if point.chosen else "dot"
        middle = f"{up(_number(point.quantity.value)):.1f}"
        parts.append(f'<path class="range" d="M{x:.1f} {bottom}V{top}"/>')
        parts.append(f'<circle class="{css}" cx="{x:.1f}" cy="{middle}" r="5"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return drawing(f"{svg}<style>{_STYLE}</style>{''.join(parts)}</svg>", alt=alt)


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("an absent quantity has no place on a line")
    return value


def _scale(points: Sequence[Point]) -> tuple[float, float, list[float]]:
    """Return the ends of the axis and its ticks, at round numbers."""
    low = min(lower_end(point.quantity) for point in points)
    high = max(_number(point.quantity.high) for point in points)
    rough = max(high - low, 1e-6) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * s for s in _STEPS if power * s >= rough), 10 * power)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = max(last, first + 1)
    return first * step, last * step, [n * step for n in range(first, last + 1)]


def _across(point: Point, points: Sequence[Point]) -> float:
    days = (points[-1].day - points[0].day).days
    inner = 14.0
    if days == 0:
        # Visits of one day stand beside each other, in their order.
        share = 0.5 if len(points) == 1 else points.index(point) / (len(points) - 1)
    else:
        share = (point.day - points[0].day).days / days
    return _LEFT + inner + share * (_RIGHT - _LEFT - 2 * inner)


def _grid(ticks: Sequence[float], unit: str, up: Callable[[float], float]) -> Iterator[str]:
    sign = "°" if unit == "deg" else ""
    for tick in ticks:
        y = up(tick)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        text = number_text(tick, "deg" if float(tick).is_integer() else unit)
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}{sign}</text>'


def _dates(spots: Sequence[tuple[float, Point]]) -> Iterator[str]:
    """Write as many dates as fit; the first and the last one always."""
    kept: list[float] = [spots[-1][0]]
    shown = [spots[-1]]
    for x, point in spots[:-1]:
        if all(abs(x - other) >= _LABEL_GAP for other in kept):
            kept.append(x)
            shown.append((x, point))
    for x, point in shown:
        day = f"{point.day:%d %b %y}".removeprefix("0")
        yield f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{day}</text>'
