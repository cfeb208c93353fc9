"""Charts of distributions, as inline SVG in the colours of the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from posture.batch.results.statistics import STEP, Distribution
from posture.texts import number_text

WIDTH: Final = 360
HEIGHT: Final = 170
LEFT: Final = 18
EDGE: Final = 2
BASE: Final = 128
"""Height of the axis in the picture."""

TOP: Final = 24
MOST_BARS: Final = 24
FEWEST_BARS: Final = 6
STEPS: Final = (1, 2, 5, 10, 20, 50)
"""Widths of bars, in units of the quantity: edges fall on round numbers."""


def histogram(distribution: Distribution, *, title: str, sign: str, axis: str) -> str:
    """Return a histogram with its median marked; empty without any value.

    Parameters
    ----------
    title : str
        Text for screen readers.
    sign : str
        Unit sign after numbers, such as "°".
    axis : str
        Label below the axis.
    """
    bars = _bars(distribution)
    median = distribution.quantile(0.5)
    if not bars or median is None:
        return ""
    first, step = bars[0][0], bars[0][1] - bars[0][0]
    span = bars[-1][1] - first
    scale = (WIDTH - 2 * LEFT) / span

    def x(value: float) -> float:
        return LEFT + (value - first) * scale

    most = max(count for *_, count in bars)
    parts = [_opening(title)]
    for low, high, count in bars:
        height = (BASE - TOP) * count / most
        words = f"{number_text(low, 'deg')} to {number_text(high, 'deg')}{sign}: {_photos(count)}"
        parts.append(
            f'<rect class="bar" x="{x(low) + 1:.1f}" y="{BASE - height:.1f}" '
            f'width="{step * scale - 2:.1f}" height="{height:.1f}">'
            f"<title>{escape(words)}</title></rect>"
        )
    parts.extend(_ticks([low for low, *_ in bars] + [bars[-1][1]], x))
    parts.append(_median(median, x, sign))
    parts.append(_text(WIDTH / 2, HEIGHT - 8, axis, "axis"))
    return "".join([*parts, "</svg>"])


def bar_list(counts: Sequence[tuple[str, int]], *, title: str) -> str:
    """Return labelled horizontal bars; empty if there is nothing to count."""
    total = sum(count for _, count in counts)
    if not total:
        return ""
    most = max(count for _, count in counts)
    row = 30
    height = row * len(counts) + 6
    parts = [_opening(title, height)]
    for number, (label, count) in enumerate(counts):
        top = number * row
        share = f"{count:,} ({100 * count / total:.0f} %)"
        width = (WIDTH - 2 * EDGE) * count / most
        parts.append(f'<text class="label" x="{EDGE}" y="{top + 13}">{escape(label)}</text>')
        parts.append(
            f'<text class="label end" x="{WIDTH - EDGE}" y="{top + 13}">{escape(share)}</text>'
        )
        parts.append(
            f'<rect class="bar" x="{EDGE}" y="{top + 18}" width="{max(width, 1):.1f}" height="7"/>'
        )
    return "".join([*parts, "</svg>"])


def _bars(distribution: Distribution) -> list[tuple[float, float, int]]:
    """Return (low, high, count) of adjacent bars that hold all values."""
    used = np.flatnonzero(distribution.counts)
    if not len(used):
        return []
    low, high = (distribution.low + STEP * used[index] for index in (0, -1))
    # A few photos in many bars would look like a comb.
    most = min(max(2 * math.sqrt(distribution.present), FEWEST_BARS), MOST_BARS)
    step = next(step for step in STEPS if (high - low) / step < most or step == STEPS[-1])
    first = np.floor(low / step + 1e-9) * step
    number = int(np.floor((high - first) / step + 1e-9)) + 1
    middles = distribution.low + STEP * (used + 0.5)
    index = np.minimum(((middles - first) / step).astype(int), number - 1)
    counts = np.bincount(index, weights=distribution.counts[used], minlength=number)
    return [(first + n * step, first + (n + 1) * step, int(counts[n])) for n in range(number)]


def _ticks(edges: list[float], x: Callable[[float], float]) -> Iterator[str]:
    every = max(1, len(edges) // 6)
    yield f'<line class="rule" x1="{LEFT}" x2="{WIDTH - LEFT}" y1="{BASE}" y2="{BASE}"/>'
    for edge in edges[::every]:
        yield _text(x(edge), BASE + 16, number_text(edge, "deg"), "tick")


def _median(median: float, x: Callable[[float], float], sign: str) -> str:
    at = x(median)
    anchor = min(max(at, 50), WIDTH - 50)
    return f'<line class="median" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 6}" y2="{BASE}"/>' + _text(
        anchor, TOP - 11, f"median {number_text(median, '%trunk')}{sign}", "tick"
    )


def _opening(title: str, height: int = HEIGHT) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, _QUOTES)}">'


_QUOTES: Final = {'"': "&quot;"}


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _photos(count: int) -> str:
    return f"{count:,} photo{'' if count == 1 else 's'}"
