"""One interface to folders and object stores: list, read and write.

A place is a folder (``/photos``, ``file:///photos``) or a prefix in a bucket
(``s3://bucket/prefix``, ``gs://bucket/prefix``). Options follow a question mark, as in
pyarrow: ``s3://bucket/prefix?endpoint_override=localhost:9000&scheme=http``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from posture.batch.stores.bucket import Bucket
from posture.batch.stores.folder import Folder
from posture.batch.stores.uri import Place, StoredFile, is_store_uri

__all__ = ["Place", "Store", "StoredFile", "is_store_uri", "open_store", "read_uri"]


class Store(Protocol):
    """A folder or prefix: lists, reads and writes its files.

    Names are relative to it, with ``/`` between parts. A store may be sent to another process.
    """

    @property
    def place(self) -> Place:
        """Location of the store."""
        ...

    def files(self) -> Iterator[StoredFile]:
        """Yield the files below it in the order of their paths, folder by folder.

        Only the folder being read, and those above it, are held in memory: about 0.25 kB per
        entry.

        Raises
        ------
        SettingsError
            ``no_such_source`` if nothing is here, ``no_such_bucket``, ``store_denied``,
            ``store_unreachable``, ``store_region`` or ``bad_source``.
        """
        ...

    def names(self, below: str) -> list[str]:
        """Return the sorted names of the files directly in a subfolder; "" for the top.

        Empty if there is no such subfolder.
        """
        ...

    def read(self, name: str, *, max_bytes: int | None = None) -> bytes:
        """Return the content of a file.

        Parameters
        ----------
        name : str
        max_bytes : int, optional
            Limit above which a file is not read.

        Raises
        ------
        PhotoError
            ``photo_missing``, ``photo_too_large``, ``store_denied``, ``store_unreachable``
            or ``photo_unreadable``.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading, seekable.

        Raises
        ------
        SettingsError
            ``no_such_source`` if there is none; else as :meth:`files`.
        """
        ...

    def exists(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically: complete or not at all.

        Raises
        ------
        SettingsError
            ``bad_output`` (a full disk, for instance), ``no_such_bucket``, ``store_denied``
            or ``store_unreachable``.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a file if it exists."""
        ...


def open_store(location: str) -> Store:
    """Open a folder or a prefix of an object store; nothing is accessed yet.

    Parameters
    ----------
    location : str
        Path or address.

    Raises
    ------
    SettingsError
        ``bad_source`` if the address is malformed.
    """
    place = Place.parse(location)
    return Folder(place=place) if place.scheme == "file" else Bucket(place=place)


def read_uri(uri: str, *, max_bytes: int | None = None) -> bytes:
    """Return the content of the file at a path or address.

    Connections are cached, one for each bucket and process.

    Raises
    ------
    PhotoError
        See :meth:`Store.read`.
    SettingsError
        ``bad_source`` if the address is malformed.
    """
    return open_store(uri).read("", max_bytes=max_bytes)
