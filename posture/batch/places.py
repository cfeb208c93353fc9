"""Where photos and results lie: the taken-apart form of a path or an address."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from posture.errors import SettingsError

__all__ = ["Place", "is_store_uri"]

SCHEMES: Final = {"s3": "s3", "gs": "gs", "gcs": "gs", "file": "file"}
OPTIONS: Final = frozenset({"anonymous", "endpoint_override", "region", "scheme"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something lies: the taken-apart form of a path or an address.

    Attributes
    ----------
    scheme : {"file", "s3", "gs"}
    path : str
        Absolute folder, or ``bucket/key``; without a slash at the end.
    options : tuple of (str, str)
        Of the address, in alphabetic order.
    """

    scheme: str
    path: str
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a path or an address apart.

        Keys are taken as they are: ``%20`` stands for itself in ``s3://`` and ``gs://``, as
        the stores' own tools have it.

        Raises
        ------
        SettingsError
            ``bad_source`` for another scheme or an address without a bucket.
        """
        scheme, colon, rest = text.partition("://")
        if not colon:
            return cls(scheme="file", path=os.path.abspath(text))  # noqa: PTH100 - no symlinks followed
        if scheme not in SCHEMES:
            raise SettingsError(
                f"{text} cannot be opened: give a folder or an address with s3:// or gs://.",
                code="bad_source",
            )
        if scheme == "file":
            return cls(scheme="file", path=unquote(urlsplit(text).path))
        path, options = _split_options(rest)
        path = path.rstrip("/")
        if not path or path.startswith("/"):
            raise SettingsError(
                f"{text} names no bucket: write {scheme}://bucket/prefix.", code="bad_source"
            )
        return cls(scheme=SCHEMES[scheme], path=path, options=options)

    @property
    def uri(self) -> str:
        """The place as one string that :meth:`parse` reads."""
        if self.scheme == "file":
            return self.path
        query = f"?{urlencode(self.options)}" if self.options else ""
        return f"{self.scheme}://{self.path}{query}"

    @property
    def bucket(self) -> str:
        """First part of the path."""
        return self.path.split("/", 1)[0]

    def at(self, path: str) -> Place:
        """Return another path of the same store."""
        return Place(scheme=self.scheme, path=path, options=self.options)


def is_store_uri(text: str) -> bool:
    """Return whether ``text`` is an address in an object store."""
    return text.partition("://")[0] in {"s3", "gs", "gcs"} and "://" in text


def _split_options(rest: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Cut known options off the end; any other question mark belongs to the key."""
    path, mark, query = rest.rpartition("?")
    pairs = tuple(sorted(parse_qsl(query)))
    if mark and pairs and {name for name, _ in pairs} <= OPTIONS:
        return path, pairs
    return rest, ()
