"""The legend below the photo: every estimate in words and numbers, and symbols of the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from posture.analysis.result import Analysis
from posture.draw.colours import (
    ARCH,
    BODY,
    GREY_INK,
    INK,
    PAPER,
    PLUMB,
    RULE,
    TILT,
    Colour,
)
from posture.draw.lettering import FontWeight, font, wrap
from posture.draw.lines import estimate_of
from posture.draw.marks import Dot, Marks, Patch, Stroke
from posture.draw.pen import blend, paint
from posture.draw.tags import rounded_mask
from posture.estimator.model import LINE, POSITION
from posture.messages import ENGLISH, Catalogue, catalogue, message
from posture.quantity import Quantity
from posture.screening.words import badge_text
from posture.texts import (
    DISCLAIMER,
    RANGE_NOTE,
    UNIT_WORDS,
    label,
    range_text,
    reason_text,
    reference_text,
    tilt_words,
    value_text,
)
from posture.types import Facing

PANEL_SHARE: Final = 0.46
"""Usual height of the panel in widths; only used to estimate the size of the whole picture."""

EM: Final = 1 / 31
"""Text size in widths: 12.6 pixels on a phone that shows the picture 390 pixels wide."""

MARGIN: Final = 1.1
LEADING: Final = 1.3
"""Margin and distance of lines, in text sizes."""

ARCH_TILES: Final = ("lumbar_depth_pct", "lumbar_lordosis_deg")
"""Estimates shown beside what leads for the pelvis."""

POSITION_NOTE: Final = "Pelvic tilt that the finding builds on: {value} ({span})."
"""Note where the tile of the pelvis shows the placed line."""

KEYS: Final = (
    ("plumb", "vertical at the ankle"),
    ("dots", "joint centres"),
    ("placed", "placed by hand"),
    ("back_unseen", "back not seen"),
)
"""Marks explained below the values, if the photo shows them."""

FADED: Final = 0.6
"""Share of paper that shows through the symbol of an absent value."""

NO_PLUMB: Final = "No vertical line is drawn, because the ankle is not in the picture."

MAX_HEIGHT: Final = 1.5
"""Height of the panel before it is cut off below the last line, in widths."""

GROUND: Final[Colour] = (58, 66, 78)
"""Ground of symbols, dark like a photo, so that light lines keep their colour on white paper."""

_HOLLOW: Final = np.array(
    [
        [0.52 - 0.22 * np.cos(2 * np.pi * share), 0.04 + 0.92 * share]
        for share in np.linspace(0, 1, 33)
    ]
)
"""Outline of a back seen from the side; the person faces right."""


@dataclass(slots=True, kw_only=True)
class Panel:
    """The panel while it is written, from top to bottom."""

    image: Image.Image
    em: float
    facing: Facing
    words: Catalogue

    def write(
        self, x: float, y: float, text: str, *, weight: FontWeight, size: float, colour: Colour
    ) -> float:
        """Write one line with its top at ``y``; return where the next one begins."""
        pixels = round(size * self.em)
        pen = ImageDraw.Draw(self.image)
        pen.text((x, y), text, font=font(weight, pixels), fill=colour)
        return y + LEADING * pixels

    def paragraph(self, x: float, y: float, text: str, *, size: float, width: float) -> float:
        """Write wrapped grey text; return where the next line begins."""
        for line in wrap(text, "Regular", round(size * self.em), width):
            y = self.write(x, y, line, weight="Regular", size=size, colour=GREY_INK)
        return y

    def symbol(self, x: float, y: float, name: str, *, size: int, faded: bool = False) -> None:
        """Draw a symbol on the panel, pale if the photo does not show what it stands for."""
        picture = symbol(name, size, facing=self.facing)
        if faded:
            blend(picture, np.full((size, size), 255, np.uint8), (0, 0), PAPER, FADED)
        self.image.paste(Image.fromarray(picture), (round(x), round(y)))

    def rule(self, y: float) -> None:
        """Draw a thin line from margin to margin."""
        margin = MARGIN * self.em
        ImageDraw.Draw(self.image).line(
            [(margin, y), (self.image.width - margin, y)],
            fill=RULE,
            width=max(1, round(self.em / 16)),
        )


def draw_legend(
    analysis: Analysis, marks: Marks, *, width: int, language: str = ENGLISH
) -> NDArray[np.uint8]:
    """Return the legend, shape (h, width, 3).

    Parameters
    ----------
    marks : Marks
        Marks on the photo above; only these are explained.
    width : int
        Pixels.
    language : str
    """
    em = width * EM
    panel = Panel(
        image=Image.new("RGB", (width, round(MAX_HEIGHT * width)), PAPER),
        em=em,
        facing=analysis.view.facing,
        words=catalogue(language),
    )
    gap = MARGIN * em
    # On white walls the photo would otherwise run into the paper.
    ImageDraw.Draw(panel.image).line([(0, 0), (width, 0)], fill=RULE, width=2)
    top = panel.write(
        gap,
        0.9 * em,
        panel.words.translated(badge_text(analysis.screening)),
        weight="SemiBold",
        size=1.15,
        colour=INK,
    )
    tiles = tiles_of(analysis)
    column = (width - gap * (len(tiles) + 1)) / len(tiles)
    bottoms = [
        _tile(panel, analysis, name, gap + i * (column + gap), top + 0.4 * em, column)
        for i, name in enumerate(tiles)
    ]
    y = max(bottoms) + 0.5 * em
    panel.rule(y)
    y = _keys(panel, marks, y + 0.6 * em)
    y += 0.5 * em
    for note in _notes(analysis, marks):
        y = panel.paragraph(gap, y, panel.words.translated(note), size=0.84, width=width - 2 * gap)
    return np.asarray(panel.image.crop((0, 0, width, round(y + 0.6 * em))))


def tiles_of(analysis: Analysis) -> tuple[str, ...]:
    """Return the estimates shown side by side: the placed line in place of the position."""
    return (analysis.estimates.pelvis, *ARCH_TILES)


def _tile(panel: Panel, analysis: Analysis, name: str, x: float, y: float, width: float) -> float:
    """Write one value with its name and interval; return where it ends."""
    tr = panel.words.translated
    quantity = estimate_of(analysis, name)
    y = panel.write(x, y, tr(label(name)), weight="SemiBold", size=0.95, colour=GREY_INK)
    y += 0.25 * panel.em
    size = round(2.1 * panel.em)
    panel.symbol(x, y, name, size=size, faded=not quantity.present)
    value = tr(value_text(quantity))
    panel.write(
        x + size + 0.5 * panel.em,
        y - 0.2 * panel.em,
        value,
        weight="SemiBold",
        size=2,
        colour=INK if quantity.present else GREY_INK,
    )
    y += size + 0.45 * panel.em
    if quantity.reason is not None:
        return panel.paragraph(x, y, tr(reason_text(quantity.reason)), size=0.9, width=width)
    y = panel.write(x, y, tr(range_text(quantity)), weight="Regular", size=1.05, colour=INK)
    y = panel.paragraph(x, y, tr(_words(name, quantity)), size=0.9, width=width)
    return panel.paragraph(x, y, tr(reference_text(quantity)), size=0.9, width=width)


def _words(name: str, quantity: Quantity) -> str:
    if name in (POSITION, LINE):
        return tilt_words(quantity)
    if name == "lumbar_lordosis_deg":
        return "not a Cobb angle"
    return UNIT_WORDS[quantity.unit]


def _notes(analysis: Analysis, marks: Marks) -> list[str]:
    plumb = [] if marks.named("plumb") else [NO_PLUMB]
    values = any(estimate_of(analysis, name).present for name in tiles_of(analysis))
    return [*plumb, *_position(analysis), *([RANGE_NOTE] if values else []), DISCLAIMER]


def _position(analysis: Analysis) -> list[str]:
    tilt = analysis.estimates.pelvic_tilt_deg
    if not (analysis.estimates.line_placed and tilt.present):
        return []
    return [message(POSITION_NOTE, value=value_text(tilt), span=range_text(tilt))]


def _drawn(marks: Marks, name: str) -> bool:
    """Tell whether the photo shows the mark that a key explains."""
    if name in ("dots", "placed"):
        return any(dot.placed == (name == "placed") for dot in marks.dots)
    return bool(marks.named(name))


def _keys(panel: Panel, marks: Marks, y: float) -> float:
    """Explain the remaining marks, as many side by side as fit."""
    em = panel.em
    size, letters = round(1.3 * em), 0.9
    x = MARGIN * em
    for name, english in KEYS:
        if not _drawn(marks, name):
            continue
        words = panel.words.translated(english)
        long = size + 0.4 * em + font("Regular", round(letters * em)).getlength(words)
        if x + long > panel.image.width - MARGIN * em:
            x, y = MARGIN * em, y + 1.8 * em
        panel.symbol(x, y, name, size=size)
        panel.write(
            x + size + 0.4 * em, y + 0.12 * em, words, weight="Regular", size=letters, colour=INK
        )
        x += long + 1.2 * em
    return y + size


def symbol(name: str, size: int, *, facing: Facing) -> NDArray[np.uint8]:
    """Return the symbol of an estimate or a mark, drawn by the same pen, shape (size, size, 3).

    Parameters
    ----------
    name : str
        Estimate or mark.
    size : int
        Pixels.
    facing : {"left", "right"}
        The side that the person faces: the symbol is turned like the photo.
    """
    picture = np.full((size, size, 3), GROUND, np.uint8)
    marks = _SYMBOLS[name].moved(lambda points: points * size)
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


_SYMBOLS: Final[dict[str, Marks]] = {
    POSITION: _tilt(),
    LINE: _tilt(),
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
