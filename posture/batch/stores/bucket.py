"""Prefix of an object store: S3 or a compatible server, or Google Cloud Storage."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final, cast
from urllib.parse import urlsplit

from posture.batch.stores.errors import no_such_bucket, no_such_place, plain_errors, too_large
from posture.batch.stores.exact import has_empty_part, objects_below, read_object
from posture.batch.stores.uri import Place, StoredFile
from posture.errors import SettingsError

if TYPE_CHECKING:
    from pyarrow import fs

__all__ = ["Bucket"]

ENDPOINTS: Final = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "gs": ("CLOUD_STORAGE_EMULATOR_ENDPOINT", "STORAGE_EMULATOR_HOST"),
}
"""Environment variables that name a server other than the vendor's; the first one set wins."""

GCS_RETRY_S: Final = 20
"""The library's own limit is a quarter of an hour without any message."""

CHUNK_BYTES: Final = 4 * 2**20

ATTEMPTS: Final = 5
"""Tries of one S3 request; a busy store answers SLOW_DOWN now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Objects below a prefix; methods as in :class:`posture.batch.stores.base.Store`."""

    place: Place

    def files(self) -> Iterator[StoredFile]:
        """Yield the objects below the prefix in the order of their keys, folder by folder."""
        from pyarrow import fs

        if has_empty_part(self.place):
            yield from self._exactly_below()
            return
        top = self._info(self.place)
        if top.type == fs.FileType.File:
            yield self._file(top)
        elif top.type == fs.FileType.Directory:
            yield from self._below(self.place.path)
        elif self._info(self.place.at(self.place.bucket)).type == fs.FileType.NotFound:
            raise no_such_bucket(self.place.uri)
        else:
            raise no_such_place(self.place.uri)

    def names(self, below: str) -> list[str]:
        """Return the sorted names of the objects directly in a subfolder."""
        from pyarrow import fs

        entries = self._list(self.place.below(below).path)
        return sorted(str(info.base_name) for info in entries if info.type == fs.FileType.File)

    def read(self, name: str, *, max_bytes: int | None = None) -> bytes:
        """Return the content of an object."""
        place = self.place.below(name)
        with plain_errors(place.uri, fallback="photo_unreadable", photo=True):
            data = self._read(place, max_bytes)
        if max_bytes is not None and len(data) > max_bytes:
            raise too_large(place.uri, max_bytes)
        return data

    def open(self, name: str) -> BinaryIO:
        """Open an object for reading; only the parts that are read are fetched."""
        place = self.place.below(name)
        with plain_errors(place.uri, fallback="bad_source"):
            if has_empty_part(place):
                return BytesIO(self._read(place, None))
            return cast("BinaryIO", self._files.open_input_file(place.path))

    def exists(self, name: str) -> bool:
        """Return whether there is an object of this name."""
        from pyarrow import fs

        return bool(self._info(self.place.below(name)).type == fs.FileType.File)

    def write(self, name: str, data: bytes) -> None:
        """Write an object, which appears only once complete."""
        place = self.place.below(name)
        with plain_errors(place.uri, fallback="bad_output", doing="written"):
            with self._files.open_output_stream(place.path) as stream:
                stream.write(data)
            if self._files.get_file_info(place.path).size != len(data):
                raise SettingsError(
                    f"{place.uri} did not arrive whole: try again.", code="bad_output"
                )

    def remove(self, name: str) -> None:
        """Remove an object if it exists."""
        place = self.place.below(name)
        if self.exists(name):
            with plain_errors(place.uri, fallback="bad_output", doing="removed"):
                self._files.delete_file(place.path)

    @property
    def _files(self) -> fs.FileSystem:
        return _filesystem(self.place.scheme, self.place.bucket, self.place.options)

    def _read(self, place: Place, max_bytes: int | None) -> bytes:
        """Return the content; of a larger file, more than ``max_bytes`` but maybe not all."""
        if has_empty_part(place):
            return read_object(place, _chosen(place), ATTEMPTS, max_bytes=max_bytes)
        if place.scheme == "s3":  # each read is a request, so the size is queried first
            with self._files.open_input_file(place.path) as file:
                size = file.size()
                return bytes(file.read(size if max_bytes is None else min(size, max_bytes + 1)))
        data = bytearray()
        with self._files.open_input_stream(place.path) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                data += chunk
                if max_bytes is not None and len(data) > max_bytes:
                    break
        return bytes(data)

    def _info(self, place: Place) -> fs.FileInfo:
        with plain_errors(place.uri, fallback="bad_source"):
            return self._files.get_file_info(place.path)

    def _list(self, folder: str, *, deep: bool = False) -> list[fs.FileInfo]:
        from pyarrow import fs

        with plain_errors(self.place.at(folder).uri, fallback="bad_source"):
            selector = fs.FileSelector(folder, allow_not_found=True, recursive=deep)
            return list(self._files.get_file_info(selector))

    def _below(self, folder: str) -> Iterator[StoredFile]:
        from pyarrow import fs

        # pyarrow recognises folders of Google's store only by markers, which few programs write:
        # nothing would be found below a folder without one, so everything is listed at once.
        deep = self.place.scheme == "gs"
        for entry in sorted(self._list(folder, deep=deep), key=lambda info: info.path.split("/")):
            if entry.type == fs.FileType.File and not entry.path.endswith("/"):
                yield self._file(entry)
            elif entry.type == fs.FileType.Directory and not deep:
                if entry.path.rstrip("/") == folder:
                    yield from self._beyond_empty_part(folder)
                else:
                    yield from self._below(entry.path)

    def _beyond_empty_part(self, folder: str) -> Iterator[StoredFile]:
        """Yield the objects whose keys go on with an empty part, such as ``folder//side.jpg``.

        pyarrow lists them only together with everything else below the folder.
        """
        from pyarrow import fs

        for entry in sorted(self._list(folder, deep=True), key=lambda info: info.path.split("/")):
            beyond = entry.path.startswith(f"{folder}//") and not entry.path.endswith("/")
            if beyond and entry.type == fs.FileType.File:
                yield self._file(entry)

    def _exactly_below(self) -> Iterator[StoredFile]:
        """Yield the objects at a place that pyarrow does not open."""
        with plain_errors(self.place.uri, fallback="bad_source"):
            found = list(objects_below(self.place, _chosen(self.place), ATTEMPTS))
        if not found:
            raise no_such_place(self.place.uri)
        for entry in sorted(found, key=lambda entry: entry.path.split("/")):
            name = entry.path.removeprefix(f"{self.place.path}/")
            yield StoredFile(
                name=entry.path.rpartition("/")[2] if entry.path == self.place.path else name,
                uri=self.place.at(entry.path).uri,
                size=entry.size,
                mtime_ns=int(entry.changed.timestamp()) * 10**9,
            )

    def _file(self, info: fs.FileInfo) -> StoredFile:
        return StoredFile(
            # One slash only: "a//b.jpg" and "a/b.jpg" are two photos.
            name=info.path.removeprefix(self.place.path).removeprefix("/") or info.base_name,
            uri=self.place.at(info.path).uri,
            size=info.size,
            mtime_ns=info.mtime_ns or 0,
        )


