"""Readings of real photos: analysed once, and kept as long as the program stays the same."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

import posture
from calibration.data.readings import Reading, values_of
from calibration.errors import DatasetError
from posture.measures.catalogue import back_covered

Row = dict[str, str]

_NOT_TRUTH: Final = ("yaw_deg", "roll_deg")
"""Columns with an angle of the camera, not of the body."""

_PROGRAM: Final = Path(posture.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """Analyses photos of a folder.

    Parameters
    ----------
    folder : Path
        What the paths in the tables start from.
    keep : Path, optional
        JSON file that keeps the readings: photos in it are not analysed again by the same program.
    overlays : Path, optional
        Folder for a small overlay of each photo.
    workers : int
        Number of processes.
    progress : callable, optional
        Called with the number of photos done and of all photos.
    """

    folder: Path
    keep: Path | None = None
    overlays: Path | None = None
    workers: int = 1
    progress: Callable[[int, int], None] = field(default=lambda _done, _total: None)

    def read(self, rows: Sequence[Row]) -> list[Reading]:
        """Return the readings of the rows whose photo exists, in their order.

        Raises
        ------
        DatasetError
            If there are rows, but none of their photos exists.
        """
        present = [row for row in rows if (self.folder / row["file"]).is_file()]
        if rows and not present:
            raise DatasetError(f"None of the photos named in the tables exists in {self.folder}.")
        known = self._known()
        files = dict.fromkeys(row["file"] for row in present)
        todo = [name for name in files if name not in known or not self._drawn(name)]
        for done, (name, found) in enumerate(self._examined(todo), start=1):
            known[name] = found
            self.progress(done, len(todo))
            # Minutes of work: what is done survives an interruption.
            self._write(known)
        return [_reading(row, known[row["file"]]) for row in present]

    def overlay(self, name: str) -> Path | None:
        """Return the file of a photo's overlay; ``None`` without a folder for overlays."""
        if self.overlays is None:
            return None
        return self.overlays / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jpg"

    def _drawn(self, name: str) -> bool:
        overlay = self.overlay(name)
        return overlay is None or overlay.is_file()

    def _known(self) -> dict[str, Any]:
        if self.keep is None or not self.keep.exists():
            return {}
        kept = json.loads(self.keep.read_text(encoding="utf-8"))
        known: dict[str, Any] = kept["photos"] if kept.get("program") == program_digest() else {}
        return known

    def _write(self, known: dict[str, Any]) -> None:
        if self.keep is not None:
            kept = {"program": program_digest(), "photos": known}
            unfinished = self.keep.with_suffix(".part")
            unfinished.write_text(json.dumps(kept), encoding="utf-8")
            unfinished.replace(self.keep)

    def _examined(self, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.overlays is not None:
            self.overlays.mkdir(parents=True, exist_ok=True)
        jobs = [(self.folder / name, self.overlay(name)) for name in names]
        if self.workers <= 1 or len(jobs) <= 1:
            yield from zip(names, map(_examine, jobs), strict=True)
            return
        # Spawned, not forked: the pose network's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        with context.Pool(min(self.workers, len(jobs))) as pool:
            yield from zip(names, pool.imap(_examine, jobs), strict=True)


def read_rows(table: Path) -> list[Row]:
    """Read a table of photos.

    Parameters
    ----------
    table : Path
        CSV with a column ``file``. A column named like a quantity (``pelvic_tilt_deg``) holds its
        true value; all other columns describe the photo.

    Raises
    ------
    DatasetError
        If there is no column ``file``, or a true value is no number.
    """
    with table.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or "file" not in rows[0]:
        raise DatasetError(f"{table} needs a header with a column named file.")
    for number, row in enumerate(rows, start=2):
        try:
            _truth(row)
        except ValueError as error:
            raise DatasetError(f"{table}, line {number}: {error}") from error
    return rows


@functools.cache
def program_digest() -> str:
    """Return a digest of the product's code and data, on which readings depend."""
    digest = hashlib.sha256()
    models = _PROGRAM.parent / "models"
    for path in sorted([*_PROGRAM.rglob("*.py"), *_PROGRAM.rglob("*.npz"), *models.glob("*")]):
        if path.is_file():
            digest.update(path.relative_to(_PROGRAM.parent).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _analyzer() -> Any:
    from posture.analysis.analyzer import Analyzer

    cv2.setNumThreads(1)
    return Analyzer()


def _examine(job: tuple[Path, Path | None]) -> dict[str, Any]:
    """Return what the product reads in a photo, in JSON types; write its overlay if wanted."""
    from posture.draw import encode_jpeg, thumbnail
    from posture.errors import PhotoError, PostureError
    from posture.photo.load import load_photo

    photo, overlay = job
    try:
        analysis = _analyzer().analyze(photo)
    except PostureError as refusal:
        if overlay is not None and not isinstance(refusal, PhotoError):
            overlay.write_bytes(encode_jpeg(_small(load_photo(photo).image)))
        return {"status": refusal.code}
    if overlay is not None:
        overlay.write_bytes(encode_jpeg(thumbnail(analysis, long_side=OVERLAY_PX)))
    return {
        "status": str(analysis.status),
        "facing": analysis.view.facing,
        "back": "covered" if back_covered(analysis.measures) else "in view",
        "values": {name: list(values) for name, values in values_of(analysis).items()},
        # To the hundredth of a percent of trunk length, which is 0.05 mm.
        "features": np.round(analysis.geometry.features, 4).tolist(),
    }


OVERLAY_PX: Final = 420
"""Long side of an overlay, in pixels."""


def _small(image: Any) -> Any:
    factor = OVERLAY_PX / max(image.shape[:2])
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _reading(row: Row, found: dict[str, Any]) -> Reading:
    traits: dict[str, Any] = {key: text for key, text in row.items() if key not in _truth(row)}
    traits |= {f"read_{key}": found.get(key) for key in ("facing", "back")}
    return Reading(
        photo=row["file"],
        truth=_truth(row),
        traits=traits,
        status=found["status"],
        values={name: tuple(values) for name, values in found.get("values", {}).items()},
        features=np.array(found["features"]) if "features" in found else None,
    )


def _truth(row: Row) -> dict[str, float | None]:
    """Return the true values of a row; ``None`` where the cell is empty."""
    return {
        key: float(text) if text else None
        for key, text in row.items()
        if key.endswith(("_deg", "_pct")) and key not in _NOT_TRUTH
    }
