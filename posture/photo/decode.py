"""Decoding of photo files with Pillow: opened by signature, decoded small, refused clearly."""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from posture.errors import PhotoError, PostureError
from posture.messages import message
from posture.photo.kinds import Kind
from posture.photo.limits import check_scans, check_size, webp_size
from posture.photo.pixels import ORIENTATIONS, SIDEWAYS, reduce, target_size, to_rgb, upright
from posture.settings import Settings

_ORIENTATION_TAG = 0x0112
EXIF_IFD = 0x8769
FOCAL_35MM_TAG = 0xA405
_TAKEN_TAGS = (0x9003, 0x9004)  # DateTimeOriginal, DateTimeDigitized
_OFFSET_TAG = 0x9011
_READ_BYTES: Final = 2**24
"""Most bytes that the decoder is given at a time. Pillow's own 64 kB cost it a twentieth of its
time; a larger file comes in several pieces, so that it is never in memory twice."""

_INFE_NAMES = 12  # bytes from "infe" to the item's type and the names that follow it

_OPENERS: Final[dict[Kind, Callable[[io.BytesIO], Any]]] = {
    "jpeg": JpegImagePlugin.jpeg_factory,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
}


@contextmanager
def decoder_errors(name: str) -> Iterator[None]:
    """Turn whatever a decoder raises into a sentence that the user can act on."""
    try:
        yield
    except PostureError:
        raise
    except MemoryError as error:
        raise PhotoError(
            message("{name} needs more memory than there is: reduce it first.", name=name),
            code="photo_too_large",
        ) from error
    except Exception as error:
        # Damaged files make decoders raise a dozen kinds of error (struct.error, SyntaxError,
        # ZeroDivisionError, ...); none of them may reach the user.
        if "truncated" in str(error).lower() or isinstance(error, EOFError):
            raise PhotoError(
                message(
                    "{name} is cut off, its end is missing: copy it again from the camera.",
                    name=name,
                ),
                code="photo_truncated",
            ) from error
        raise PhotoError(
            message(
                "{name} is damaged or cut off and cannot be read: copy it again from the camera.",
                name=name,
            ),
            code="photo_unreadable",
        ) from error


def open_picture(data: bytes, kind: Kind) -> ImageFile.ImageFile:
    """Open a photo of a known kind and read its header only.

    The classes are called directly because ``Image.open`` refuses photos of 180 megapixels,
    warns about those of 90, and would try some forty rarely used decoders on hostile input.
    """
    if kind == "heif":
        return _open_heif(data)
    opened: ImageFile.ImageFile = _OPENERS[kind](io.BytesIO(data))
    return opened


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """Pixels of a photo file, upright and reduced, and what its header says.

    Attributes
    ----------
    pixels : ndarray (H, W, 3) uint8
        RGB; the memory belongs to nobody else.
    source_size : tuple of int
        (width, height) in pixels, upright, before reduction.
    focal_35mm : float or None
        35 mm equivalent focal length in millimetres.
    format : str
        Pillow's name of the file format.
    captured : str or None
        When it was taken, ISO 8601.
    """

    pixels: NDArray[np.uint8]
    source_size: tuple[int, int]
    focal_35mm: float | None
    format: str
    captured: str | None = None


def decode(data: bytes, kind: Kind, name: str, settings: Settings) -> Decoded:
    """Decode a photo file in this process.

    Raises
    ------
    PhotoError
        See :func:`posture.photo.load.load_photo`.
    """
    if kind == "jpeg":
        check_scans(data, name)
    if kind == "webp":
        with decoder_errors(name):
            check_size(*webp_size(data), name, settings, kind=kind)
    with decoder_errors(name), open_picture(data, kind) as picture:
        size = picture.size
        check_size(*size, name, settings, kind=kind)
        target = target_size(size, settings.max_side_px)
        load_small(picture, target)
        # After loading: PNG may store EXIF behind the pixels, and TIFF turns itself upright.
        orientation, focal = read_exif(picture)
        return Decoded(
            pixels=upright(reduce(to_rgb(picture, target), target), orientation),
            source_size=(size[1], size[0]) if orientation in SIDEWAYS else size,
            focal_35mm=focal,
            format=picture.format or "unknown",
            captured=read_captured(picture),
        )


def upright_copy(
    pixels: NDArray[np.uint8], target: tuple[int, int], orientation: int
) -> NDArray[np.uint8]:
    """Reduce pixels to ``target`` (width, height) and turn them upright; the result is a copy."""
    image = upright(reduce(pixels, target), orientation)
    if image is pixels or image.base is not None or not image.flags.owndata:
        image = image.copy()  # never lock or share memory that belongs to the caller
    return image


def _open_heif(data: bytes) -> ImageFile.ImageFile:
    import pi_heif  # loaded only for photos of this kind

    if not _item_names_are_text(data):
        raise ValueError("item names are not text")
    picture: ImageFile.ImageFile = pi_heif.HeifImageFile(io.BytesIO(data))
    return picture


def _item_names_are_text(data: bytes) -> bool:
    """Check the item table of a HEIC file: pi-heif kills the process if a name is not UTF-8."""
    meta = _meta_box(data)
    for found in re.finditer(b"infe", meta):
        size = int.from_bytes(meta[found.start() - 4 : found.start()], "big")
        names = meta[found.start() + _INFE_NAMES : found.start() - 4 + size]
        try:
            names.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return True


def _meta_box(data: bytes) -> bytes:
    """Return the top-level ``meta`` box of an ISO base media file; empty when there is none."""
    start = 0
    while start + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        if kind == b"meta":
            return data[start : start + size]
        if size < 8:  # 0: to the end of the file; 1: longer than 4 GB
            break
        start += size
    return b""


def load_small(picture: ImageFile.ImageFile, target: tuple[int, int]) -> None:
    """Decode ``picture`` in place; a JPEG at 1/2, 1/4 or 1/8, but not below ``target``.

    That halves libjpeg's time. Given the file in one piece, Pillow is as fast at it as OpenCV and
    gives the same pixels; it also handles CMYK, and says so if a file is cut off.
    """
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        picture.draft(None, target)
        picture.decodermaxblock = _READ_BYTES
    picture.load()


def read_exif(picture: Image.Image) -> tuple[int, float | None]:
    """Return orientation (1 to 8) and 35 mm focal length; damaged EXIF counts as missing."""
    with suppress(Exception):  # damaged EXIF is no reason to refuse a photo
        exif = picture.getexif()
        orientation = int(exif.get(_ORIENTATION_TAG, 1))
        focal = float(exif.get_ifd(EXIF_IFD).get(FOCAL_35MM_TAG) or 0.0)
        return (
            orientation if orientation in ORIENTATIONS else 1,
            focal if math.isfinite(focal) and focal > 0 else None,
        )
    return 1, None


def read_captured(picture: Image.Image) -> str | None:
    """Return when the photo was taken (EXIF), in ISO 8601; without a zone if EXIF names none."""
    with suppress(Exception):  # as above
        exif = picture.getexif().get_ifd(EXIF_IFD)
        text = next((str(exif[tag]) for tag in _TAKEN_TAGS if exif.get(tag)), "")
        taken = datetime.strptime(text.strip("\0 "), "%Y:%m:%d %H:%M:%S")
        offset = str(exif.get(_OFFSET_TAG) or "").strip("\0 ")
        with suppress(ValueError):
            return datetime.fromisoformat(f"{taken.isoformat()}{offset}").isoformat()
        return taken.isoformat()
    return None
