"""Limits on photos, checked on their headers before any pixel is decoded.

A small file can state pixels or scans that take gigabytes or minutes to decode.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posture.errors import PhotoError
from posture.messages import message
from posture.photo.kinds import Kind
from posture.photo.pixels import target_size
from posture.settings import Settings

MOST_SCANS: Final = 100
"""Scans of one JPEG. Encoders write about 10, the most thorough optimisers some 60; each takes up
to 0.4 ms a megapixel, so 100 of 120 megapixels are decoded within 5 s."""

MOST_DECODED_BYTES: Final = 640 * 10**6
"""Memory that the decoder of one photo may take: with the program itself, less than 1 GB."""

BYTES_A_PIXEL: Final[dict[Kind, int]] = {
    "jpeg": 5,
    "png": 5,
    "webp": 20,
    "heif": 12,
    "avif": 12,
    "tiff": 8,
    "gif": 8,
    "bmp": 8,
}
"""Peak memory of each decoder, measured on large pictures (a WebP of 100 megapixels: 1.8 GB)."""

DECODE_SECONDS: Final = 10.0
"""Time after which a helper that decodes a photo is ended; a HEIC of 50 megapixels takes 2 s."""

_SOS: Final = 0xDA
_EOI: Final = 0xD9
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restarts."""
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1})
_OTHER_FRAMES: Final = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of frames: sequential with Huffman codes, and progressive, lossless or arithmetic."""
_SOF_COLOURS: Final = 9
_SOS_COLOURS: Final = 4
"""Bytes from a marker of a frame or a scan to the number of colours in it."""


SLIMMEST_PX: Final = 16
"""A narrower strip holds no body, however long it is."""


def check_size(
    width: int, height: int, name: str, settings: Settings, *, kind: Kind | None = None
) -> None:
    """Refuse a photo with too many or too few pixels.

    Parameters
    ----------
    kind : Kind, optional
        Format whose decoder is about to run; none for pixels that are decoded already.

    Raises
    ------
    PhotoError
        ``photo_too_large`` or ``photo_too_small``.
    """
    most = settings.max_pixels
    if kind is not None:
        most = min(most, MOST_DECODED_BYTES // BYTES_A_PIXEL[kind])
    if width * height > most:
        raise PhotoError(
            message(
                "{name} has {width} x {height} pixels, more than {limit} million: reduce it first.",
                name=name,
                width=width,
                height=height,
                limit=f"{most / 1e6:.0f}",
            ),
            code="photo_too_large",
        )
    short = min(target_size((width, height), settings.max_side_px))
    if max(width, height) < settings.min_side_px or short < SLIMMEST_PX:
        raise PhotoError(
            message(
                "{name} has {width} x {height} pixels, too few to see a body: send the photo in "
                "its full size.",
                name=name,
                width=width,
                height=height,
            ),
            code="photo_too_small",
        )


def check_scans(data: bytes, name: str) -> None:
    """Refuse a JPEG with so many scans that decoding it would take minutes.

    Raises
    ------
    PhotoError
        ``photo_too_slow``.
    """
    if _decoded_in_one_scan(data):
        return
    marker = bytes((0xFF, _SOS))
    if data.count(marker) <= MOST_SCANS:  # thumbnails and films inside count too: walk only then
        return
    if sum(1 for _ in zip(_scans(data), range(MOST_SCANS + 1), strict=False)) > MOST_SCANS:
        raise too_slow(name)


def webp_size(data: bytes) -> tuple[int, int]:
    """Return (width, height) that the header of a WebP states.

    Merely opening one takes 8 bytes for each of these pixels, so they are checked before.

    Raises
    ------
    ValueError
        The header is damaged.
    """
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X" and len(body) == 10:
        return (1 + _little(body[4:7]), 1 + _little(body[7:10]))
    if chunk == b"VP8L" and len(body) >= 5:
        bits = _little(body[1:5])
        return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 " and len(body) == 10:
        return (_little(body[6:8]) & 0x3FFF, _little(body[8:10]) & 0x3FFF)
    raise ValueError("no WebP header")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def too_slow(name: str) -> PhotoError:
    """Return the refusal of a photo that takes too long to decode."""
    return PhotoError(
        message("{name} takes too long to open: save it anew as a JPEG.", name=name),
        code="photo_too_slow",
    )


def _decoded_in_one_scan(data: bytes) -> bool:
    """Tell whether the first scan of a JPEG holds the whole picture, as in most photos.

    Such a picture is decoded while that scan is read, and a second one is an error.
    """
    at, colours = 2, 0
    while at + _SOF_COLOURS < len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == _SOS:
            return data[at + _SOS_COLOURS] == colours
        if kind in _SEQUENTIAL:
            colours = data[at + _SOF_COLOURS]
        elif kind in _OTHER_FRAMES or kind in _BARE:
            return False
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _scans(data: bytes) -> Iterator[int]:
    """Yield the place of each scan of a JPEG, without those of pictures inside its segments."""
    at = 2
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            return
        kind = data[at + 1]
        if kind == _EOI:
            return
        if kind in (0x00, 0xFF) or kind in _BARE:  # pixels, padding, a restart
            at += 1 if kind == 0xFF else 2
            continue
        if kind == _SOS:
            yield at
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
