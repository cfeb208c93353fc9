"""Sample photos: beside a checkout, or carried inside an installed wheel."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

SHOWN: Final = 6
"""As many as fit in one row of a laptop."""

THUMBNAIL_PX: Final = (240, 320)

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_FOLDERS: Final = (_PACKAGE / "_samples", _PACKAGE.parent / "sample_images")
_ENDINGS: Final = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample photo.

    Parameters
    ----------
    number : int
        Place in the row, from 1.
    path : Path
    """

    number: int
    path: Path


def find_samples(limit: int = SHOWN, *, folders: tuple[Path, ...] = _FOLDERS) -> list[Sample]:
    """Return up to ``limit`` samples, spread over the folder; none when there is no folder."""
    for folder in folders:
        paths = _pictures(folder)
        if paths:
            return [
                Sample(number=number, path=path)
                for number, path in enumerate(_spread(paths, limit), start=1)
            ]
    return []


def thumbnail(path: Path) -> bytes:
    """Return a small upright JPEG of one sample."""
    with Image.open(path) as picture:
        picture.draft("RGB", (2 * THUMBNAIL_PX[0], 2 * THUMBNAIL_PX[1]))
        small = ImageOps.fit(picture.convert("RGB"), THUMBNAIL_PX)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)


def _spread(paths: list[Path], limit: int) -> list[Path]:
    if len(paths) <= limit:
        return paths
    step = (len(paths) - 1) / (limit - 1)
    return [paths[round(i * step)] for i in range(limit)]
