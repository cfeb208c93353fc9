"""Folders and object stores alike: list, read and write through ``pyarrow.fs``.

A place is a folder (``/photos``, ``file:///photos``) or a prefix in a bucket
(``s3://bucket/prefix``, ``gs://bucket/prefix``). Options follow a question mark, as pyarrow
has them: ``s3://bucket/prefix?endpoint_override=localhost:9000&scheme=http``.
"""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from posture.batch.places import Place, is_store_uri
from posture.batch.troubles import no_such_place, plain_errors
from posture.errors import PhotoError, SettingsError

if TYPE_CHECKING:
    from pyarrow import fs

__all__ = ["Place", "Store", "StoredFile", "is_store_uri", "open_store", "read_uri"]

ENDPOINTS: Final = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "gs": ("CLOUD_STORAGE_EMULATOR_ENDPOINT", "STORAGE_EMULATOR_HOST"),
}
"""Environment variables that name a server other than the vendor's, the first one wins."""

GCS_RETRY_S: Final = 20
"""The library's own limit is a quarter of an hour, during which nothing is said."""

ATTEMPTS: Final = 5
"""Tries of one S3 request; a busy store answers SLOW_DOWN now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a listing.

    Attributes
    ----------
    name : str
        Path below the listed place, with forward slashes.
    uri : str
        Path or address that :func:`read_uri` opens.
    size : int
        Bytes.
    mtime_ns : int
        Time of the last change, nanoseconds since 1970 (stores keep whole seconds).
    """

    name: str
    uri: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """A folder or prefix that files are listed in, read from and written to."""

    place: Place
    filesystem: fs.FileSystem

    def files(self) -> Iterator[StoredFile]:
        """Yield the files below this place in the order of their paths.

        One directory is held in memory at a time, with those above it: about 0.25 kB per
        entry of the directory.

        Raises
        ------
        SettingsError
            ``no_such_source`` when nothing lies here, or what :func:`plain_errors` says.
        """
        from pyarrow import fs

        top = self._info(self.place.path)
        if top.type == fs.FileType.File:
            yield self._file(top)
            return
        if top.type == fs.FileType.NotFound:
            raise no_such_place(self.place.uri)
        yield from self._below(self.place.path)

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """Return the content of a file.

        Parameters
        ----------
        name : str
            Path below this place.
        max_bytes : int
            More is not read.

        Raises
        ------
        PhotoError
            ``photo_missing``, ``photo_too_large``, ``store_denied``, ``store_unreachable``
            or ``photo_unreadable``.
        """
        return _read(self.filesystem, self._inside(name), max_bytes=max_bytes)

    def exists(self, name: str) -> bool:
        """Return whether there is a file of this name below the place."""
        from pyarrow import fs

        return bool(self._info(self._inside(name).path).type == fs.FileType.File)

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it is there whole or not at all.

        Raises
        ------
        SettingsError
            ``store_denied``, ``store_unreachable``, ``no_such_bucket`` or ``bad_output``.
        """
        target = self._inside(name)
        if self.place.scheme == "file":
            _replace_file(Path(target.path), data)
            return
        with plain_errors(target.uri, fallback="bad_output"):
            with self.filesystem.open_output_stream(target.path) as stream:
                stream.write(data)
            # The object appears with its last byte; a store that lost some must not go unnoticed.
            if self.filesystem.get_file_info(target.path).size != len(data):
                raise SettingsError(
                    f"{target.uri} did not arrive whole: try again.", code="bad_output"
                )

    def _inside(self, name: str) -> Place:
        return self.place.at(f"{self.place.path}/{name}" if name else self.place.path)

    def _info(self, path: str) -> fs.FileInfo:
        with plain_errors(self.place.at(path).uri, fallback="bad_source"):
            return self.filesystem.get_file_info(path)

    def _below(self, folder: str) -> Iterator[StoredFile]:
        from pyarrow import fs

        with plain_errors(self.place.at(folder).uri, fallback="bad_source"):
            entries = self.filesystem.get_file_info(fs.FileSelector(folder, allow_not_found=True))
        for entry in sorted(entries, key=lambda info: str(info.path)):
            if entry.type == fs.FileType.Directory:
                yield from self._below(entry.path)
            elif entry.type == fs.FileType.File and not entry.path.endswith("/"):
                yield self._file(entry)

    def _file(self, info: fs.FileInfo) -> StoredFile:
        name = info.path.removeprefix(self.place.path).lstrip("/") or info.base_name
        return StoredFile(
            name=name,
            uri=self.place.at(info.path).uri,
            size=info.size,
            mtime_ns=info.mtime_ns or 0,
        )


def open_store(location: str) -> Store:
    """Open a folder or a prefix of an object store.

    Parameters
    ----------
    location : str
        Path or address; see :meth:`Place.parse`.

    Raises
    ------
    SettingsError
        ``bad_source`` when it makes no sense, ``no_such_bucket`` or ``store_unreachable``
        when the region of the bucket has to be asked for and is not found.
    """
    place = Place.parse(location)
    return Store(place=place, filesystem=_filesystem(place.scheme, place.bucket, place.options))


def read_uri(uri: str, *, max_bytes: int) -> bytes:
    """Return the content of the file at a path or address.

    Connections are kept, one for each bucket and process.

    Raises
    ------
    PhotoError
        See :meth:`Store.read`.
    SettingsError
        See :func:`open_store`.
    """
    store = open_store(uri)
    return store.read("", max_bytes=max_bytes)


@functools.lru_cache(maxsize=64)
def _filesystem(scheme: str, bucket: str, options: tuple[tuple[str, str], ...]) -> fs.FileSystem:
    from pyarrow import fs

    if scheme == "file":
        return fs.LocalFileSystem()
    chosen = {**_endpoint(scheme), **dict(options)}
    return _s3(bucket, chosen) if scheme == "s3" else _gcs(chosen)


def _s3(bucket: str, options: dict[str, str]) -> fs.FileSystem:
    from pyarrow import fs

    endpoint = options.get("endpoint_override")
    region = options.get("region") or next(
        filter(None, map(os.environ.get, ("AWS_REGION", "AWS_DEFAULT_REGION"))), None
    )
    if region is None and endpoint is None:
        # Without its region a bucket answers with a redirection that is not followed.
        with plain_errors(f"s3://{bucket}", fallback="bad_source"):
            region = fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        anonymous=_is_true(options.get("anonymous")),
        region=region,
        scheme=options.get("scheme", "https"),
        endpoint_override=endpoint,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    )


def _gcs(options: dict[str, str]) -> fs.FileSystem:
    from datetime import timedelta

    from pyarrow import fs

    return fs.GcsFileSystem(
        anonymous=_is_true(options.get("anonymous")),
        scheme=options.get("scheme", "https"),
        endpoint_override=options.get("endpoint_override"),
        retry_time_limit=timedelta(seconds=GCS_RETRY_S),
    )


def _endpoint(scheme: str) -> dict[str, str]:
    """Return host and scheme of the server that the environment names, if any."""
    address = next(filter(None, map(os.environ.get, ENDPOINTS[scheme])), None)
    if address is None:
        return {}
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return {"endpoint_override": parts.netloc, "scheme": parts.scheme}


def _is_true(text: str | None) -> bool:
    return text is not None and text.lower() in {"1", "true", "yes"}


def _read(filesystem: fs.FileSystem, place: Place, *, max_bytes: int) -> bytes:
    with (
        plain_errors(place.uri, fallback="photo_unreadable", photo=True),
        filesystem.open_input_file(place.path) as file,
    ):
        if file.size() > max_bytes:
            raise PhotoError(
                f"{place.uri} is larger than {max_bytes // 2**20} MB: save it as a smaller JPEG.",
                code="photo_too_large",
            )
        return bytes(file.read())


def _replace_file(path: Path, data: bytes) -> None:
    """Write beside the target, force to disk, then take its place."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}.", code="bad_output"
        ) from error
