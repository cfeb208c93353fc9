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
    """One export format; exactly one of its three functions makes the files.

    Parameters
    ----------
    meaning : str
        One line for people.
    ending : str
        Ending of the file names.
    points : bool
        Whether it holds landmarks, which refused photos do not have.
    text : callable, optional
        Makes one text of all photos.
    write : callable, optional
        Writes one file of all photos that is no text.
    each : callable, optional
        Makes the text of one photo, given the name of its file; raises ``LeftOutError`` for a
        photo that the format cannot hold.
    """

    meaning: str
    ending: str
    points: bool = False
    text: Callable[[Sequence[Entry], Options], str] | None = None
    write: Callable[[Sequence[Entry], Path], None] | None = None
    each: Callable[[Entry, Options, str], str] | None = None

    @property
    def single(self) -> bool:
        """Whether one file holds all photos; otherwise a folder holds one file for each."""
        return self.each is None


def _json_text(table: Table) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


FORMATS: Final[dict[str, Format]] = {
    "json": Format(
        meaning="JSON list of results",
        ending=".json",
        text=lambda entries, _: to_json(entries),
    ),
    "csv": Format(
        meaning="table for spreadsheets",
        ending=".csv",
        text=lambda entries, _: to_csv(entries),
    ),
    "parquet": Format(
        meaning="table with types, units and meanings",
        ending=".parquet",
        write=write_parquet,
    ),
    "coco17": Format(
        meaning="COCO keypoints, the 17 of COCO",
        ending=".json",
        points=True,
        text=lambda entries, _: _json_text(to_coco(entries, points=17)),
    ),
    "coco33": Format(
        meaning="COCO keypoints, all 33 of BlazePose",
        ending=".json",
        points=True,
        text=lambda entries, _: _json_text(to_coco(entries, points=33)),
    ),
    "openpose": Format(
        meaning="OpenPose JSON, BODY_25",
        ending="_keypoints.json",
        points=True,
        each=lambda entry, _, __: _json_text(to_openpose(entry)),
    ),
    "trc": Format(
        meaning="OpenSim markers, needs the body height",
        ending=".trc",
        points=True,
        each=lambda entry, options, name: to_trc(entry, height_cm=options.height_cm, name=name),
    ),
    "mot": Format(
        meaning="OpenSim motion, pelvis_tilt with its sign flipped",
        ending=".mot",
        each=lambda entry, _, __: to_mot(entry),
    ),
    "fhir": Format(
        meaning="FHIR R4 bundle of Observations",
        ending=".json",
        text=lambda entries, options: _json_text(
            to_fhir(entries, subject=options.subject, effective=options.effective)
        ),
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
    chosen = FORMATS[format]
    kept, left_out = _split(entries_of(outcomes), chosen, options)
    taken = {path.resolve() for path in inputs}
    try:
        if chosen.single:
            written = [_write_one(kept, out, chosen, options, taken)]
        else:
            written = list(_write_each(kept, out, chosen, options, taken))
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
    chosen = FORMATS.get(format)
    if chosen is None or chosen.text is None:
        texts = [name for name, found in FORMATS.items() if found.text is not None]
        raise SettingsError(
            f"As one text there is {', '.join(texts)}; other formats need files.",
            code="bad_format",
        )
    kept, left_out = _split(entries_of(outcomes), chosen, options)
    return chosen.text(kept, options), left_out


def _split(
    entries: Iterable[Entry], chosen: Format, options: Options
) -> tuple[list[Entry], tuple[str, ...]]:
    """Separate photos that a format can hold from the sentences about the others."""
    kept, left_out = [], []
    unscaled: SettingsError | None = None
    for entry in entries:
        try:
            if chosen.points:
                entry.need_keypoints()
            if chosen.each is not None:
                chosen.each(entry, options, "")
        except LeftOutError as error:
            left_out.append(str(error))
        except SettingsError as error:
            if error.code != "no_height":
                raise
            unscaled = error
            left_out.append(f"{entry.label}: {error}")
        else:
            kept.append(entry)
    if unscaled is not None and not kept:
        raise unscaled  # nobody's height was told: a mistake in the command
    return kept, tuple(left_out)


def _write_one(
    entries: Sequence[Entry], path: Path, chosen: Format, options: Options, taken: set[Path]
) -> Path:
    if path.resolve() in taken:
        raise SettingsError(f"{path} is one of the inputs: name another file.", code="bad_output")
    # The file gets its own name only when it is complete.
    part = path.with_name(f".{path.name}.part")
    try:
        if chosen.write is not None:
            chosen.write(entries, part)
        elif chosen.text is not None:
            _write_text(part, chosen.text(entries, options))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _write_each(
    entries: Sequence[Entry], folder: Path, chosen: Format, options: Options, taken: set[Path]
) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        path = _free_path(folder, entry.photo, chosen.ending, taken)
        if chosen.each is not None:
            _write_text(path, chosen.each(entry, options, path.name))
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
