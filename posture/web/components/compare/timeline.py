"""Time lines: one measure over all visits, a dot with its interval for each, days to scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st

from posture.clients.pairs import VisitPair
from posture.comparison.api import VisitData, timeline
from posture.quantity import Quantity
from posture.texts import (
    label,
    lower_end,
    number_text,
    range_text,
    value_text,
)
from posture.web.components.markup import drawing, element, plain
from posture.web.components.words import day_words
from posture.web.language import translated
from posture.web.texts import say

WIDTH: Final = 360
HEIGHT: Final = 190
"""Size at which letters have their true size; one drawing fills the width of a phone."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 340.0, 14.0, 158.0
_LABEL_GAP: Final = 68.0
"""Smallest distance between two dates on the axis."""

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
class VisitDot:
    """One visit on the time line.

    Parameters
    ----------
    day : date
    quantity : Quantity
        Present; an absent one has no place on the line.
    chosen : bool
        Whether it is one of the two visits being compared.
    """

    day: date
    quantity: Quantity
    chosen: bool = False


def show_timelines(pair: VisitPair) -> None:
    """Show tilt, arch angle and arch depth over all visits, and one more measure of choice."""
    st.header(say("lines_title"), anchor=False)
    st.caption(say("lines_intro"))
    chosen = {pair.before.id, pair.after.id}
    main = pair.comparison.main
    st.html(_cards(main, pair.visits, chosen))
    others = [name for name in pair.comparison.changes if name not in main]
    other = st.selectbox(
        say("lines_other"),
        others,
        index=None,
        format_func=lambda name: translated(label(name)),
        key="compare_other",
        placeholder=say("lines_choose"),
    )
    if other is not None:
        st.html(_cards((other,), pair.visits, chosen))


def _cards(names: Sequence[str], visits: Sequence[VisitData], chosen: set[str]) -> str:
    return element("div", *(_card(name, visits, chosen) for name in names), css="po-lines-grid")


def _card(name: str, visits: Sequence[VisitData], chosen: set[str]) -> str:
    head = element("h3", plain(translated(label(name))))
    dots = [
        VisitDot(day=found.day, quantity=found.quantity, chosen=found.key in chosen)
        for found in timeline(visits, name)
        if found.quantity.present
    ]
    if not dots:
        return element("section", head, element("p", plain(say("lines_none"))), css="po-card")
    words = "; ".join(_dot_words(dot) for dot in dots)
    return element("section", head, timeline_image(dots, alt=words), css="po-card")


def _dot_words(dot: VisitDot) -> str:
    value, span = translated(value_text(dot.quantity)), translated(range_text(dot.quantity))
    return f"{day_words(dot.day)}: {value} ({span})"


def timeline_image(dots: Sequence[VisitDot], *, alt: str) -> str:
    """Return the time line of one visit or more as an image.

    Parameters
    ----------
    dots : sequence of Point
        In the order of their days.
    alt : str
        The time line in words.
    """
    low, high, ticks = _scale(dots)
    spots = [(_across(dot, dots), dot) for dot in dots]

    def up(number: float) -> float:
        return _BOTTOM - (number - low) / (high - low) * (_BOTTOM - _TOP)

    parts = [*_grid(ticks, dots[0].quantity.unit, up), *_dates(spots)]
    path = " ".join(f"{x:.1f},{up(_number(dot.quantity.value)):.1f}" for x, dot in spots)
    parts.append(f'<polyline class="path" points="{path}"/>')
    for x, dot in spots:
        ends = (up(lower_end(dot.quantity)), up(_number(dot.quantity.high)))
        bottom, top = (f"{end:.1f}" for end in ends)
        css = "dot chosen" if dot.chosen else "dot"
        middle = f"{up(_number(dot.quantity.value)):.1f}"
        parts.append(f'<path class="range" d="M{x:.1f} {bottom}V{top}"/>')
        parts.append(f'<circle class="{css}" cx="{x:.1f}" cy="{middle}" r="5"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return drawing(f"{svg}<style>{_STYLE}</style>{''.join(parts)}</svg>", alt=alt)


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("an absent quantity has no place on a time line")
    return value


def _scale(dots: Sequence[VisitDot]) -> tuple[float, float, list[float]]:
    """Return the ends of the axis and its ticks, all at round numbers."""
    low = min(lower_end(dot.quantity) for dot in dots)
    high = max(_number(dot.quantity.high) for dot in dots)
    rough = max(high - low, 1e-6) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * s for s in _STEPS if power * s >= rough), 10 * power)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = max(last, first + 1)
    return first * step, last * step, [n * step for n in range(first, last + 1)]


def _across(dot: VisitDot, dots: Sequence[VisitDot]) -> float:
    days = (dots[-1].day - dots[0].day).days
    inner = 14.0
    if days == 0:
        # Visits on one day are side by side, in their order.
        share = 0.5 if len(dots) == 1 else dots.index(dot) / (len(dots) - 1)
    else:
        share = (dot.day - dots[0].day).days / days
    return _LEFT + inner + share * (_RIGHT - _LEFT - 2 * inner)


def _grid(ticks: Sequence[float], unit: str, up: Callable[[float], float]) -> Iterator[str]:
    sign = "°" if unit == "deg" else ""
    for tick in ticks:
        y = up(tick)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        text = number_text(tick, "deg" if float(tick).is_integer() else unit)
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}{sign}</text>'


def _dates(spots: Sequence[tuple[float, VisitDot]]) -> Iterator[str]:
    """Yield as many dates as fit, the last one always."""
    kept: list[float] = [spots[-1][0]]
    shown = [spots[-1]]
    for x, dot in spots[:-1]:
        if all(abs(x - other) >= _LABEL_GAP for other in kept):
            kept.append(x)
            shown.append((x, dot))
    for x, dot in shown:
        day = plain(day_words(dot.day, short=True))
        yield f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{day}</text>'
