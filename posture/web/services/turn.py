"""Turning of a photo that lies on its side or is upside down."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image

from posture.photo.decode import EXIF_IFD, FOCAL_35MM_TAG
from posture.photo.frame import WHOLE
from posture.photo.load import load_photo
from posture.settings import DEFAULT
from posture.web.services.examine import PhotoFile

QUARTERS: Final = {
    "picture_turned_left": 1,
    "picture_upside_down": 2,
    "picture_turned_right": 3,
}
"""Quarter turns to the right that put the head at the top, by code of the refusal."""

LONGEST_PX: Final = 2560
"""Long side of a turned photo: twice what is analysed, and a tenth of a large photo to encode."""


def turned(photo: PhotoFile, quarters: int) -> PhotoFile:
    """Return a photo turned to the right by quarter turns.

    Parameters
    ----------
    photo : PhotoFile
        Readable, as any photo is in which a person was found.
    quarters : int
    """
    settings = replace(DEFAULT, max_side_px=LONGEST_PX)
    loaded = load_photo(photo.data, settings=settings, name=photo.name, part=WHOLE)
    picture = Image.fromarray(np.ascontiguousarray(np.rot90(loaded.image, -quarters)))
    exif = Image.Exif()
    if loaded.focal_35mm is not None:
        exif.get_ifd(EXIF_IFD)[FOCAL_35MM_TAG] = round(loaded.focal_35mm)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95, exif=exif)
    return PhotoFile(name=photo.name, data=buffer.getvalue())
