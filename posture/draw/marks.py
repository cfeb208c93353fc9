"""Marks as plain geometry: strokes, patches, dots and tags."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from posture.draw.colours import Colour
from posture.types import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stroke:
    """A line through points (N, 2), its weight in line units; dashed where it was not seen."""

    name: str
    points: FloatArray
    colour: Colour
    weight: float
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """A translucent area with corners (N, 2)."""

    name: str
    points: FloatArray
    colour: Colour
    opacity: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dot:
    """A point with its centre (2,); square if a person placed it."""

    name: str
    points: FloatArray
    placed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tag:
    """A value written beside the body: the point (2,) that it refers to, and its side of it."""

    name: str
    text: str
    points: FloatArray
    colour: Colour
    side: int


Mark = Stroke | Patch | Dot | Tag


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """Everything drawn on one photo, in one coordinate system."""

    patches: tuple[Patch, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dot, ...] = ()
    tags: tuple[Tag, ...] = ()

    def moved(self, move: Callable[[FloatArray], FloatArray]) -> Marks:
        """Return the same marks in other coordinates."""
        return Marks(
            patches=tuple(replace(mark, points=move(mark.points)) for mark in self.patches),
            strokes=tuple(replace(mark, points=move(mark.points)) for mark in self.strokes),
            dots=tuple(replace(mark, points=move(mark.points)) for mark in self.dots),
            tags=tuple(replace(mark, points=move(mark.points)) for mark in self.tags),
        )

    def __iter__(self) -> Iterator[Mark]:
        yield from self.patches
        yield from self.strokes
        yield from self.dots
        yield from self.tags

    def named(self, name: str) -> list[Mark]:
        """Return the marks of one name."""
        return [mark for mark in self if mark.name == name]


def without(marks: Marks, name: str, inside: Callable[[FloatArray], BoolArray]) -> Marks:
    """Return the marks with the strokes of one name cut out of an area.

    Parameters
    ----------
    inside : callable
        Takes points (N, 2); returns whether each lies in the area, (N,).
    """
    strokes: list[Stroke] = []
    for stroke in marks.strokes:
        hidden = inside(stroke.points) if stroke.name == name else np.zeros(1, dtype=bool)
        if not hidden.any():
            strokes.append(stroke)
            continue
        pieces = (stroke.points[start:stop] for start, stop in runs(hidden) if not hidden[start])
        strokes.extend(replace(stroke, points=piece) for piece in pieces if len(piece) > 1)
    return replace(marks, strokes=tuple(strokes))


def runs(seen: BoolArray) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) for every stretch of equal values."""
    if not len(seen):
        return
    edges = np.flatnonzero(np.diff(seen.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(seen)]
    yield from itertools.pairwise(bounds)
