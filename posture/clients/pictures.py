"""JPEG pictures of the client file: readable ones, without anything beside the picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image

MAX_SIDE: Final = 4096
MAX_SCANS: Final = 50
"""Progressive pictures have about ten; each one makes the whole picture anew."""

START, END, SCAN = 0xD8, 0xD9, 0xDA
ADOBE: Final = 0xEE
"""Of all segments of applications, this one says how the colours are stored."""

NOTES: Final = frozenset({*range(0xE0, 0xF0), 0xFE}) - {ADOBE}
"""Segments of applications (EXIF with place and time, XMP, previews) and comments."""

JFIF: Final = b"\xff\xe0\x00\x10JFIF\0"
JFIF_BYTES: Final = 18

_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


def readable(jpeg: bytes) -> bytes | None:
    """Return a stored picture, or ``None`` if it is damaged."""
    try:
        check(jpeg)
    except ValueError:
        return None
    return bytes(jpeg)


def check(jpeg: bytes) -> None:
    """Refuse what cannot be decoded within limits.

    Raises
    ------
    ValueError
        Saying what is wrong, as the rest of a sentence that starts with the name of the picture.
    """
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            # The header alone says so: nothing larger is decoded.
            if max(image.size) > MAX_SIDE:
                raise ValueError(f"is larger than {MAX_SIDE} pixels")
            if sum(1 for kind, _, _ in _segments(jpeg) if kind == SCAN) > MAX_SCANS:
                raise ValueError("is not a JPEG picture")
            image.load()
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("is ") else _NO_JPEG) from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(_NO_JPEG) from error


def bare(jpeg: bytes) -> bytes:
    """Return the picture without notes on place, time and camera; its pixels stay as they are.

    Raises
    ------
    ValueError
        As :func:`check`.
    """
    check(jpeg)
    kept = [jpeg[:2]]
    for kind, first, last in _segments(jpeg):
        segment = jpeg[first:last]
        # The plain header states the resolution; a longer one holds a preview.
        header = segment.startswith(JFIF) and len(segment) == JFIF_BYTES
        if header or kind not in NOTES:
            kept.append(segment)
    return b"".join(kept)


def _segments(jpeg: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, first and last byte of each segment up to the end of the first picture.

    The data of a scan belong to its segment.
    """
    if jpeg[:2] != bytes((0xFF, START)):
        raise ValueError(_NO_JPEG)
    at = 2
    while True:
        marker = _marker(jpeg, at)
        kind = jpeg[marker + 1]
        if kind == END:
            yield END, marker, marker + 2
            return
        if kind in _BARE:
            at = marker + 2
            continue
        length = int.from_bytes(jpeg[marker + 2 : marker + 4], "big")
        if length < 2 or marker + 2 + length > len(jpeg):
            raise ValueError(_NO_JPEG)
        at = marker + 2 + length
        if kind == SCAN:
            at = _end_of_scan(jpeg, at)
        yield kind, marker, at


def _marker(jpeg: bytes, at: int) -> int:
    """Return where the next marker begins; fill bytes may come before it."""
    if at + 1 >= len(jpeg) or jpeg[at] != 0xFF:
        raise ValueError(_NO_JPEG)
    while jpeg[at + 1] == 0xFF:
        at += 1
        if at + 1 >= len(jpeg):
            raise ValueError(_NO_JPEG)
    return at


def _end_of_scan(jpeg: bytes, at: int) -> int:
    """Return where the data of a scan end: at the first marker that is not part of them."""
    while True:
        at = jpeg.find(b"\xff", at)
        if at < 0 or at + 1 >= len(jpeg):
            raise ValueError(_NO_JPEG)
        following = jpeg[at + 1]
        if following != 0 and following not in _BARE and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


_NO_JPEG: Final = "is not a JPEG picture"
