"""Preview of a photo that was not analysed."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter

from posture.errors import PhotoError
from posture.photo.load import load_photo
from posture.settings import DEFAULT

PREVIEW_PX = 720


def preview_jpeg(data: bytes, *, blurred: bool = False) -> bytes | None:
    """Return a small upright JPEG that every browser shows, or ``None`` if this is no photo.

    Parameters
    ----------
    data : bytes
        The photo as it came in, HEIC included.
    blurred : bool
        Blur all of it: if no person was found, nobody knows where the face is.
    """
    try:
        picture = Image.fromarray(load_photo(data, settings=DEFAULT).image)
    except PhotoError:
        return None
    picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
    if blurred:
        picture = picture.filter(ImageFilter.GaussianBlur(PREVIEW_PX / 40))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
