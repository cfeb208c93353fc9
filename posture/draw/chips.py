"""Small pictures of the lines, drawn by the same pen as on the photo."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.draw.colours import ARCH, BODY, PAPER, PLUMB, TILT, Colour
from posture.draw.marks import Dot, Marks, Patch, Stroke
from posture.draw.pen import blend, paint
from posture.draw.tags import rounded_mask
from posture.types import Facing

GROUND: Final[Colour] = (58, 66, 78)
"""Stands for the photo, so that light lines keep their colour on white paper."""

_HOLLOW: Final = np.array(
    [
        [0.52 - 0.22 * np.cos(2 * np.pi * share), 0.04 + 0.92 * share]
        for share in np.linspace(0, 1, 33)
    ]
)
"""A back seen from the side; the person looks to the right."""


def chip(name: str, size: int, *, facing: Facing) -> NDArray[np.uint8]:
    """Return the small picture of a value or a line, shape (size, size, 3).

    Parameters
    ----------
    name : str
        An estimate or a mark.
    size : int
        Pixels.
    facing : {"left", "right"}
        Where the person looks: the small picture is turned like the large one.
    """
    picture = np.full((size, size, 3), GROUND, np.uint8)
    marks = _PICTURES[name].moved(lambda points: points * size)
    paint(picture, marks, unit=size / 20)
    corners = 255 - rounded_mask(size, size, radius=max(2, size // 6))
    blend(picture, corners, (0, 0), PAPER, 1.0)
    return picture if facing == "right" else np.ascontiguousarray(picture[:, ::-1])


def _line(name: str, *points: tuple[float, float], colour: Colour, weight: float) -> Stroke:
    return Stroke(name=name, points=np.array(points), colour=colour, weight=weight)


def _back(*, dashed: bool = False) -> Stroke:
    return Stroke(name="back", points=_HOLLOW, colour=ARCH, weight=1.8, dashed=dashed)


def _tilt() -> Marks:
    return Marks(
        patches=(
            Patch(
                name="fan",
                points=np.array([[0.12, 0.3], [0.92, 0.4], [0.84, 0.76]]),
                colour=TILT,
                opacity=0.5,
            ),
        ),
        strokes=(
            _line("horizontal", (0.12, 0.3), (0.92, 0.3), colour=BODY, weight=0.9),
            _line("tilt", (0.12, 0.3), (0.9, 0.58), colour=TILT, weight=2.0),
        ),
    )


def _depth() -> Marks:
    chord = _line("chord", (0.28, 0.04), (0.28, 0.96), colour=ARCH, weight=0.9)
    depth = _line("depth", (0.28, 0.5), (0.74, 0.5), colour=ARCH, weight=1.6)
    return Marks(strokes=(chord, depth, _back()))


_PICTURES: Final[dict[str, Marks]] = {
    "pelvic_tilt_deg": _tilt(),
    "lumbar_depth_pct": _depth(),
    "lumbar_lordosis_deg": Marks(strokes=(_back(),)),
    "plumb": Marks(strokes=(_line("plumb", (0.5, 0.0), (0.5, 1.0), colour=PLUMB, weight=2.2),)),
    "back_unseen": Marks(
        strokes=(
            Stroke(
                name="back",
                points=np.array([[0.5, 0.02], [0.5, 0.98]]),
                colour=ARCH,
                weight=2.2,
                dashed=True,
            ),
        )
    ),
    "dots": Marks(dots=(Dot(name="joint", points=np.array([0.48, 0.48])),)),
    "placed": Marks(dots=(Dot(name="joint", points=np.array([0.48, 0.48]), placed=True),)),
}
