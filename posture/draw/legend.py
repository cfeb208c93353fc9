"""The panel below the photo: every value in words and numbers, and what the lines mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from posture.analysis.result import Analysis
from posture.draw.chips import chip
from posture.draw.colours import GREY_INK, INK, PAPER, RULE, Colour
from posture.draw.lettering import Face, font, wrap
from posture.draw.lines import shown_quantity
from posture.draw.marks import Marks
from posture.draw.pen import blend
from posture.quantity import Quantity
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

PANEL_SHARE: Final = 0.40
"""Usual height of the panel in widths; only used to foresee the size of the picture."""

EM: Final = 1 / 31
"""Text size in widths: 12.6 pixels on a phone that shows the picture 390 pixels wide."""

MARGIN: Final = 1.1
LEADING: Final = 1.3
"""In text sizes."""

TILES: Final = ("pelvic_tilt_deg", "lumbar_depth_pct", "lumbar_lordosis_deg")

KEYS: Final = (
    ("plumb", "vertical at the ankle"),
    ("dots", "joint centres"),
    ("placed", "placed by hand"),
    ("back_unseen", "back not seen"),
)
"""Marks explained below the values, if the photo shows them."""

FADED: Final = 0.6
"""How much paper shows through the small picture of an absent value."""

NO_PLUMB: Final = "No vertical line is drawn, because the ankle is not in the picture."

MAX_HEIGHT: Final = 1.5
"""Room to draw on, in widths; cut off below the last line."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A panel in the making: written from top to bottom."""

    image: Image.Image
    em: float
    facing: Facing

    def write(
        self, x: float, y: float, text: str, *, face: Face, size: float, colour: Colour
    ) -> float:
        """Write one line with its top at ``y``; return where the next one begins."""
        pixels = round(size * self.em)
        pen = ImageDraw.Draw(self.image)
        pen.text((x, y), text, font=font(face, pixels), fill=colour)
        return y + LEADING * pixels

    def paragraph(self, x: float, y: float, text: str, *, size: float, width: float) -> float:
        """Write wrapped grey text; return where the next line begins."""
        for line in wrap(text, "Regular", round(size * self.em), width):
            y = self.write(x, y, line, face="Regular", size=size, colour=GREY_INK)
        return y

    def chip(self, x: float, y: float, name: str, *, size: int, faded: bool = False) -> None:
        """Lay the small picture of a mark onto the sheet, pale when the photo lacks it."""
        picture = chip(name, size, facing=self.facing)
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


def draw_legend(analysis: Analysis, marks: Marks, *, width: int) -> NDArray[np.uint8]:
    """Return the panel, shape (h, width, 3).

    Parameters
    ----------
    analysis : Analysis
    marks : Marks
        What the photo above shows; only that is explained.
    width : int
        Pixels.
    """
    em = width * EM
    sheet = Sheet(
        image=Image.new("RGB", (width, round(MAX_HEIGHT * width)), PAPER),
        em=em,
        facing=analysis.view.facing,
    )
    gap = MARGIN * em
    # On white walls the photo would otherwise run into the paper.
    ImageDraw.Draw(sheet.image).line([(0, 0), (width, 0)], fill=RULE, width=2)
    column = (width - gap * (len(TILES) + 1)) / len(TILES)
    bottoms = [
        _tile(sheet, analysis, name, gap + i * (column + gap), 0.9 * em, column)
        for i, name in enumerate(TILES)
    ]
    y = max(bottoms) + 0.5 * em
    sheet.rule(y)
    y = _keys(sheet, marks, y + 0.6 * em)
    y += 0.5 * em
    for note in _notes(analysis, marks):
        y = sheet.paragraph(gap, y, note, size=0.84, width=width - 2 * gap)
    return np.asarray(sheet.image.crop((0, 0, width, round(y + 0.6 * em))))


def _tile(sheet: Sheet, analysis: Analysis, name: str, x: float, y: float, width: float) -> float:
    """Write one value with its name and interval; return where it ends."""
    quantity = shown_quantity(analysis, name)
    y = sheet.write(x, y, label(name), face="SemiBold", size=0.95, colour=GREY_INK)
    y += 0.25 * sheet.em
    size = round(2.1 * sheet.em)
    sheet.chip(x, y, name, size=size, faded=not quantity.present)
    value = value_text(quantity)
    sheet.write(
        x + size + 0.5 * sheet.em,
        y - 0.2 * sheet.em,
        value,
        face="SemiBold",
        size=2,
        colour=INK if quantity.present else GREY_INK,
    )
    y += size + 0.45 * sheet.em
    if quantity.reason is not None:
        return sheet.paragraph(x, y, reason_text(quantity.reason), size=0.9, width=width)
    y = sheet.write(x, y, range_text(quantity), face="Regular", size=1.05, colour=INK)
    y = sheet.paragraph(x, y, _words(name, quantity), size=0.9, width=width)
    return sheet.paragraph(x, y, reference_text(quantity), size=0.9, width=width)


def _words(name: str, quantity: Quantity) -> str:
    if name == "pelvic_tilt_deg":
        return tilt_words(quantity)
    if name == "lumbar_lordosis_deg":
        return "not a Cobb angle"
    return UNIT_WORDS[quantity.unit]


def _notes(analysis: Analysis, marks: Marks) -> list[str]:
    plumb = [] if marks.named("plumb") else [NO_PLUMB]
    values = any(shown_quantity(analysis, name).present for name in TILES)
    return [*plumb, *([RANGE_NOTE] if values else []), DISCLAIMER]


def _drawn(marks: Marks, name: str) -> bool:
    """Return whether the photo shows what a key explains."""
    if name in ("dots", "placed"):
        return any(dot.placed == (name == "placed") for dot in marks.dots)
    return bool(marks.named(name))


def _keys(sheet: Sheet, marks: Marks, y: float) -> float:
    """Explain the remaining lines, as many side by side as fit."""
    em = sheet.em
    size, letters = round(1.3 * em), 0.9
    x = MARGIN * em
    for name, words in KEYS:
        if not _drawn(marks, name):
            continue
        long = size + 0.4 * em + font("Regular", round(letters * em)).getlength(words)
        if x + long > sheet.image.width - MARGIN * em:
            x, y = MARGIN * em, y + 1.8 * em
        sheet.chip(x, y, name, size=size)
        sheet.write(
            x + size + 0.4 * em, y + 0.12 * em, words, face="Regular", size=letters, colour=INK
        )
        x += long + 1.2 * em
    return y + size
