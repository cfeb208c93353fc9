"""Connections to the client file, and its errors in one sentence each."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from posture.clients import library
from posture.clients.errors import ClientsError
from posture.clients.leftovers import workplace
from posture.clients.library import Identity, database_errors, error_kind, identity
from posture.clients.passphrase import Passphrase
from posture.clients.schema import check_identity, migrate
from posture.clients.shares import locks_files
from posture.messages import message
from posture.settings import data_dir

FILE_NAME: Final = "clients.sqlite"

BUSY_MS: Final = 15_000
"""Longest wait for another program's save, which takes milliseconds."""

RETRY_S: Final = 0.01


class _ReplacedError(Exception):
    """The file was replaced, as by encrypting it, while this connection waited for a lock."""


def default_path() -> Path:
    """Return the default location of the client file."""
    return data_dir() / FILE_NAME


@contextmanager
def opened(path: Path, passphrase: Passphrase | None = None) -> Iterator[sqlite3.Connection]:
    """Open the client file for one task; created if there is none.

    Raises
    ------
    ClientsError
        See :func:`plain_errors`, :func:`connection` and
        :func:`posture.clients.schema.migrate`.
    """
    with plain_errors(path):
        _prepare(path, passphrase)
        with connection(path, passphrase) as db:
            migrate(db)
            yield db


@contextmanager
def transaction(path: Path, passphrase: Passphrase | None = None) -> Iterator[sqlite3.Connection]:
    """Open the client file for changes that are applied all together or not at all."""
    with opened(path, passphrase) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            # After a full disk SQLite has already rolled back.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


@contextmanager
def connection(path: Path, passphrase: Passphrase | None = None) -> Iterator[sqlite3.Connection]:
    """Connect with the settings that durability and deletion depend on.

    Raises
    ------
    ClientsError
        ``not_a_client_file`` or ``newer_client_file``; the file is then left untouched.
        ``passphrase_needed`` or ``wrong_passphrase`` for an encrypted one; ``no_locks``.
    """
    while True:
        try:
            with library.start_of(path) as (file, start):
                db = library.connect(path, start, passphrase)
                with closing(db):
                    _set_up(db, path, file)
                    yield db
        except _ReplacedError:
            continue
        return


def _set_up(db: sqlite3.Connection, path: Path, file: Identity) -> None:
    """Apply the settings, waiting as long as for any other lock.

    While another program creates or removes the file's log, SQLite reports the file as locked
    instead of waiting.
    """
    db.text_factory = _text
    limit, probed = monotonic() + BUSY_MS / 1000, False
    while True:
        try:
            # Must come first: the next lines would modify a database of another program.
            _check(db, path, file)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA journal_mode = WAL")
            # FULL: anything reported as saved survives a power cut.
            db.execute("PRAGMA synchronous = FULL")
            # Temporary tables on disk would keep deleted data.
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        except database_errors() as error:
            if error_kind(error) != sqlite3.SQLITE_BUSY or monotonic() > limit:
                raise
            if not probed:
                probed = True
                _require_locks(path)
            sleep(RETRY_S)
        else:
            return


def _check(db: sqlite3.Connection, path: Path, file: Identity) -> None:
    """Refuse what is not our file, and a file that another one has replaced meanwhile.

    The log is found by name: going on with the replaced file would use the log of the new one.
    """
    try:
        check_identity(db)
    except database_errors() as error:
        if error_kind(error) == sqlite3.SQLITE_NOTADB:
            if identity(path) != file:
                raise _ReplacedError from error
            if not isinstance(db, sqlite3.Connection):
                raise ClientsError(
                    "This passphrase does not open the client file: type it again; capitals and "
                    "spaces count. Nothing was changed.",
                    code="wrong_passphrase",
                ) from error
        raise
    if identity(path) != file:
        raise _ReplacedError


def _text(stored: bytes) -> str:
    """Read text leniently: one damaged letter must not hide all clients."""
    return stored.decode("utf-8", errors="replace")


def scrub(path: Path, passphrase: Passphrase | None = None) -> bool:
    """Remove deleted bytes from the file's log; return whether that succeeded.

    Freed pages are zeroed on deletion, but the log keeps them until it is copied back and
    truncated, which another program reading an old state prevents.
    """
    with opened(path, passphrase) as db:
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def erase(path: Path, passphrase: Passphrase | None = None) -> None:
    """Remove deleted bytes from the file's log.

    Raises
    ------
    ClientsError
        ``erase_waits`` when another program keeps reading an old state.
    """
    if not scrub(path, passphrase):
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
    except OSError as error:
        raise ClientsError(
            f"The client file {path} cannot be used: {error.strerror}. "
            "Name another place with --data or POSTURE_DATA.",
            code="bad_client_file",
        ) from error
    except UnicodeEncodeError as error:
        raise ClientsError(
            "There are characters in it that are no text; nothing was saved. Type it again.",
            code="bad_text",
        ) from error
    except database_errors() as error:
        raise _plain_error(path, error) from error


def create(path: Path, passphrase: Passphrase | None) -> None:
    """Create an empty client file under a name that nobody else knows yet."""
    path.touch(mode=0o600)
    with closing(library.create(path, passphrase)) as db:
        migrate(db)


def _prepare(path: Path, passphrase: Passphrase | None) -> None:
    """Create the folder and the file, readable by their owner only."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and (passphrase is None or path.stat().st_size):
        return
    if passphrase is None:
        # SQLite gives its log and index the access rights of the file.
        path.touch(mode=0o600)
        return
    with workplace(path) as folder:
        part = folder / FILE_NAME
        create(part, passphrase)
        _publish(part, path)


def _publish(part: Path, path: Path) -> None:
    """Give a new file its name, unless another program was faster: both then use that one's."""
    if path.exists() and not path.stat().st_size:
        part.replace(path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        return
    except OSError:
        # Memory cards and the like know no second names.
        part.replace(path)


def _require_locks(path: Path) -> None:
    if not locks_files(path.parent):
        raise ClientsError(
            message(
                "The client file lies on a network share, or on another disk that does not lock "
                "files, so nothing was saved: move it to a folder on this computer, and name that "
                "with --data or POSTURE_DATA. ({path})",
                path=str(path),
            ),
            code="no_locks",
        )


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

_MAYBE_NO_LOCKS: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CANTOPEN}
)
"""What SQLite reports where a lock or the shared memory of the log is refused."""


def _plain_error(path: Path, error: BaseException) -> ClientsError:
    kind = error_kind(error)
    if kind in _MAYBE_NO_LOCKS and path.parent.is_dir():
        try:
            _require_locks(path)
        except ClientsError as refusal:
            return refusal
    code, sentence = _ERRORS.get(
        kind, ("bad_client_file", f"The client file {path} cannot be used: {error}.")
    )
    return ClientsError(sentence, code=code)
