"""Decoding of photo files with Pillow: opened by signature, decoded small, refused clearly."""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PIL import (
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
from posture.photo.pixels import ORIENTATIONS

_ORIENTATION_TAG = 0x0112
EXIF_IFD = 0x8769
FOCAL_35MM_TAG = 0xA405
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_INFE_NAMES = 12  # bytes from "infe" to the item's type and the names that follow it


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


def open_picture(data: bytes, name: str) -> ImageFile.ImageFile:
    """Open a photo by its signature and read its header only.

    The classes are called directly because ``Image.open`` refuses photos of 180 megapixels,
    warns about those of 90, and would try some forty rarely used decoders on hostile input.
    """
    stream, head = io.BytesIO(data), data[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return JpegImagePlugin.jpeg_factory(stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImagePlugin.PngImageFile(stream)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WebPImagePlugin.WebPImageFile(stream)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return _open_heif(stream)
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return TiffImagePlugin.TiffImageFile(stream)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return GifImagePlugin.GifImageFile(stream)
    if head[:2] == b"BM":
        return BmpImagePlugin.BmpImageFile(stream)
    raise PhotoError(
        message(
            "{name} is not a photo of a known kind. Use a JPEG, PNG, WebP or HEIC photo.", name=name
        ),
        code="photo_unsupported",
    )


def _open_heif(stream: io.BytesIO) -> ImageFile.ImageFile:
    import pi_heif  # loaded only for photos of this kind

    if not _item_names_are_text(stream.getvalue()):
        raise ValueError("item names are not text")
    picture: ImageFile.ImageFile = pi_heif.HeifImageFile(stream)
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

    That halves libjpeg's time. Pillow is as fast at it as OpenCV, and also handles colour profiles
    and CMYK.
    """
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        picture.draft(None, target)
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
