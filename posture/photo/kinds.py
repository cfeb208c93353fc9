"""Kind of a photo file, judged by its content: endings of file names are often wrong or missing."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final, Literal, TypeAlias

from posture.errors import PhotoError
from posture.messages import message

Kind: TypeAlias = Literal["jpeg", "png", "webp", "heif", "avif", "tiff", "gif", "bmp"]
"""Formats that can be read."""

_HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_RAW_BRAND: Final = b"crx "
_TIFF_SIGNS: Final = (b"II*\x00", b"MM\x00*")
_RAW_SIGNS: Final = (b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FUJIFILMCCD-RAW", b"FOVb", b"\x00MRM")
"""First bytes of raw files that are no TIFF: Olympus, Panasonic, Fujifilm, Sigma, Minolta."""

RAW_ENDINGS: Final = frozenset(
    {".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".orf", ".rw2"}
    | {".raf", ".pef", ".srw", ".raw", ".rwl", ".3fr", ".iiq", ".x3f", ".mrw", ".erf", ".kdc"}
)
"""Endings of raw photos; they count only if the content is a TIFF or unknown."""

_SUB_IFDS: Final = 0x014A
_PHOTOMETRIC: Final = 0x0106
_DNG_VERSION: Final = 0xC612
_SENSOR_VALUES: Final = frozenset({32803, 34892})
"""Photometric interpretations of a sensor's own values: colour filter array, linear raw."""
_MOST_IFDS: Final = 16
_MOST_ENTRIES: Final = 512
_TYPE_BYTES: Final = {3: 2, 4: 4, 13: 4}  # of the TIFF types SHORT, LONG and IFD
_MOST_BRANDS: Final = 32


def kind_of(data: bytes, name: str) -> Kind:
    """Return the kind of a photo.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Its name, for sentences; the ending only tells a raw photo from an unknown file.

    Raises
    ------
    PhotoError
        ``photo_raw`` for a raw photo, ``photo_unsupported`` for anything else.
    """
    head = data[:16]
    found = _kind(data, head)
    raw_name = PurePath(name).suffix.lower() in RAW_ENDINGS
    if _is_raw(data, head) or (raw_name and found in (None, "tiff")):
        raise PhotoError(
            message(
                "{name} is a raw photo: export it as JPEG, or use the JPEG that the camera saved "
                "beside it.",
                name=name,
            ),
            code="photo_raw",
        )
    if found is None:
        raise PhotoError(
            message(
                "{name} is not a photo of a known kind. Use a JPEG, PNG, WebP, HEIC or AVIF photo.",
                name=name,
            ),
            code="photo_unsupported",
        )
    return found


def _kind(data: bytes, head: bytes) -> Kind | None:
    signs: dict[Kind, bool] = {
        "jpeg": head.startswith(b"\xff\xd8\xff"),
        "png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "webp": head[:4] == b"RIFF" and head[8:12] == b"WEBP",
        "tiff": head[:4] in _TIFF_SIGNS,
        "gif": head[:6] in (b"GIF87a", b"GIF89a"),
        "bmp": head[:2] == b"BM",
    }
    for kind, found in signs.items():
        if found:
            return kind
    brands = _brands(data)
    if brands & _AVIF_BRANDS:  # such files also carry the general brand of HEIF, mif1
        return "avif"
    return "heif" if brands & _HEIF_BRANDS else None


def _brands(data: bytes) -> frozenset[bytes]:
    """Return all brands that an ISO base media file claims; the first alone says too little."""
    if data[4:8] != b"ftyp":
        return frozenset()
    size = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    return frozenset({data[8:12], *(data[at : at + 4] for at in range(16, size, 4))})


def _is_raw(data: bytes, head: bytes) -> bool:
    if head.startswith(_RAW_SIGNS) or _RAW_BRAND in _brands(data):
        return True
    if head[:4] not in _TIFF_SIGNS:
        return False
    return head[8:10] == b"CR" or any(_is_sensor_entry(*entry) for entry in _tiff_entries(data))


def _is_sensor_entry(tag: int, values: tuple[int, ...]) -> bool:
    return tag == _DNG_VERSION or (tag == _PHOTOMETRIC and not _SENSOR_VALUES.isdisjoint(values))


def _tiff_entries(data: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield (tag, whole-number values) of the directories of a TIFF, nested ones included."""
    order = "<" if data[:2] == b"II" else ">"
    waiting, seen = [_number(data, 4, f"{order}I")], set[int]()
    while waiting and len(seen) < _MOST_IFDS:
        start = waiting.pop(0)
        if start in seen or not 8 <= start <= len(data) - 2:
            continue
        seen.add(start)
        count = min(_number(data, start, f"{order}H"), _MOST_ENTRIES)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag = _number(data, at, f"{order}H")
            values = _values(data, at, order)
            if tag == _SUB_IFDS:
                waiting += values
            yield tag, values
        waiting.append(_number(data, start + 2 + 12 * count, f"{order}I"))


def _values(data: bytes, at: int, order: str) -> tuple[int, ...]:
    """Return the values of the directory entry at ``at``; none for types that hold no offsets."""
    size = _TYPE_BYTES.get(_number(data, at + 2, f"{order}H"), 0)
    count = min(_number(data, at + 4, f"{order}I"), _MOST_IFDS)
    start = at + 8 if size * count <= 4 else _number(data, at + 8, f"{order}I")
    code = f"{order}{'H' if size == 2 else 'I'}"
    return tuple(_number(data, start + size * place, code) for place in range(count if size else 0))


def _number(data: bytes, at: int, code: str) -> int:
    """Return the number at ``at``; 0 beyond the end of a file that is cut off."""
    if at < 0 or at + struct.calcsize(code) > len(data):
        return 0
    return int(struct.unpack_from(code, data, at)[0])
