"""Sample photos: in a checkout, or inside an installed wheel."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageOps

SHOWN: Final = 6
"""As many as fit in one row on a laptop."""

THUMBNAIL_PX: Final = (240, 320)

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_FOLDERS: Final = (_PACKAGE / "_samples", _PACKAGE.parent / "sample_images")
Kind = Literal["good", "poor", "refused"]
_KINDS: Final[tuple[Kind, ...]] = ("poor", "refused")
_OTHERS: Final = 2
_ENDINGS: Final = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample photo.

    Parameters
    ----------
    number : int
        Place in the row, starting at 1.
    path : Path
    kind : {"good", "poor", "refused"}
        What it shows; the name of the file says so.
    """

    number: int
    path: Path
    kind: Kind


def find_samples(limit: int = SHOWN, *, folders: tuple[Path, ...] = _FOLDERS) -> list[Sample]:
    """Return up to ``limit`` samples: good ones first, then one poor and one refused."""
    paths = next((found for found in map(_pictures, folders) if found), [])
    others = [path for kind in _KINDS for path in paths if _kind(path) == kind]
    good = [path for path in paths if _kind(path) == "good"]
    chosen = [*_spread(good, limit - len(others[:_OTHERS])), *others[:_OTHERS]]
    return [
        Sample(number=number, path=path, kind=_kind(path))
        for number, path in enumerate(chosen, start=1)
    ]


def thumbnail(path: Path) -> bytes:
    """Return a small upright JPEG of one sample."""
    with Image.open(path) as picture:
        picture.draft("RGB", (2 * THUMBNAIL_PX[0], 2 * THUMBNAIL_PX[1]))
        small = ImageOps.fit(picture.convert("RGB"), THUMBNAIL_PX)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _kind(path: Path) -> Kind:
    return next((kind for kind in _KINDS if f"_{kind}_" in path.name), "good")


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)


def _spread(paths: list[Path], limit: int) -> list[Path]:
    if len(paths) <= limit or limit < 2:
        return paths[: max(limit, 0)]
    step = (len(paths) - 1) / (limit - 1)
    return [paths[round(i * step)] for i in range(limit)]
