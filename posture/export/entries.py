"""Entries of an export: one per photo, from memory or from a result file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias, cast

from posture.analysis.keypoints import Keypoints
from posture.analysis.old_results import upgraded
from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.record import LARGEST_FILE, Record
from posture.analysis.result import SCHEMA_VERSION, Analysis, AnalysisDict
from posture.codec import FieldError, as_stored, decode
from posture.errors import SettingsError
from posture.export.batch_folder import BatchResult, is_batch, read_batch
from posture.inputs.told import NOTHING_TOLD, Told
from posture.photo.load import NO_FACTS, PhotoFacts
from posture.view.gate import StoredView

RESULT_ENDING: Final = ".posture.json"

PathLike: TypeAlias = str | os.PathLike[str]


class LeftOutError(SettingsError):
    """A photo that a format cannot hold; the other photos are exported all the same."""

    default_code = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One photo to export.

    Parameters
    ----------
    id : str
        Identifier within the export.
    uri : str
        Path of the photo or result file; the photo's name when the result came from memory.
    result : AnalysisDict
        JSON form of the analysis or refusal.
    record : Record or None
        The numbers of the result as files hold them; ``None`` for a refused photo.
    view : StoredView or None
        ``None`` for a refused photo.
    keypoints : Keypoints or None
        ``None`` for a refused photo, and for results of versions that did not keep them.
    height_cm : float or None
        Body height, if known.
    told : Told
        What was told about the photo.
    source : PhotoFacts
        Hash, size and date of the photo.
    number : int or None
        Number of the input in its batch, from 0; ``None`` outside of batches.
    overlay : str or None
        Path of its overlay below the folder of its batch.
    copy_of : str or None
        Identifier of the first photo with the same bytes.
    """

    id: str
    uri: str
    result: AnalysisDict
    record: Record | None = None
    view: StoredView | None = None
    keypoints: Keypoints | None = None
    height_cm: float | None = None
    told: Told = NOTHING_TOLD
    source: PhotoFacts = NO_FACTS
    number: int | None = None
    overlay: str | None = None
    copy_of: str | None = None

    @property
    def photo(self) -> str:
        """Name of the photo."""
        return self.result["photo"]

    @property
    def path(self) -> str | None:
        """Path of the photo as it was given; ``None`` if it came from memory."""
        return self.result.get("path")

    @property
    def label(self) -> str:
        """Path of the photo, or its name: what tells it from others in a sentence."""
        return self.path or self.photo

    @property
    def refused(self) -> bool:
        """Whether there is no analysis."""
        return self.record is None

    def need_keypoints(self) -> Keypoints:
        """Return the landmarks.

        Raises
        ------
        LeftOutError
            ``photo_refused`` or ``no_keypoints``.
        """
        self.need_analysis()
        if self.keypoints is None:
            raise LeftOutError(
                f"The result of {self.label} was written by an earlier version and holds no "
                "landmarks: name the photo itself.",
                code="no_keypoints",
            )
        return self.keypoints

    def need_analysis(self) -> tuple[Record, StoredView]:
        """Return the numbers and the view of the photo.

        Raises
        ------
        LeftOutError
            ``photo_refused``.
        """
        if self.record is None or self.view is None:
            error = self.result["error"] or {}
            raise LeftOutError(
                f"{self.label} was not analysed: {error.get('message')}",
                code="photo_refused",
            )
        return self.record, self.view


Placed: TypeAlias = tuple[Path, Entry]
"""An entry, and the file or folder that it was read from."""

Exportable: TypeAlias = Outcome | Entry
"""What the functions of :mod:`posture.export` accept."""


