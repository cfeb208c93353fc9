"""Entries of an export: one per photo, from memory or from a result file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from posture.analysis.keypoints import Keypoints
from posture.analysis.old_results import upgraded
from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.record import LARGEST_FILE, Record
from posture.analysis.result import SCHEMA_VERSION, AnalysisDict
from posture.codec import FieldError, as_stored, decode
from posture.errors import SettingsError
from posture.view.gate import StoredView


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
    """

    id: str
    uri: str
    result: AnalysisDict
    record: Record | None = None
    view: StoredView | None = None
    keypoints: Keypoints | None = None
    height_cm: float | None = None

    @property
    def photo(self) -> str:
        """Name of the photo."""
        return self.result["photo"]

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
                f"The result of {self.photo} was written by an earlier version and holds no "
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
                f"{self.photo} was not analysed: {error.get('message')}", code="photo_refused"
            )
        return self.record, self.view


Exportable: TypeAlias = Outcome | Entry
"""What the functions of :mod:`posture.export` accept."""


def entries_of(outcomes: Iterable[Exportable]) -> Iterator[Entry]:
    """Yield an entry for every outcome; those from memory are numbered from 1."""
    for number, outcome in enumerate(outcomes, start=1):
        yield outcome if isinstance(outcome, Entry) else entry_of(outcome, id=str(number))


def entry_of(outcome: Outcome, *, id: str, uri: str | None = None) -> Entry:  # noqa: A002
    """Return the entry of an analysis or a refusal; ``uri`` is the photo's name by default."""
    uri = outcome.photo if uri is None else uri
    if isinstance(outcome, Refusal):
        return Entry(id=id, uri=uri, result=outcome.to_dict())
    return Entry(
        id=id,
        uri=uri,
        result=outcome.to_dict(),
        record=as_stored(Record.of(outcome)),
        view=as_stored(outcome.view.stored()),
        keypoints=outcome.keypoints,
        height_cm=outcome.hints.height_cm,
    )


def read_results(paths: Iterable[Path]) -> list[Entry]:
    """Read result files.

    Parameters
    ----------
    paths : iterable of Path
        ``*.posture.json`` files that ``posture analyze --out`` wrote.

    Returns
    -------
    list of Entry
        Numbered from 1, in the order of ``paths``.

    Raises
    ------
    SettingsError
        ``bad_result``, naming the file and what is wrong with it.
    """
    return [read_result(path, id=str(number)) for number, path in enumerate(paths, start=1)]


def read_result(path: Path, *, id: str) -> Entry:  # noqa: A002
    """Read one result file, of an analysed or a refused photo.

    Raises
    ------
    SettingsError
        ``bad_result``.
    """
    table = upgraded(_load(path))
    result = cast("AnalysisDict", {"keypoints": None, **table})
    try:
        if table.get("status") == "refused":
            _check_refusal(table)
            return Entry(id=id, uri=str(path), result=result)
        record = Record.from_dict(table)
        view = decode(StoredView, table["view"], "view")
        points = table.get("keypoints")
        keypoints = None if points is None else decode(Keypoints, points, "keypoints")
    except (SettingsError, ValueError) as error:
        raise _bad(path, str(error)) from error
    return Entry(
        id=id,
        uri=str(path),
        result=result,
        record=record,
        view=view,
        keypoints=keypoints,
        height_cm=record.provenance.height_cm,
    )


def _load(path: Path) -> Mapping[str, object]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _bad(path, "It is too large.")
        table: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _bad(path, "It cannot be read.") from error
    except (ValueError, RecursionError) as error:
        raise _bad(path, "It is not valid JSON.") from error
    if not isinstance(table, dict):
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
