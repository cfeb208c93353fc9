"""Photo files made to harm: small on disk, expensive or deadly to decode, or not what they say."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

PNG_SIGN = b"\x89PNG\r\n\x1a\n"


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file of a kind that Pillow writes."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def scan_bomb(picture: Image.Image, scans: int) -> bytes:
    """Return a progressive JPEG whose first scan is repeated ``scans`` times."""
    data = encoded(picture, "JPEG", progressive=True, quality=80)
    begin, end = next(_scans(data))
    return data[:end] + data[begin:end] * scans + data[end:]


def _scans(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each scan of a JPEG that Pillow wrote."""
    at = 2
    while data[at + 1] != 0xD9:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xDA:
            end = data.index(b"\xff", end)
            while data[end + 1] == 0:
                end = data.index(b"\xff", end + 1)
            yield at, end
        at = end


def webp_bomb(side: int = 16383) -> bytes:
    """Return a WebP of one colour: under 100 bytes, though ``side`` pixels wide and high."""
    # VP8L header, and five codes of one symbol each: every pixel takes no bit.
    bits = (side - 1) | (side - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes.fromhex("8888e80700")
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def big_header(kind: str, width: int, height: int) -> bytes:
    """Return a small file whose header states other dimensions than it has pixels for."""
    small = encoded(Image.new("RGB", (8, 8)), kind)
    if kind == "PNG":
        header = small[12:16] + struct.pack(">II", width, height) + small[24:29]
        return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]
    if kind == "JPEG":
        at = small.index(b"\xff\xc0") + 5
        return small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]
    if kind == "GIF":
        return small[:6] + struct.pack("<HH", width, height) + small[10:]
    if kind == "BMP":
        return small[:18] + struct.pack("<ii", width, height) + small[26:]
    raise ValueError(kind)


def tiff(entries: dict[int, tuple[int, int]], *, order: str = "<") -> bytes:
    """Return a TIFF of one directory without pixels: tag to (type, value)."""
    sign = b"II*\x00" if order == "<" else b"MM\x00*"
    directory = b"".join(
        struct.pack(f"{order}HHI", tag, kind, 1)
        + struct.pack(
            f"{order}{'HH' if kind == 3 else 'I'}", *((value, 0) if kind == 3 else (value,))
        )
        for tag, (kind, value) in sorted(entries.items())
    )
    count = struct.pack(f"{order}H", len(entries))
    return sign + struct.pack(f"{order}I", 8) + count + directory + bytes(4)


def nested_raw() -> bytes:
    """Return the head of a NEF or ARW: the sensor's values lie in a nested directory."""
    outer = tiff({0x0106: (3, 2), 0x014A: (4, 64)})
    inner = tiff({0x0106: (3, 32803)})[8:]
    return outer.ljust(64, b"\x00") + inner


RAWS = {
    "dng": tiff({0xC612: (4, 0x00000401)}),
    "nef": nested_raw(),
    "arw": tiff({0x0106: (3, 32803)}, order="<"),
    "linear.dng": tiff({0x0106: (3, 34892)}, order=">"),
    "cr2": b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(64),
    "cr3": struct.pack(">I", 24) + b"ftypcrx " + bytes(4) + b"crx isom" + bytes(64),
    "orf": b"IIRO\x08\x00\x00\x00" + bytes(64),
    "rw2": b"IIU\x00\x18\x00\x00\x00" + bytes(64),
    "raf": b"FUJIFILMCCD-RAW 0201" + bytes(64),
}
"""Heads of raw photos by ending, as cameras write them, without pixels."""
