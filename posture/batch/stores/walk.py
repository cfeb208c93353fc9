"""Lazy listing of the files below a folder, optionally by pattern."""

from __future__ import annotations

import fnmatch
import itertools
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote_from_bytes

from posture.errors import SettingsError
from posture.export.batch_folder import is_batch

SORTED_AT_ONCE: Final = 100_000
"""Entries of one folder that are sorted in memory at a time."""

LINKED_FOLDER: Final = "linked folder"
"""Under which links to folders are counted, among the endings of files that are left out."""

OWN_RESULTS: Final = "results of posture"
"""Under which folders of batches and overlays are counted, in the same place."""

TRASH: Final = frozenset(
    {"@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", ".@__thumb"}
    | {"$recycle.bin", "recycler", "system volume information", "thumbs.db", "ehthumbs.db"}
    | {".trash", ".trashes", ".thumbnails", "__macosx", ".ds_store", ".appledouble"}
)
"""Trash, thumbnails and notes that file servers, Windows, Macs and Linux keep among photos."""

_MAGIC: Final = re.compile(r"[*?\[]")


def files_below(
    folder: str, *, skip: Path | None, links: Counter[str], depth: int | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (path below the folder with forward slashes, absolute path) of each file.

    Hidden files and folders are skipped; links to folders are counted, not followed, as they may
    be circular. Trash and thumbnails of file servers are counted and skipped as well, and so are
    folders of batches: their pictures show people too.

    Parameters
    ----------
    skip : Path, optional
        Folder to leave out.
    links : Counter
        Counts links to folders under :data:`LINKED_FOLDER`, trash by its name, and batches under
        :data:`OWN_RESULTS`.
    depth : int, optional
        Levels of folders to search; all if not given.

    Raises
    ------
    SettingsError
        ``source_unreadable`` if a folder cannot be read: its photos would be lost silently.
    """
    barred = None if skip is None else os.path.realpath(skip)
    yield from _below(folder, "", barred, links, depth)


def _below(
    folder: str, prefix: str, barred: str | None, links: Counter[str], depth: int | None
) -> Iterator[tuple[str, str]]:
    deeper: list[tuple[str, str]] = []
    for entry in _entries(folder, links):
        name = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if is_batch(Path(entry.path)):
                links[OWN_RESULTS] += 1
            elif barred is None or os.path.realpath(entry.path) != barred:
                deeper.append((entry.path, f"{name}/"))
        elif _links_to_folder(entry):
            links[LINKED_FOLDER] += 1
        else:
            yield name, entry.path
    if depth is None or depth > 1:
        below = None if depth is None else depth - 1
        for path, name in deeper:
            yield from _below(path, name, barred, links, below)


def _links_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:  # a link that leads back to itself: reading it gives its refused row
        return False


def trash(part: str) -> str | None:
    """Return under which name a file or folder is counted as trash; ``None`` if it is none.

    >>> trash("@eaDir"), trash("$RECYCLE.BIN"), trash("._IMG_1.jpg"), trash("IMG_1.jpg")
    ('@eaDir', '$RECYCLE.BIN', '._*', None)
    """
    if part.startswith("._"):  # a Mac's own notes on a file, under nearly its name
        return "._*"
    known = part.lower() in TRASH or part.lower().startswith(".trash-")
    return part if known else None


def _is_shown(entry: os.DirEntry[str], left_out: Counter[str]) -> bool:
    name = trash(entry.name)
    if name is not None:
        left_out[name] += 1
    return name is None and not entry.name.startswith(".")


def _entries(folder: str, left_out: Counter[str]) -> Iterator[os.DirEntry[str]]:
    """Yield the entries of a folder, sorted as far as memory allows."""
    try:
        with os.scandir(folder) as entries:
            shown = (entry for entry in entries if _is_shown(entry, left_out))
            while chunk := list(itertools.islice(shown, SORTED_AT_ONCE)):
                yield from sorted(chunk, key=lambda entry: entry.name)
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be read ({error.strerror}): allow it, or give a source "
            "without it.",
            code="source_unreadable",
        ) from error


def split_pattern(pattern: str) -> tuple[str, str]:
    """Split an absolute pattern into its fixed folder and the rest.

    >>> split_pattern("/photos/2024/*/side.jpg")
    ('/photos/2024', '*/side.jpg')
    """
    parts = Path(pattern).parts
    plain = list(itertools.takewhile(lambda part: not _MAGIC.search(part), parts))
    return str(Path(*plain)), "/".join(parts[len(plain) :])


def matching(
    base: str, pattern: str, *, skip: Path | None, links: Counter[str]
) -> Iterator[tuple[str, str]]:
    """Yield (path below ``base``, absolute path) of the matching files.

    ``*``, ``?`` and ``[...]`` stay within one name, ``**`` stands for any number of folders.
    """
    patterns = pattern.split("/")
    depth = None if "**" in patterns else len(patterns)
    for name, path in files_below(base, skip=skip, links=links, depth=depth):
        if _matches(name.split("/"), patterns):
            yield name, path


def _matches(parts: list[str], patterns: list[str]) -> bool:
    if not patterns or not parts:
        return not patterns and not parts
    if patterns[0] != "**":
        return fnmatch.fnmatchcase(parts[0], patterns[0]) and _matches(parts[1:], patterns[1:])
    if len(patterns) == 1:
        return True
    return any(_matches(parts[start:], patterns[1:]) for start in range(len(parts)))


def uri_of(path: str) -> str:
    """Return the path itself, or a ``file://`` URI for a name that is not valid text."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return f"file://{quote_from_bytes(os.fsencode(path))}"
    return path
