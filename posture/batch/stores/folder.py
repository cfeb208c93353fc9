"""Store in a folder on this computer."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from posture.batch.stores.errors import no_such_place, plain_errors, too_large
from posture.batch.stores.uri import Place, StoredFile

__all__ = ["Folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files below a folder; methods as in :class:`posture.batch.stores.base.Store`.

    Without pyarrow, which fails on a folder if one file name is not valid UTF-8.
    """

    place: Place

    def files(self) -> Iterator[StoredFile]:
        """Yield the files below the folder in the order of their paths."""
        top = Path(self.place.path)
        if not top.exists():
            raise no_such_place(self.place.uri)
        yield from self._below(top) if top.is_dir() else iter([self._file(top)])

    def names(self, below: str) -> list[str]:
        """Return the sorted names of the files directly in a subfolder."""
        folder = self._path(below)
        with plain_errors(str(folder), fallback="bad_source"):
            if not folder.is_dir():
                return []
            return sorted(entry.name for entry in os.scandir(folder) if entry.is_file())

    def read(self, name: str, *, max_bytes: int | None = None) -> bytes:
        """Return the content of a file."""
        place = self.place.below(name)
        with plain_errors(place.uri, fallback="photo_unreadable", photo=True):
            path = Path(place.path)
            if max_bytes is not None and path.stat().st_size > max_bytes:
                raise too_large(place.uri, max_bytes)
            return path.read_bytes()

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        with plain_errors(self.place.below(name).uri, fallback="bad_source"):
            return self._path(name).open("rb")

    def exists(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return self._path(name).is_file()

    def write(self, name: str, data: bytes) -> None:
        """Write to a temporary file, sync it to disk, then rename it."""
        path = self._path(name)
        with plain_errors(str(path), fallback="bad_output", doing="written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            # No mkstemp: its files are private, whatever the umask allows.
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            try:
                with temporary.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        path = self._path(name)
        with plain_errors(str(path), fallback="bad_output", doing="removed"):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return Path(self.place.below(name).path)

    def _below(self, folder: Path) -> Iterator[StoredFile]:
        uri = self.place.at(str(folder)).uri
        with plain_errors(uri, fallback="bad_source"), os.scandir(folder) as found:
            # Links to folders may lead back up and are not followed. Broken links are listed, so
            # that reading one reports the missing file.
            entries = sorted(
                (
                    entry.name,
                    entry.is_dir(follow_symlinks=False),
                    entry.is_file() or (entry.is_symlink() and not entry.is_dir()),
                )
                for entry in found
            )
        for name, is_folder, is_file in entries:
            if is_folder:
                yield from self._below(folder / name)
            elif is_file:
                yield self._file(folder / name)

    def _file(self, path: Path) -> StoredFile:
        name = str(path).removeprefix(self.place.path).lstrip(os.sep) or path.name
        with plain_errors(self.place.at(str(path)).uri, fallback="bad_source"):
            status = path.stat() if path.exists() else path.lstat()
        return StoredFile(
            name=name.replace(os.sep, "/").encode(errors="backslashreplace").decode(),
            uri=self.place.at(str(path)).uri,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
        )
