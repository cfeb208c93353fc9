"""Pictures of visits on one scale for print: ankle on ankle, at the same body height."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from posture.clients.pairs import Layer
from posture.draw.encode import encode_jpeg

LEFT, TOP, WIDTH, HEIGHT = -32.0, -101.0, 64.0, 107.0
"""Frame in percent of body height, with the ankle at 0, 0 and y down."""

PIXELS: Final = 8
"""Pixels per percent of body height: a print of 75 mm has 170 a centimetre."""

CAPTION: Final = 18
"""Height of the letters below a picture, in pixels."""

_FONT: Final = files("posture") / "fonts" / "Inter-Regular.ttf"
_INK: Final = (22, 27, 34)
_GROUND: Final = (232, 232, 232)
_LINE: Final = (11, 107, 102)
_FLOOR: Final = (111, 133, 128)
FLOOR: Final = 4.0
"""Percent of body height from the ankle to the sole."""


def on_one_scale(layer: Layer) -> bytes:
    """Return the picture of a visit on the common scale, with its outline, as JPEG."""
    size = (round(WIDTH * PIXELS), round(HEIGHT * PIXELS))
    with Image.open(io.BytesIO(layer.picture)) as image:
        photo = np.asarray(image.convert("RGB"))
    a, b, c, d, e, f = layer.placement
    matrix = PIXELS * np.array([[a, c, e - LEFT], [b, d, f - TOP]])
    canvas = cv2.warpAffine(
        photo,
        matrix,
        size,
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_GROUND,
    )
    floor, middle = _pixels((LEFT, FLOOR))[1], _pixels((0.0, 0.0))[0]
    cv2.line(canvas, (0, floor), (size[0], floor), _FLOOR, 2, cv2.LINE_AA)
    for y in range(0, floor, 18):
        cv2.line(canvas, (middle, y), (middle, y + 9), _FLOOR, 1, cv2.LINE_AA)
    outline = np.array([_pixels((x, -y)) for x, y in layer.outline], dtype=np.int32)
    cv2.polylines(canvas, [outline], isClosed=False, color=_LINE, thickness=2, lineType=cv2.LINE_AA)
    return encode_jpeg(np.asarray(canvas, dtype=np.uint8), quality=90)


def captioned(jpeg: bytes, lines: Sequence[str]) -> bytes:
    """Return a picture with lines of text below it, so that a print says whose it is."""
    with Image.open(io.BytesIO(jpeg)) as image:
        picture = image.convert("RGB")
    font = ImageFont.truetype(str(_FONT), CAPTION)
    width = max(picture.width, *(math.ceil(font.getlength(line)) + 2 * CAPTION for line in lines))
    step = round(1.4 * CAPTION)
    paper = Image.new("RGB", (width, picture.height + step * len(lines) + CAPTION), "white")
    paper.paste(picture, ((width - picture.width) // 2, 0))
    pen = ImageDraw.Draw(paper)
    for row, line in enumerate(lines):
        place = (CAPTION, picture.height + CAPTION // 2 + step * row)
        pen.text(place, line, font=font, fill=_INK)
    return encode_jpeg(np.asarray(paper, dtype=np.uint8), quality=90)


def _pixels(point: tuple[float, float]) -> tuple[int, int]:
    return round((point[0] - LEFT) * PIXELS), round((point[1] - TOP) * PIXELS)