def entries_of(outcomes: Iterable[Exportable]) -> Iterator[Entry]:
    """Yield an entry for every outcome; those from memory are numbered from 1.

    A photo with the same bytes as an earlier one is marked as its copy.
    """
    if isinstance(outcomes, Analysis | Refusal | Entry):
        outcomes = [outcomes]
    first: dict[str, str] = {}
    for number, outcome in enumerate(outcomes, start=1):
        entry = outcome if isinstance(outcome, Entry) else entry_of(outcome, id=str(number))
        digest = entry.source.sha256
        copied = None if digest is None else first.setdefault(digest, entry.id)
        yield entry if copied in (None, entry.id) else replace(entry, copy_of=copied)


def entry_of(
    outcome: Outcome,
    *,
    id: str,  # noqa: A002
    uri: str | None = None,
    path: str | None = None,
    number: int | None = None,
    told: Told | None = None,
) -> Entry:
    """Return the entry of an analysis or a refusal.

    Parameters
    ----------
    uri : str, optional
        Path of the photo; as given, or the photo's name, by default.
    path : str, optional
        Path in place of that of the outcome.
    number : int, optional
        Number of the input in its batch.
    told : Told, optional
        What was told; the hints by default.
    """
    told = Told.of(outcome.hints) if told is None else told
    path = outcome.path if path is None else path
    result: AnalysisDict = {**outcome.to_dict(), "path": path, "told": told.to_dict()}
    entry = Entry(
        id=id,
        uri=(path or outcome.photo) if uri is None else uri,
        result=result,
        height_cm=told.height_cm,
        told=told,
        source=outcome.source,
        number=number,
    )
    if isinstance(outcome, Refusal):
        return entry
    return replace(
        entry,
        record=as_stored(Record.of(outcome)),
        view=as_stored(outcome.view.stored()),
        keypoints=outcome.keypoints,
    )


def read_results(paths: PathLike | Iterable[PathLike]) -> list[Entry]:
    """Read results back, from files and folders.

    Parameters
    ----------
    paths : path, or iterable of paths
        A path is a ``*.posture.json`` file that ``posture analyze --out`` wrote, a folder of such
        files, the folder of a batch, or a list that ``posture export --format json`` wrote.

    Returns
    -------
    list of Entry
        In the order of ``paths``; those of a batch keep their identifiers, others are numbered
        from 1.

    Raises
    ------
    SettingsError
        ``bad_result``, naming the file and what is wrong with it, or ``no_results``.
    """
    listed = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    places = map(Path, listed)
    return list(with_own_ids((place, entry) for place in places for entry in read_place(place)))


def with_own_ids(found: Iterable[Placed]) -> Iterator[Entry]:
    """Yield entries of several places under identifiers of their own.

    Those of a batch keep theirs, with the name of the folder in front if another has it already;
    others are numbered from 1.
    """
    taken: set[str] = set()
    for number, (place, entry) in enumerate(found, start=1):
        name = str(number) if entry.number is None else entry.id
        while name in taken:
            name = f"{place.name}/{name}"
        taken.add(name)
        yield replace(entry, id=name)


def read_place(path: Path) -> list[Entry]:
    """Read the results in a file or a folder; see :func:`read_results`."""
    if is_batch(path):
        return [_entry_of_batch(path, stored) for stored in read_batch(path)]
    if not path.is_dir():
        return _read_file(path)
    files = sorted(path.glob(f"*{RESULT_ENDING}"))
    if not files:
        raise SettingsError(
            f"The folder {path} holds no results: name one that posture analyze --out or posture "
            "batch wrote, or the photos themselves.",
            code="no_results",
        )
    return [read_result(file, id=str(number)) for number, file in enumerate(files, start=1)]


def _entry_of_batch(folder: Path, stored: BatchResult) -> Entry:
    place = folder / "rows"
    entry = _entry(stored.result, place, id=stored.id, uri=stored.uri)
    return replace(entry, number=stored.number, overlay=stored.overlay, copy_of=stored.copy_of)


