"""Picture of many subjects: one row each, its visits as dots with bars on a common axis."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Final

from posture.comparison.timeline import TimePoint
from posture.quantity import Quantity
from posture.texts import MINUS, UNIT_SIGNS

WIDTH: Final = 720
NAME_WIDTH: Final = 150
RIGHT: Final = 24
TOP: Final = 76
VISIT_HEIGHT: Final = 16
GAP: Final = 12

CAPTION: Final = "Mean of each visit. Bars apart from each other: a real change (orange)."

REAL, QUIET = "#b3470a", "#5b6b7a"
"""Colours of a real change and of everything else; both stand out from white by 5 to 1."""

STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOST_TICKS: Final = 8


def picture_of(
    subjects: Mapping[str, Sequence[TimePoint]], *, title: str, real: Collection[str]
) -> str:
    """Return the picture as SVG.

    Parameters
    ----------
    subjects : mapping of str to sequence of TimePoint
        Visits of each subject in order.
    title : str
    real : collection of str
        Subjects with a real change.
    """
    shown = {
        name: [point for point in points if _known(point)] for name, points in subjects.items()
    }
    every = [point for points in shown.values() for point in points]
    low = min((_ends(point)[0] for point in every), default=0.0)
    high = max((_ends(point)[1] for point in every), default=1.0)
    ticks = _ticks(low, high)
    rows: list[str] = []
    y = TOP
    for name, points in shown.items():
        rows.append(_subject(name, points, y, ticks, real=name in real))
        y += max(len(points), 1) * VISIT_HEIGHT + GAP
    unit = UNIT_SIGNS.get(every[0].quantity.unit, "") if every else ""
    axis = "".join(_tick(value, ticks, y, unit) for value in ticks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 8}" width="{WIDTH}" '
        f'height="{y + 8}" font-family="sans-serif" font-size="12" role="img" '
        f'aria-label="{escape(title)}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{NAME_WIDTH}" y="20" font-size="15" font-weight="bold">{escape(title)}</text>'
        f'<text x="{NAME_WIDTH}" y="38" fill="#555">{escape(CAPTION)}</text>'
        f"{axis}{''.join(rows)}</svg>\n"
    )


def _known(point: TimePoint) -> bool:
    return point.quantity.value is not None


def _value(quantity: Quantity) -> float:
    return math.nan if quantity.value is None else quantity.value


def _ends(point: TimePoint) -> tuple[float, float]:
    half = point.half_bar or 0.0
    return _value(point.quantity) - half, _value(point.quantity) + half


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers around the range."""
    step = next((step for step in STEPS if (high - low) / step <= MOST_TICKS), STEPS[-1])
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def _x(value: float, ticks: Sequence[float]) -> float:
    share = (value - ticks[0]) / (ticks[-1] - ticks[0])
    return round(NAME_WIDTH + share * (WIDTH - RIGHT - NAME_WIDTH), 1)


def _tick(value: float, ticks: Sequence[float], bottom: float, unit: str) -> str:
    x = _x(value, ticks)
    return (
        f'<line x1="{x}" x2="{x}" y1="{TOP - 12}" y2="{bottom}" stroke="#ddd"/>'
        f'<text x="{x}" y="{TOP - 18}" text-anchor="middle" fill="#555">'
        f"{_number(value)}{unit}</text>"
    )


def _number(value: float) -> str:
    """Return a number of the axis, with a real minus sign."""
    return f"{value:g}".replace("-", MINUS)


def _subject(
    name: str, points: Sequence[TimePoint], top: float, ticks: Sequence[float], *, real: bool
) -> str:
    colour = REAL if real else QUIET
    parts = [
        f'<text x="{NAME_WIDTH - 40}" y="{top + 4}" text-anchor="end" font-weight="bold">'
        f"{escape(name)}</text>"
    ]
    for place, point in enumerate(points):
        y = top + place * VISIT_HEIGHT
        left, right = (_x(end, ticks) for end in _ends(point))
        parts.append(
            f'<text x="{NAME_WIDTH - 8}" y="{y + 4}" text-anchor="end" fill="#555">'
            f"{escape(point.key)}</text>"
            f'<line x1="{left}" x2="{right}" y1="{y}" y2="{y}" stroke="{colour}" '
            'stroke-width="2"/>'
            f'<circle cx="{_x(_value(point.quantity), ticks)}" cy="{y}" r="4.5" fill="{colour}"/>'
        )
    return "".join(parts)