@functools.lru_cache(maxsize=64)
def _filesystem(scheme: str, bucket: str, options: tuple[tuple[str, str], ...]) -> fs.FileSystem:
    """Return the connection of this process to a bucket."""
    chosen = _chosen(Place(scheme=scheme, path=bucket, options=options))
    return _s3(bucket, chosen) if scheme == "s3" else _gcs(chosen)


def _chosen(place: Place) -> dict[str, str]:
    """Return the options of an address, with the server that the environment names."""
    return {**_endpoint(place.scheme), **dict(place.options)}


def _s3(bucket: str, options: dict[str, str]) -> fs.FileSystem:
    from pyarrow import fs

    endpoint = options.get("endpoint_override")
    named = (options.get("region"), *map(os.environ.get, ("AWS_REGION", "AWS_DEFAULT_REGION")))
    region = next(filter(None, named), None)
    if region is None and endpoint is None:
        # Without its region, a bucket answers with a redirect that is not followed.
        with plain_errors(f"s3://{bucket}", fallback="bad_source"):
            region = fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        anonymous=_is_true(options.get("anonymous")),
        region=region,
        scheme=options.get("scheme", "https"),
        endpoint_override=endpoint,
        # Then a small object takes one request instead of three.
        allow_delayed_open=True,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    )


def _gcs(options: dict[str, str]) -> fs.FileSystem:
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
