"""Contact sheets of overlays of real photos, sorted by a value: for looking at, on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from calibration.data.readings import Reading
from calibration.errors import DatasetError
from calibration.report.real_photos import QUANTITIES, SCORES, score_of, values

CELL: Final = (280, 420)
CAPTION: Final = 50
COLUMNS, ROWS = 8, 4

_REPOSITORY: Final = Path(__file__).resolve().parents[2]


def require_outside(folder: Path) -> None:
    """Refuse a folder inside the repository: the sheets show people.

    Raises
    ------
    DatasetError
        If the folder is the repository or lies in it.
    """
    if folder.resolve().is_relative_to(_REPOSITORY):
        raise DatasetError(
            f"{folder} lies in the repository, and a contact sheet shows people: choose a folder "
            "outside."
        )


def write_sheets(
    readings: Sequence[Reading], overlays: Sequence[Path | None], folder: Path, *, sort: str
) -> list[Path]:
    """Write the sheets of the photos, lowest value first, those without one last.

    Parameters
    ----------
    readings : sequence of Reading
    overlays : sequence of Path or None
        Picture of each.
    folder : Path
        Outside of the repository.
    sort : str
        One of :data:`calibration.report.real_photos.QUANTITIES`.

    Returns
    -------
    list of Path
        Files of 32 photos each.
    """
    require_outside(folder)
    value = values(readings)[sort]
    order = [int(i) for i in np.argsort(value, kind="stable")]  # NaN sorts last.
    files: list[Path] = []
    for start in range(0, len(order), COLUMNS * ROWS):
        chosen = order[start : start + COLUMNS * ROWS]
        rows = -(-len(chosen) // COLUMNS)
        sheet = Image.new("RGB", (COLUMNS * CELL[0], rows * (CELL[1] + CAPTION)), "white")
        for place, at in enumerate(chosen):
            corner = (place % COLUMNS * CELL[0], place // COLUMNS * (CELL[1] + CAPTION))
            _paste(sheet, corner, overlays[at], _caption(readings[at], float(value[at]), sort))
        files.append(folder / f"by_{sort}_{len(files) + 1}.jpg")
        sheet.save(files[-1], quality=88)
    return files


def _paste(sheet: Image.Image, corner: tuple[int, int], overlay: Path | None, words: str) -> None:
    if overlay is not None and overlay.is_file():
        with Image.open(overlay) as picture:
            picture.thumbnail(CELL)
            sheet.paste(picture, corner)
    place = (corner[0] + 4, corner[1] + CELL[1] + 4)
    ImageDraw.Draw(sheet).text(place, words, fill="black", font=ImageFont.load_default(14))


def _caption(reading: Reading, value: float, sort: str) -> str:
    number = f"{value:.1f}" if np.isfinite(value) else reading.status
    scores = [
        f"{name} {score:.0f}" for name in SCORES if np.isfinite(score := score_of(reading, name))
    ]
    label = str(reading.traits.get("label") or "")
    return f"{QUANTITIES[sort]}: {number}\n{' '.join([label, *scores]).strip()}"
