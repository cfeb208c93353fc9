"""Change of the passphrase: to encrypt a client file, to encrypt it anew, or to decrypt it.

A new file is filled beside the old one, checked, and takes its place in one step, while nobody else
can open the old one. A crash at any moment leaves the one or the other, whole.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from posture.clients import database
from posture.clients.database import FILE_NAME, connection, opened, plain_errors
from posture.clients.errors import ClientsError
from posture.clients.leftovers import workplace
from posture.clients.library import database_errors, error_kind
from posture.clients.passphrase import Passphrase
from posture.clients.store import ClientStore

TABLES: Final = ("clients", "consents", "visits", "shots", "pictures", "answers", "settings")
"""In the order in which their rows refer to each other."""

BLOCK: Final = 1 << 20


def change_passphrase(store: ClientStore, new: Passphrase | None) -> ClientStore:
    """Encrypt the client file with a new passphrase, or decrypt it (``None``).

    Returns
    -------
    ClientStore
        The store to go on with.

    Raises
    ------
    ClientsError
        See :func:`posture.clients.database.opened`; ``client_file_open`` while another program
        has the file open. The old file then stays as it was.
    """
    replace_content(store, new)
    return ClientStore(store.path, owner=store.owner, passphrase=new)


def replace_content(
    store: ClientStore, passphrase: Passphrase | None, content: sqlite3.Connection | None = None
) -> None:
    """Replace the client file by one with this passphrase.

    Parameters
    ----------
    content : sqlite3.Connection, optional
        A client file of the present version with what the new one is to hold; what the present
        one holds if not given.

    Raises
    ------
    ClientsError
        See :func:`change_passphrase`.
    """
    with plain_errors(store.path):
        # Makes the file if there is none, refuses a wrong passphrase early, and leaves little in
        # the log to write back while others wait.
        store.scrub()
        with workplace(store.path) as folder:
            part = folder / FILE_NAME
            with _held(store) as db:
                fill(part, content or db, passphrase)
                if sys.platform != "win32":
                    _take_place(part, store.path)
            if sys.platform == "win32":
                # An open file cannot be replaced there: whoever opens it now stops this.
                part.replace(store.path)


def fill(part: Path, source: sqlite3.Connection, passphrase: Passphrase | None) -> None:
    """Fill a new client file with everything that another one holds, and check it."""
    database.create(part, passphrase)
    with connection(part, passphrase) as target:
        target.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            _copy(source, target, table)
        target.execute("COMMIT")
        _check(source, target)
        # One file without a log, which can be renamed.
        target.execute("PRAGMA journal_mode = DELETE")
    _sync(part)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608
    marks = ", ".join("?" for _ in rows.description)
    names = ", ".join(column[0] for column in rows.description)
    target.executemany(
        f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
        map(tuple, rows),
    )


def _check(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    sound = [row[0] for row in target.execute("PRAGMA integrity_check")] == ["ok"]
    same = all(_count(source, table) == _count(target, table) for table in TABLES)
    if not sound or not same or target.execute("PRAGMA foreign_key_check").fetchone():
        raise ClientsError(
            "The client file is damaged: restore a backup with posture clients restore.",
            code="damaged_client_file",
        )


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


@contextmanager
def _held(store: ClientStore) -> Iterator[sqlite3.Connection]:
    """Open the file so that nobody else can read, write or open it, and without a log.

    The log is found by name, so an old one must not be left for the new file.
    """
    with opened(store.path, store.passphrase) as db:
        db.execute("PRAGMA busy_timeout = 0")
        limit = monotonic() + database.BUSY_MS / 1000
        while not _holds(db):
            if monotonic() > limit:
                raise ClientsError(
                    "Another program has the client file open: close it, and try again. Nothing "
                    "was changed.",
                    code="client_file_open",
                )
            sleep(database.RETRY_S)
        try:
            yield db
        finally:
            db.execute("ROLLBACK")


def _holds(db: sqlite3.Connection) -> bool:
    try:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
    except database_errors() as error:
        if error_kind(error) != sqlite3.SQLITE_BUSY:
            raise
        return False
    # Another program may have brought the log back in between.
    if db.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        return True
    db.execute("ROLLBACK")
    return False


def _take_place(part: Path, path: Path) -> None:
    """Replace the file, and overwrite the old one, whose content would stay on the disk.

    Whoever waits for the old file finds zeros in it, and opens the new one.
    """
    with path.open("r+b") as old:
        size = os.fstat(old.fileno()).st_size
        part.replace(path)
        for start in range(0, size, BLOCK):
            old.write(bytes(min(BLOCK, size - start)))
        old.flush()
        os.fsync(old.fileno())
    _sync_folder(path.parent)


def _sync(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
