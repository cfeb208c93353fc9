"""Parsed paths and addresses of photos and results."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from posture.errors import SettingsError

__all__ = ["STORES", "STORE_ADDRESS", "Place", "StoredFile", "is_store_uri"]

STORES: Final[Mapping[str, str]] = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account",
}
"""Schemes of object stores, each with how to give it keys."""

STORE_ADDRESS: Final = " or ".join(f"{scheme}://" for scheme in STORES)
"""What an address in an object store begins with, as sentences say it."""

SCHEMES: Final = {**{scheme: scheme for scheme in STORES}, "gcs": "gs", "file": "file"}
OPTIONS: Final = frozenset({"anonymous", "endpoint_override", "region", "scheme"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A parsed path or address.

    Attributes
    ----------
    scheme : {"file", "s3", "gs"}
    path : str
        Absolute folder, or ``bucket/key``; without a trailing slash.
    options : tuple of (str, str)
        Options of the address, in alphabetical order.
    """

    scheme: str
    path: str
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a path or an address.

        Keys are verbatim: ``%20`` is not decoded in ``s3://`` and ``gs://``, as in the stores'
        own tools.

        Raises
        ------
        SettingsError
            ``bad_source`` for another scheme or an address without a bucket.
        """
        scheme, colon, rest = text.partition("://")
        if not colon:
            return cls(scheme="file", path=_absolute(text))
        if scheme not in SCHEMES:
            raise SettingsError(
                f"{text} cannot be opened: give a folder or an address with {STORE_ADDRESS}.",
                code="bad_source",
            )
        if scheme == "file":
            return cls(scheme="file", path=unquote(urlsplit(text).path, errors="surrogateescape"))
        path, options = _split_options(rest)
        path = path.rstrip("/")
        if not path or path.startswith("/"):
            raise SettingsError(
                f"{text} names no bucket: write {scheme}://bucket/prefix.", code="bad_source"
            )
        return cls(scheme=SCHEMES[scheme], path=path, options=options)

    @property
    def uri(self) -> str:
        """The place as a string for :meth:`parse`; always valid text."""
        if self.scheme == "file":
            return self.path if _is_text(self.path) else Path(self.path).as_uri()
        query = f"?{urlencode(self.options)}" if self.options else ""
        return f"{self.scheme}://{self.path}{query}"

    @property
    def bucket(self) -> str:
        """Bucket, the first part of the path."""
        return self.path.split("/", 1)[0]

    def at(self, path: str) -> Place:
        """Return another path in the same store."""
        return Place(scheme=self.scheme, path=path, options=self.options)

    def below(self, name: str) -> Place:
        """Return the place of the relative ``name`` below this one; itself for ""."""
        return self.at(f"{self.path}/{name}") if name else self


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a listing.

    Attributes
    ----------
    name : str
        Path below the listed place, with forward slashes; bytes that are not text are escaped.
    uri : str
        Path or address for :func:`posture.batch.stores.base.read_uri`.
    size : int
        Bytes.
    mtime_ns : int
        Time of the last change, nanoseconds since 1970 (object stores keep whole seconds).
    """

    name: str
    uri: str
    size: int
    mtime_ns: int


def is_store_uri(text: str) -> bool:
    """Return whether ``text`` is an address in an object store."""
    return any(text.startswith(f"{scheme}://") for scheme in SCHEMES if scheme != "file")


def _absolute(text: str) -> str:
    # Not Path.resolve: a linked folder keeps the name that the user gave.
    return os.path.abspath(text)  # noqa: PTH100


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _split_options(rest: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Cut known options off the end; any other question mark belongs to the key."""
    path, mark, query = rest.rpartition("?")
    pairs = tuple(sorted(parse_qsl(query)))
    if mark and pairs and {name for name, _ in pairs} <= OPTIONS:
        return path, pairs
    return rest, ()
