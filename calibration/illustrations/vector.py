"""Smooth shapes in centimetres, written as plain SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
Points: TypeAlias = Sequence[Point]
Window: TypeAlias = tuple[float, float, float, float]

BONE: Final = "#efe4d0"
BONE_EDGE: Final = "#a08f74"
HOLLOW: Final = "#d8c9ae"
SHORT: Final = "#c1483c"
LONG: Final = "#3f7fb0"
CALM: Final = "#b98f86"
TENDON: Final = "#f6ead6"
FIBRE: Final = "#ffffff"
INK: Final = "#1c2624"
PER_CM: Final = 6.0
EDGE: Final = 0.22
ARROW_CM: Final = 0.9


def band(*line: tuple[float, float, float]) -> tuple[Points, Points]:
    """Return the two edges of a band from its middle line and widths."""
    inner, outer = [], []
    for place, (x, y, width) in enumerate(line):
        before, after = line[max(place - 1, 0)], line[min(place + 1, len(line) - 1)]
        along = (after[0] - before[0], after[1] - before[1])
        length = math.hypot(*along) or 1.0
        across = (-along[1] / length * width / 2, along[0] / length * width / 2)
        inner.append((x - across[0], y - across[1]))
        outer.append((x + across[0], y + across[1]))
    return inner, outer


@dataclass(slots=True, kw_only=True)
class Drawing:
    """SVG being written; ``window`` is its left, top, right and bottom in centimetres, y up."""

    window: Window
    shapes: list[str] = field(default_factory=list)

    @property
    def size(self) -> Point:
        """Width and height in pixels."""
        left, top, right, bottom = self.window
        return (right - left) * PER_CM, (top - bottom) * PER_CM

    def move(self, point: Point) -> Point:
        """Return a point in pixels, y down."""
        return (point[0] - self.window[0]) * PER_CM, (self.window[1] - point[1]) * PER_CM

    def smooth(self, points: Points, *, fill: str = "none", edge: str = "", width: float = EDGE,
               closed: bool = True, opacity: float = 1.0) -> None:  # fmt: skip
        """Add a smooth line through all points, filled if it is closed."""
        spots = [self.move(point) for point in points]
        self._path(smooth_path(spots, closed=closed), fill, edge, width, opacity)

    def shape(self, *edges: Points, fill: str, edge: str, width: float = EDGE) -> None:
        """Add a closed shape of smooth edges that meet in corners."""
        parts = []
        for number, line in enumerate(edges):
            curve = smooth_path([self.move(point) for point in line], closed=False)
            parts.append(curve if number == 0 else "L" + curve[1:])
        self._path(" ".join(parts) + " Z", fill, edge, width, 1.0)

    def disc(self, centre: Point, radius: float, *, fill: str, edge: str) -> None:
        """Add a disc."""
        x, y = self.move(centre)
        self.shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius * PER_CM:.1f}" fill="{fill}" '
            f'stroke="{edge}" stroke-width="{EDGE * PER_CM:.2f}"/>'
        )

    def number(self, at: Point, text: int) -> None:
        """Add a number in a dark disc."""
        self.disc(at, 1.75, fill=INK, edge=FIBRE)
        x, y = self.move(at)
        self.shapes.append(
            f'<text x="{x:.1f}" y="{y + 5.2:.1f}" font-size="15" fill="{FIBRE}">{text}</text>'
        )

    def arrow(self, start: Point, end: Point, *, colour: str = INK) -> None:
        """Add a straight arrow."""
        (x0, y0), (x1, y1) = start, end
        length = math.hypot(x1 - x0, y1 - y0)
        u, v = (x1 - x0) / length, (y1 - y0) / length
        neck = (x1 - 1.5 * u, y1 - 1.5 * v)
        self.smooth((start, neck), edge=colour, width=0.55, closed=False)
        head = (
            (x1, y1),
            (neck[0] - 0.9 * v, neck[1] + 0.9 * u),
            (neck[0] + 0.9 * v, neck[1] - 0.9 * u),
        )
        self.shape(
            *((point, head[(k + 1) % 3]) for k, point in enumerate(head)), fill=colour, edge=colour
        )

    def svg(self) -> str:
        """Return the file."""
        width, height = self.size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'font-family="sans-serif" font-weight="700" text-anchor="middle">\n'
            + "\n".join(self.shapes)
            + "\n</svg>\n"
        )

    def _path(self, d: str, fill: str, edge: str, width: float, opacity: float) -> None:
        line = f' stroke="{edge}" stroke-width="{width * PER_CM:.2f}"' if edge else ""
        pale = f' opacity="{opacity:g}"' if opacity < 1 else ""
        self.shapes.append(f'<path d="{d}" fill="{fill}"{line}{pale}/>')


def smooth_path(spots: Points, *, closed: bool) -> str:
    """Return a path through all points, as cubic curves of Catmull and Rom."""
    count = len(spots)
    at = (lambda k: spots[k % count]) if closed else (lambda k: spots[min(max(k, 0), count - 1)])
    d = [f"M{spots[0][0]:.1f} {spots[0][1]:.1f}"]
    for k in range(count if closed else count - 1):
        p0, p1, p2, p3 = (at(k + shift) for shift in (-1, 0, 1, 2))
        first = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        second = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        d.append("C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, p2)))
    return " ".join(d) + (" Z" if closed else "")
