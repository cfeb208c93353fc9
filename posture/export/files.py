"""Files of an export: one for all photos or one for each, never over an input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from posture.codec import Table
from posture.errors import SettingsError
from posture.export.coco import to_coco
from posture.export.entries import Entry, Exportable, LeftOutError, entries_of
from posture.export.fhir import to_fhir
from posture.export.openpose import to_openpose
from posture.export.opensim import to_mot, to_trc
from posture.export.tables import to_csv, to_json, write_parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options that some formats need besides the results.

    Parameters
    ----------
    height_cm : float, optional
        Body height, for ``trc``; by default that of the hints of each analysis.
    subject, effective : str, optional
        Subject and time of the Observations, for ``fhir``.
    """

    height_cm: float | None = None
    subject: str | None = None
    effective: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One export format.

    Parameters
    ----------
    meaning : str
        One line for people.
    ending : str
        Ending of the file names.
    single : bool
        Whether one file holds all photos; otherwise a folder holds one file for each.
    points : bool
        Whether it holds landmarks, which refused photos do not have.
    """

    meaning: str
    ending: str
    single: bool
    points: bool


FORMATS: Final[dict[str, Format]] = {
    "json": Format(meaning="JSON list of results", ending=".json", single=True, points=False),
    "csv": Format(meaning="table for spreadsheets", ending=".csv", single=True, points=False),
    "parquet": Format(
        meaning="table with types, units and meanings", ending=".parquet", single=True, points=False
    ),
    "coco17": Format(
        meaning="COCO keypoints, the 17 of COCO", ending=".json", single=True, points=True
    ),
    "coco33": Format(
        meaning="COCO keypoints, all 33 of BlazePose", ending=".json", single=True, points=True
    ),
    "openpose": Format(
        meaning="OpenPose JSON, BODY_25", ending="_keypoints.json", single=False, points=True
    ),
    "trc": Format(
        meaning="OpenSim markers, needs the body height", ending=".trc", single=False, points=True
    ),
    "mot": Format(
        meaning="OpenSim motion, pelvis_tilt with its sign flipped",
        ending=".mot",
        single=False,
        points=False,
    ),
    "fhir": Format(
        meaning="FHIR R4 bundle of Observations", ending=".json", single=True, points=False
    ),
}
"""Every format by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Files that were written, and photos that were left out.

    Parameters
    ----------
    files : tuple of Path
    left_out : tuple of str
        One sentence for each photo that the format cannot hold.
    """

    files: tuple[Path, ...]
    left_out: tuple[str, ...] = field(default=())


NO_OPTIONS: Final = Options()


def export_files(
    outcomes: Iterable[Exportable],
    out: Path,
    *,
    format: str,  # noqa: A002
    options: Options = NO_OPTIONS,
    inputs: Sequence[Path] = (),
) -> Written:
    """Write results in one format.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry
    out : Path
        A file, or for ``openpose``, ``trc`` and ``mot`` a folder, which is created.
    format : str
        One of :data:`FORMATS`.
    options : Options
    inputs : sequence of Path
        Files that must not be written over.

    Returns
    -------
    Written

    Raises
    ------
    SettingsError
        ``bad_format``, ``bad_output``, or the code of what the format lacks, such as
        ``no_height``.
    """
    if format not in FORMATS:
        raise SettingsError(
            f"There is no format {format}: choose {', '.join(FORMATS)}.", code="bad_format"
        )
    entries = list(entries_of(outcomes))
    kept, left_out = _split(entries, _checker(format, options))
    taken = {path.resolve() for path in inputs}
    try:
        if FORMATS[format].single:
            written = [_write_one(kept, out, format, options, taken)]
        else:
            written = list(_write_each(kept, out, format, options, taken))
    except OSError as error:
        raise SettingsError(
            f"{out} cannot be written: {error.strerror or error}. Name another place.",
            code="bad_output",
        ) from error
    return Written(files=tuple(written), left_out=left_out)


def export_text(
    outcomes: Iterable[Exportable],
    *,
    format: str,  # noqa: A002
    options: Options = NO_OPTIONS,
) -> tuple[str, tuple[str, ...]]:
    """Return the text that :func:`export_files` would write, for formats that are one text.

    Returns
    -------
    text : str
    left_out : tuple of str
        One sentence for each photo that the format cannot hold.

    Raises
    ------
    SettingsError
        ``bad_format``, also for ``parquet`` and formats with a file for each photo.
    """
    texts = [name for name, found in FORMATS.items() if found.single and name != "parquet"]
    if format not in texts:
        raise SettingsError(
            f"As one text there is {', '.join(texts)}; other formats need files.",
            code="bad_format",
        )
    kept, left_out = _split(entries_of(outcomes), _checker(format, options))
    return _text_of(kept, format, options), left_out


def _text_of(entries: Sequence[Entry], name: str, options: Options) -> str:
    if name == "json":
        return to_json(entries)
    if name == "csv":
        return to_csv(entries)
    if name == "fhir":
        return _json_text(to_fhir(entries, subject=options.subject, effective=options.effective))
    return _json_text(to_coco(entries, points=17 if name == "coco17" else 33))


def _checker(name: str, options: Options) -> Callable[[Entry], object]:
    """Return a function that raises LeftOutError for a photo that the format cannot hold."""
    checks: dict[str, Callable[[Entry], object]] = {
        "trc": lambda entry: to_trc(entry, height_cm=options.height_cm),
        "mot": to_mot,
    }
    points = FORMATS[name].points
    return checks.get(name, Entry.need_keypoints if points else lambda entry: entry)


def _split(
    entries: Iterable[Entry], check: Callable[[Entry], object]
) -> tuple[list[Entry], tuple[str, ...]]:
    kept, left_out = [], []
    for entry in entries:
        try:
            check(entry)
        except LeftOutError as error:
            left_out.append(str(error))
        else:
            kept.append(entry)
    return kept, tuple(left_out)


def _write_one(
    entries: Sequence[Entry], path: Path, name: str, options: Options, taken: set[Path]
) -> Path:
    if path.resolve() in taken:
        raise SettingsError(f"{path} is one of the inputs: name another file.", code="bad_output")
    # The file gets its own name only when it is complete.
    part = path.with_name(f".{path.name}.part")
    try:
        if name == "parquet":
            write_parquet(entries, part)
        else:
            _write_text(part, _text_of(entries, name, options))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _write_each(
    entries: Sequence[Entry], folder: Path, name: str, options: Options, taken: set[Path]
) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        path = _free_path(folder, entry.photo, FORMATS[name].ending, taken)
        if name == "openpose":
            text = _json_text(to_openpose(entry))
        elif name == "trc":
            text = to_trc(entry, height_cm=options.height_cm, name=path.name)
        else:
            text = to_mot(entry)
        _write_text(path, text)
        yield path


def _free_path(folder: Path, photo: str, ending: str, taken: set[Path]) -> Path:
    """Return a path that neither an input nor an earlier photo has; names are not trusted."""
    stem = PurePosixPath(photo.replace("\\", "/")).stem
    stem = re.sub(r"[^\w\-. ]", "_", stem).strip(". ") or "photo"
    number = 1
    while True:
        path = folder / f"{stem if number == 1 else f'{stem}-{number}'}{ending}"
        if path.resolve() not in taken:
            taken.add(path.resolve())
            return path
        number += 1


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _json_text(table: Table) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
