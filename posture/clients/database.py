"""Connections to the client file, and its errors in one sentence each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from posture.clients.errors import ClientsError
from posture.clients.schema import check_identity, migrate
from posture.settings import data_dir

FILE_NAME: Final = "clients.sqlite"

BUSY_MS: Final = 15_000
"""Longest wait for another program's save, which takes milliseconds."""

RETRY_S: Final = 0.01


def default_path() -> Path:
    """Return the default location of the client file."""
    return data_dir() / FILE_NAME


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the client file for one task; created if there is none.

    Raises
    ------
    ClientsError
        See :func:`plain_errors` and :func:`posture.clients.schema.migrate`.
    """
    with plain_errors(path):
        _prepare_folder(path)
        with closing(connect(path)) as db:
            migrate(db)
            yield db


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the client file for changes that are applied all together or not at all."""
    with opened(path) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            # After a full disk SQLite has already rolled back.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection with the settings that durability and deletion depend on.

    Raises
    ------
    ClientsError
        ``not_a_client_file`` or ``newer_client_file``; the file is then left untouched.
    """
    db = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        _set_up(db)
    except BaseException:
        db.close()
        raise
    return db


def _set_up(db: sqlite3.Connection) -> None:
    """Apply the settings, waiting as long as for any other lock.

    While another program creates or removes the file's log, SQLite reports the file as locked
    instead of waiting.
    """
    limit = monotonic() + BUSY_MS / 1000
    while True:
        try:
            # Must come first: the next lines would modify a database of another program.
            check_identity(db)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA journal_mode = WAL")
            # FULL: anything reported as saved survives a power cut.
            db.execute("PRAGMA synchronous = FULL")
            # Temporary tables on disk would keep deleted data.
            db.execute("PRAGMA temp_store = MEMORY")
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or monotonic() > limit:
                raise
            sleep(RETRY_S)
        else:
            return


def scrub(path: Path) -> bool:
    """Remove deleted bytes from the file's log; return whether that succeeded.

    Freed pages are zeroed on deletion, but the log keeps them until it is copied back and
    truncated, which another program reading an old state prevents.
    """
    with opened(path) as db:
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def erase(path: Path) -> None:
    """Remove deleted bytes from the file's log.

    Raises
    ------
    ClientsError
        ``erase_waits`` when another program keeps reading an old state.
    """
    if not scrub(path):
        raise ClientsError(
            "It is deleted, but traces stay in the file's log until every other program that "
            "has the client file open is closed.",
            code="erase_waits",
        )


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the disk into one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise _plain_error(path, error) from error
    except OSError as error:
        raise ClientsError(
            f"The client file {path} cannot be used: {error.strerror}. "
            "Name another place with --data or POSTURE_DATA.",
            code="bad_client_file",
        ) from error


def _prepare_folder(path: Path) -> None:
    """Create the folder and the file, readable by their owner only."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its log and index the access rights of the file.
    if not path.exists():
        path.touch(mode=0o600)


_ERRORS: Final[Mapping[int, tuple[str, str]]] = {
    sqlite3.SQLITE_FULL: (
        "disk_full",
        "The disk is full, so nothing was saved; what was there before is unchanged. "
        "Make room and save again.",
    ),
    sqlite3.SQLITE_BUSY: (
        "client_file_busy",
        "Another program is writing to the client file; nothing was saved. Try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "client_file_busy",
        "Another program is writing to the client file; nothing was saved. Try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "client_file_read_only",
        "The client file may not be written to; nothing was saved. Check its access rights.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "not_a_client_file",
        "This is not a client file of posture: name another one, or restore a backup.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "damaged_client_file",
        "The client file is damaged: restore a backup with posture clients restore.",
    ),
    sqlite3.SQLITE_IOERR: (
        "disk_failed",
        "The disk could not be read or written; nothing was saved. Check its free space.",
    ),
}


def _plain_error(path: Path, error: sqlite3.Error) -> ClientsError:
    # The low byte is the kind of error, the rest its subtype.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    code, sentence = _ERRORS.get(
        kind, ("bad_client_file", f"The client file {path} cannot be used: {error}.")
    )
    return ClientsError(sentence, code=code)
