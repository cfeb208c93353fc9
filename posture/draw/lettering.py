"""Text in the bundled font, so that a picture looks the same on every machine."""

from __future__ import annotations

import functools
from importlib import resources
from io import BytesIO
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FontWeight = Literal["Regular", "SemiBold"]


@functools.lru_cache(maxsize=64)
def font(weight: FontWeight, size: int) -> ImageFont.FreeTypeFont:
    """Return the bundled font in a weight, at a size in pixels."""
    data = _font_bytes(weight)
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _font_bytes(weight: FontWeight) -> bytes:
    return resources.files("posture").joinpath("fonts", f"Inter-{weight}.ttf").read_bytes()


def text_mask(text: str, weight: FontWeight, size: int) -> NDArray[np.uint8]:
    """Return one line of text as a mask of coverage 0-255, shape (line height, width)."""
    used = font(weight, size)
    ascent, descent = used.getmetrics()
    image = Image.new("L", (int(np.ceil(used.getlength(text))) + 1, ascent + descent))
    ImageDraw.Draw(image).text((0, 0), text, font=used, fill=255)
    return np.asarray(image)


def wrap(text: str, weight: FontWeight, size: int, width: float) -> list[str]:
    """Break text into lines that fit a width in pixels; a single long word is not broken."""
    used = font(weight, size)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and used.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
