"""Sources of a batch: folder, pattern, photo, manifest or object store."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from posture.batch.manifest import MANIFEST_ENDINGS, read_manifest
from posture.batch.model import Item
from posture.batch.stores.uri import STORE_ADDRESS, is_store_uri
from posture.batch.stores.walk import (
    OWN_RESULTS,
    files_below,
    matching,
    split_pattern,
    trash,
    uri_of,
)
from posture.errors import SettingsError
from posture.export.batch_folder import INFO_FILE, OVERLAYS, is_batch

OVERLAY_ENDING: Final = ".posture.png"
"""Pictures that ``posture analyze --out`` writes; they show a person, but are no photos."""

Kind = Literal["folder", "pattern", "photo", "manifest", "store", "store_manifest"]

_COMPANIONS: Final = frozenset({".aae", ".xmp", ".thm", ".ini", ".db", ".lnk"})
_FILMS: Final = frozenset(
    {".mov", ".mp4", ".m4v", ".avi", ".mkv", ".webm", ".3gp", ".mp3", ".m4a", ".wav"}
)
_DOCUMENTS: Final = frozenset(
    {".txt", ".md", ".html", ".css", ".js", ".py", ".log", ".pdf", ".doc", ".docx", ".xls"}
    | {".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".zip", ".gz", ".tar", ".7z", ".rar"}
)
_DATA: Final = frozenset(
    {".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xml", ".toml", ".yaml", ".yml", ".sqlite"}
)
# Every other name counts, even one without an ending: a photo with an odd name must not be lost.
NOT_PHOTOS: Final = _COMPANIONS | _FILMS | _DOCUMENTS | _DATA
"""Endings of files that are left out of folders and prefixes, and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Source of the inputs.

    Parameters
    ----------
    text : str
        Absolute path or pattern, or URI.
    """

    kind: Kind
    text: str


@dataclass(slots=True, kw_only=True)
class ListingNotes:
    """Findings of a listing besides its inputs.

    Parameters
    ----------
    left_out : Counter
        Files whose names show that they are not photos: ending to number.
    further_columns : list of str
        Columns of a manifest that mean nothing to this program; rows keep them in ``further``.
    """

    left_out: Counter[str] = field(default_factory=Counter)
    further_columns: list[str] = field(default_factory=list)


def find_source(text: str) -> Source:
    """Return the source that a command line means.

    Parameters
    ----------
    text : str
        Folder, pattern with ``*`` or ``?``, photo, manifest, or ``s3://``/``gs://`` address.

    Raises
    ------
    SettingsError
        ``no_such_source``.
    """
    if is_store_uri(text):
        ending = PurePosixPath(text.partition("?")[0]).suffix.lower()
        return Source(kind="store_manifest" if ending in MANIFEST_ENDINGS else "store", text=text)
    path = Path(text).expanduser()
    absolute = os.path.abspath(path)  # noqa: PTH100 - links stay as the user wrote them
    if is_batch(path):
        raise SettingsError(
            f"{text} holds the results of a batch: name the folder of its photos, or write the "
            f"results in another format with posture export {text}.",
            code="bad_source",
        )
    if path.is_dir():
        return Source(kind="folder", text=absolute)
    if path.exists():
        is_manifest = path.suffix.lower() in MANIFEST_ENDINGS
        return Source(kind="manifest" if is_manifest else "photo", text=absolute)
    if any(sign in text for sign in "*?["):
        return Source(kind="pattern", text=absolute)
    raise SettingsError(
        f"There is nothing at {text}: give a folder, a pattern in quotes, a list of photos "
        f"(.txt, .csv, .parquet), or an address with {STORE_ADDRESS}.",
        code="no_such_source",
    )


def items_of(source: Source, notes: ListingNotes, *, skip: Path | None = None) -> Iterator[Item]:
    """Yield the items of a source, numbered from 0, without ever holding all of them.

    Parameters
    ----------
    notes : ListingNotes
        Filled while listing.
    skip : Path, optional
        Folder to leave out: the results, if they lie inside the source.

    Raises
    ------
    SettingsError
        The source, or a folder in it, cannot be read.
    """
    if source.kind in ("manifest", "store_manifest"):
        yield from read_manifest(source.text, notes.further_columns)
        return
    for number, (name, uri) in enumerate(_named(source, notes, skip)):
        yield Item(number=number, id=name, uri=uri)


def _named(source: Source, notes: ListingNotes, skip: Path | None) -> Iterator[tuple[str, str]]:
    """Yield identifier and URI of each input."""
    match source.kind:
        case "photo":
            yield os.path.basename(source.text), uri_of(source.text)  # noqa: PTH119
        case "folder":
            for name, path in files_below(source.text, skip=skip, links=notes.left_out):
                if _is_photo(name, notes):
                    yield name, uri_of(path)
        case "pattern":
            base, pattern = split_pattern(source.text)
            for name, path in matching(base, pattern, skip=skip, links=notes.left_out):
                yield name, uri_of(path)
        case _:
            yield from _stored(source.text, notes)


def _stored(location: str, notes: ListingNotes) -> Iterator[tuple[str, str]]:
    from posture.batch.stores.base import open_store

    overlays: tuple[str, ...] = ()
    for file in open_store(location).files():
        parts = PurePosixPath(file.name).parts
        if parts[-1] == INFO_FILE:
            overlays += (f"{file.name.removesuffix(INFO_FILE)}{OVERLAYS}/",)
        thrown_away = next(filter(None, map(trash, parts)), None)
        if file.name.startswith(overlays):
            notes.left_out[OWN_RESULTS] += 1
        elif thrown_away is not None:
            notes.left_out[thrown_away] += 1
        elif not parts[-1].startswith(".") and _is_photo(file.name, notes):
            yield file.name, file.uri


def _is_photo(name: str, notes: ListingNotes) -> bool:
    if name.endswith(OVERLAY_ENDING):
        notes.left_out[OWN_RESULTS] += 1
        return False
    ending = PurePosixPath(name).suffix.lower()
    if ending in NOT_PHOTOS:
        notes.left_out[ending] += 1
        return False
    return True
