"""Encoding of pictures as PNG and JPEG files."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

JPEG_QUALITY: Final = 90
PNG_EFFORT: Final = 4
"""Deflate level: 6 takes more than twice the time for 4 % fewer bytes."""


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture, shape (H, W, 3), as the content of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=PNG_EFFORT)
    return buffer.getvalue()


def encode_jpeg(image: NDArray[np.uint8], *, quality: int = JPEG_QUALITY) -> bytes:
    """Return an RGB picture, shape (H, W, 3), as the content of a JPEG file.

    Colour is stored at full resolution, since thin coloured lines would fray otherwise.
    """
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()
