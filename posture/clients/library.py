"""The two SQLite libraries: Python's own for plain client files, SQLCipher for encrypted ones.

POSIX drops every lock that a process holds on a file as soon as it closes any descriptor of it. So
each client file is opened by one library only, and its first bytes, which tell which one, are read
only while this process has no connection to it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, cast

from posture.clients.errors import ClientsError
from posture.clients.passphrase import SALT_BYTES, Passphrase

PLAIN_START: Final = b"SQLite format 3\0"
ZIP_START: Final = b"PK\x03\x04"
"""Packed files look random, too."""

PAGE_BYTES: Final = 4096
RANDOM_VALUES: Final = 240
"""An encrypted page looks random: of the 256 values of a byte, 4,096 random ones leave out one in
ten million. Text, zeros and most damaged files have far fewer."""

Identity = tuple[int, int]
"""Device and inode, which tell a file from another of the same name."""


@dataclass(slots=True)
class _Known:
    start: bytes
    users: int = 0


_LOCK: Final = Lock()
_KNOWN: Final[dict[Identity, _Known]] = {}


def identity(path: Path) -> Identity | None:
    """Return which file the path names at present, or ``None``."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def start_of(path: Path) -> Iterator[tuple[Identity, bytes]]:
    """Yield a file's identity and first page, which stay known while it is in use here."""
    with _LOCK:
        found = path.stat()
        key = (found.st_dev, found.st_ino)
        if key not in _KNOWN:
            with path.open("rb") as file:
                _KNOWN[key] = _Known(file.read(PAGE_BYTES))
        _KNOWN[key].users += 1
        start = _KNOWN[key].start
    try:
        yield key, start
    finally:
        with _LOCK:
            _KNOWN[key].users -= 1
            if not _KNOWN[key].users:
                del _KNOWN[key]


def is_encrypted(path: Path) -> bool:
    """Return whether there is a client file that asks for a passphrase."""
    if not path.is_file():
        return False
    with start_of(path) as (_, start):
        return looks_encrypted(start)


def looks_encrypted(start: bytes) -> bool:
    """Return whether a file with this first page is an encrypted one."""
    return (
        not start.startswith((PLAIN_START, ZIP_START))
        and len(start) == PAGE_BYTES
        and len(set(start)) >= RANDOM_VALUES
    )


def connect(path: Path, start: bytes, passphrase: Passphrase | None) -> sqlite3.Connection:
    """Connect by the library that the file's first page asks for.

    Parameters
    ----------
    start : bytes
        From :func:`start_of`.

    Raises
    ------
    ClientsError
        ``passphrase_needed``.
    """
    if not looks_encrypted(start):
        return _plain(path)
    if passphrase is None:
        raise ClientsError(
            "The client file is encrypted: type its passphrase.", code="passphrase_needed"
        )
    return encrypted(path, passphrase, start[:SALT_BYTES])


def create(path: Path, passphrase: Passphrase | None) -> sqlite3.Connection:
    """Connect to a new file that nobody else knows of yet, encrypted if there is a passphrase."""
    if passphrase is None:
        return _plain(path)
    return encrypted(path, passphrase, os.urandom(SALT_BYTES))


def encrypted(path: Path, passphrase: Passphrase, salt: bytes) -> sqlite3.Connection:
    """Connect by SQLCipher, which has the interface of Python's own library."""
    from sqlcipher3 import dbapi2

    db = cast(
        "sqlite3.Connection", dbapi2.connect(os.fspath(path), timeout=0, isolation_level=None)
    )
    try:
        db.row_factory = dbapi2.Row
        # By itself the library prints to stderr what goes wrong.
        db.execute("PRAGMA cipher_log_level = NONE")
        db.execute(f"PRAGMA key = \"x'{passphrase.key(salt).hex()}{salt.hex()}'\"")
    except BaseException:
        db.close()
        raise
    return db


def database_errors() -> tuple[type[Exception], ...]:
    """Return the base errors of the libraries in use; SQLCipher's is one of its own."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error,) if loaded is None else (sqlite3.Error, loaded.Error)


def error_kind(error: BaseException) -> int:
    """Return SQLite's primary result code of an error; the rest of the number is its subtype."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _plain(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=0, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db