def _read_file(path: Path) -> list[Entry]:
    """Read a file with one result or a list of them."""
    loaded = _load(path)
    if isinstance(loaded, Mapping):
        return [_entry(loaded, path, id="1", uri=str(path))]
    if not all(isinstance(table, Mapping) for table in loaded):
        raise _bad(path, "A list of results holds tables only.")
    return [
        _entry(table, path, id=str(number), uri=str(table.get("path") or table.get("photo")))
        for number, table in enumerate(loaded, start=1)
    ]


def read_result(path: Path, *, id: str) -> Entry:  # noqa: A002
    """Read one result file, of an analysed or a refused photo.

    Raises
    ------
    SettingsError
        ``bad_result``.
    """
    table = _load(path)
    if not isinstance(table, Mapping):
        raise _bad(path, "It must hold one table.")
    return _entry(table, path, id=id, uri=str(path))


def _entry(loaded: Mapping[str, object], path: Path, *, id: str, uri: str) -> Entry:  # noqa: A002
    table = upgraded(loaded)
    result = cast("AnalysisDict", {"keypoints": None, **table})
    try:
        if table.get("status") == "refused":
            _check_refusal(table)
            told = decode(Told, table.get("told") or {}, "told")
            source = decode(PhotoFacts, table.get("source") or {}, "source")
            return Entry(
                id=id, uri=uri, result=result, told=told, source=source, height_cm=told.height_cm
            )
        record = Record.from_dict(table)
        view = decode(StoredView, table["view"], "view")
        points = table.get("keypoints")
        keypoints = None if points is None else decode(Keypoints, points, "keypoints")
        told = _told_of(table, record)
        source = _source_of(table, record, keypoints)
    except (SettingsError, ValueError) as error:
        raise _bad(path, str(error)) from error
    return Entry(
        id=id,
        uri=uri,
        result=result,
        record=record,
        view=view,
        keypoints=keypoints,
        height_cm=record.provenance.height_cm,
        told=told,
        source=source,
    )


def _told_of(table: Mapping[str, object], record: Record) -> Told:
    """Return what was told; results of version 0.1.0 have it in their provenance alone."""
    if "told" in table:
        return decode(Told, table["told"], "told")
    known = record.provenance
    return Told(
        sex=known.sex,
        clothing=known.clothing,
        height_cm=known.height_cm,
        camera_height_cm=known.camera_height_cm,
        camera_distance_cm=known.camera_distance_cm,
    )


def _source_of(
    table: Mapping[str, object], record: Record, keypoints: Keypoints | None
) -> PhotoFacts:
    if "source" in table:
        return decode(PhotoFacts, table["source"], "source")
    size = None if keypoints is None else keypoints.photo_size_px
    return PhotoFacts(sha256=record.provenance.photo_sha256, size_px=size)


def _load(path: Path) -> Mapping[str, object] | list[Mapping[str, object]]:
    try:
        with path.open("rb") as stream:
            several = stream.read(1) == b"["
        if not several and path.stat().st_size > LARGEST_FILE:
            raise _bad(path, "It is too large.")
        table: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _bad(path, "It cannot be read.") from error
    except (ValueError, RecursionError) as error:
        raise _bad(path, "It is not valid JSON.") from error
    if not isinstance(table, dict | list):
        raise _bad(path, "It must hold one table.")
    return table


def _check_refusal(table: Mapping[str, object]) -> None:
    """Check that a table is a refusal."""
    if table.get("schema_version") != SCHEMA_VERSION:
        raise FieldError("schema_version", f"must be {SCHEMA_VERSION} or lower")
    if not isinstance(table.get("photo"), str):
        raise FieldError("photo", "must be text")
    error = table.get("error")
    if not isinstance(error, dict) or not all(
        isinstance(error.get(key), str) for key in ("code", "message")
    ):
        raise FieldError("error", "must hold code and message")
    for key in ("view", "estimates", "screening", "provenance"):
        if table.get(key, 0) is not None:
            raise FieldError(key, "must be null")


def _bad(path: Path, problem: str) -> SettingsError:
    return SettingsError(
        f"{path.name} is not a result that posture analyze --out wrote. {problem}",
        code="bad_result",
    )
