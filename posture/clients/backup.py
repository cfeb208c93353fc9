"""Backup and restore of the whole client file."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from posture.clients.database import connection, plain_errors
from posture.clients.encryption import fill, replace_content
from posture.clients.errors import ClientsError
from posture.clients.leftovers import workplace
from posture.clients.library import database_errors, is_encrypted
from posture.clients.model import LOCAL_OWNER
from posture.clients.new_files import new_file
from posture.clients.passphrase import Passphrase
from posture.clients.schema import migrate, version_of
from posture.clients.store import ClientStore
from posture.messages import message

PAGES_AT_ONCE: Final = -1
"""All pages of a restore in one step: other programs see the old file or the new one."""

_UNUSABLE: Final = frozenset({"damaged_client_file", "not_a_client_file", "newer_client_file"})
"""A present file with such an error cannot be copied; it is kept under another name."""


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
    # Opened first: without its passphrase there is nothing to write.
    with store.opened() as db, new_file(target, noted_at=store.path) as part:
        db.execute("VACUUM INTO ?", (str(part),))
    return target


def restore(
    store: ClientStore, source: Path, *, passphrase: Passphrase | None = None
) -> Path | None:
    """Replace the client file with a backup.

    The backup is checked first and migrated to the present version. The replaced file is kept
    beside it. The result is encrypted if the client file or the backup is: with the passphrase of
    the client file, or else with that of the backup.

    Parameters
    ----------
    source : Path
        A file written by :func:`backup` of this or an earlier version.
    passphrase : Passphrase, optional
        That of an encrypted backup, if it is not that of the store.

    Returns
    -------
    Path or None
        Path of the replaced file; ``None`` if there was none.

    Raises
    ------
    ClientsError
        ``not_yours``, ``bad_backup``, ``newer_client_file`` or ``bad_output``;
        ``passphrase_needed`` or ``wrong_passphrase`` for the backup.
    """
    _require_local(store)
    if store.path.exists() and source.exists() and source.samefile(store.path):
        raise ClientsError(
            "This is the client file itself: name the backup to restore.", code="bad_backup"
        )
    with plain_errors(store.path), _folder(store.path) as folder:
        copy = folder / "copy.sqlite"
        of_backup = passphrase or store.passphrase
        _take_in(source, copy, of_backup)
        if not is_encrypted(copy):
            of_backup = None
        # A passphrase that opens the backup is the right one: then the present file is damaged.
        proven = of_backup is not None and of_backup is store.passphrase
        kept = _keep_aside(store, _UNUSABLE | ({"wrong_passphrase"} if proven else set()))
        with connection(copy, of_backup) as content:
            _bring_in(store, content, of_backup, folder)
    return kept


def _bring_in(
    store: ClientStore,
    content: sqlite3.Connection,
    of_backup: Passphrase | None,
    folder: Path,
) -> None:
    """Replace what is in the client file; what was encrypted, on either side, stays so."""
    if of_backup is not None and store.passphrase is None:
        replace_content(store, of_backup, content)
    elif of_backup is None and store.passphrase is not None:
        part = folder / "part.sqlite"
        fill(part, content, store.passphrase)
        with connection(part, store.passphrase) as encrypted:
            _copy_pages(store, encrypted)
    else:
        _copy_pages(store, content)


def _copy_pages(store: ClientStore, content: sqlite3.Connection) -> None:
    with store.opened() as db:
        content.backup(db, pages=PAGES_AT_ONCE)
    store.scrub()


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with workplace(path) as folder:
        yield folder


def _take_in(source: Path, copy: Path, passphrase: Passphrase | None) -> None:
    """Copy a backup, check the copy and migrate it to the present version."""
    try:
        copy.touch(mode=0o600)
        shutil.copyfile(source, copy)
    except OSError as error:
        raise ClientsError(
            f"{source} cannot be read: {error.strerror}.", code="bad_backup"
        ) from error
    if is_encrypted(copy) and passphrase is None:
        raise ClientsError(
            "The backup is encrypted: type its passphrase.", code="passphrase_needed"
        )
    _check(copy, source.name, passphrase)


def _check(copy: Path, name: str, passphrase: Passphrase | None) -> None:
    try:
        with connection(copy, passphrase) as db:
            empty = version_of(db) == 0
            sound = [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
            if empty or not sound or db.execute("PRAGMA foreign_key_check").fetchone():
                raise _bad(name)
            migrate(db)
            # Back to a single file: the next copy must not miss pages still in the log.
            db.execute("PRAGMA journal_mode = DELETE")
    except database_errors() as error:
        raise _bad(name) from error


def _bad(name: str) -> ClientsError:
    return ClientsError(
        message(
            "{name} is not a whole backup of a client file: name another one. Nothing was changed.",
            name=name,
        ),
        code="bad_backup",
    )


def _keep_aside(store: ClientStore, unusable: Set[str]) -> Path | None:
    """Keep the present file under another name, even if it can no longer be read."""
    path = store.path
    if not path.exists():
        return None
    kept = path.with_name(f"{path.stem}-before-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
    try:
        return backup(store, kept)
    except ClientsError as error:
        if error.code not in unusable:
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
