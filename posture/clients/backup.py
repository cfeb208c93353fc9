"""Backup and restore of the whole client file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from posture.clients.database import connect, opened, plain_errors, scrub
from posture.clients.errors import ClientsError
from posture.clients.model import LOCAL_OWNER
from posture.clients.new_files import new_file
from posture.clients.schema import migrate, version_of
from posture.clients.store import ClientStore
from posture.messages import message

PAGES_AT_ONCE: Final = -1
"""All pages of a restore in one step: other programs see the old file or the new one."""

_UNUSABLE: Final = frozenset({"damaged_client_file", "not_a_client_file", "newer_client_file"})


def backup(store: ClientStore, target: Path) -> Path:
    """Write the whole client file, with all owners, to a new file.

    Parameters
    ----------
    target : Path
        A new file, or a folder, where the file is named after the day.

    Returns
    -------
    Path
        The file, without any trace of deleted data.

    Raises
    ------
    ClientsError
        ``not_yours`` for a store of one signed-in owner, ``file_exists`` or ``bad_output``.
    """
    _require_local(store)
    if target.is_dir():
        target = target / f"posture-clients-{datetime.now():%Y-%m-%d}.sqlite"
    with new_file(target) as part, opened(store.path) as db:
        db.execute("VACUUM INTO ?", (str(part),))
    return target


def restore(store: ClientStore, source: Path) -> Path | None:
    """Replace the client file with a backup.

    The backup is checked first and migrated to the present version. The replaced file is kept
    beside it.

    Parameters
    ----------
    source : Path
        A file written by :func:`backup` of this or an earlier version.

    Returns
    -------
    Path or None
        Path of the replaced file; ``None`` if there was none.

    Raises
    ------
    ClientsError
        ``not_yours``, ``bad_backup``, ``newer_client_file`` or ``bad_output``.
    """
    _require_local(store)
    if store.path.exists() and source.exists() and source.samefile(store.path):
        raise ClientsError(
            "This is the client file itself: name the backup to restore.", code="bad_backup"
        )
    with _checked_copy(source, store.path) as copy:
        kept = _keep_aside(store)
        with (
            opened(store.path) as db,
            closing(sqlite3.connect(copy, isolation_level=None)) as content,
        ):
            content.backup(db, pages=PAGES_AT_ONCE)
    scrub(store.path)
    return kept


@contextmanager
def _checked_copy(source: Path, beside: Path) -> Iterator[Path]:
    """Copy a backup, check the copy and migrate it to the present version."""
    with plain_errors(beside), tempfile.TemporaryDirectory(prefix="posture-restore-") as folder:
        copy = Path(folder) / "copy.sqlite"
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise ClientsError(
                f"{source} cannot be read: {error.strerror}.", code="bad_backup"
            ) from error
        _check(copy, source.name)
        yield copy


def _check(copy: Path, name: str) -> None:
    try:
        with closing(connect(copy)) as db:
            empty = version_of(db) == 0
            sound = [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
            if empty or not sound or db.execute("PRAGMA foreign_key_check").fetchone():
                raise _bad(name)
            migrate(db)
            # Back to a single file: the next copy must not miss pages still in the log.
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise _bad(name) from error


def _bad(name: str) -> ClientsError:
    return ClientsError(
        message(
            "{name} is not a whole backup of a client file: name another one. Nothing was changed.",
            name=name,
        ),
        code="bad_backup",
    )


def _keep_aside(store: ClientStore) -> Path | None:
    """Keep the present file under another name, even if it can no longer be read."""
    path = store.path
    if not path.exists():
        return None
    kept = path.with_name(f"{path.stem}-before-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
    try:
        return backup(store, kept)
    except ClientsError as error:
        if error.code not in _UNUSABLE:
            raise
    # SQLite would replay an old log into the new file.
    for ending in ("-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(kept.with_name(kept.name + ending))
    return path.replace(kept)


def _require_local(store: ClientStore) -> None:
    if store.owner != LOCAL_OWNER:
        raise ClientsError(
            "The client file holds clients of others too: whoever runs the server backs it up. "
            "Export single clients instead.",
            code="not_yours",
        )
