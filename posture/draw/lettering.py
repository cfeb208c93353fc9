"""Text in the package's own font, so that a picture looks the same on every machine."""

from __future__ import annotations

import functools
from importlib import resources
from io import BytesIO
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Face = Literal["Regular", "SemiBold"]


@functools.lru_cache(maxsize=64)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Return a face of the bundled font at a size in pixels."""
    data = _font_bytes(face)
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _font_bytes(face: Face) -> bytes:
    return resources.files("posture").joinpath("fonts", f"Inter-{face}.ttf").read_bytes()


def text_mask(text: str, face: Face, size: int) -> NDArray[np.uint8]:
    """Return one line of text as coverage 0-255, shape (line height, width)."""
    face_font = font(face, size)
    ascent, descent = face_font.getmetrics()
    image = Image.new("L", (int(np.ceil(face_font.getlength(text))) + 1, ascent + descent))
    ImageDraw.Draw(image).text((0, 0), text, font=face_font, fill=255)
    return np.asarray(image)


def wrap(text: str, face: Face, size: int, width: float) -> list[str]:
    """Break text into lines that fit a width in pixels; a single long word stays whole."""
    face_font = font(face, size)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face_font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
