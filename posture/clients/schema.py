"""Tables of the client file, and their numbered migrations."""

from __future__ import annotations

import sqlite3
from typing import Final

from posture.clients.errors import ClientsError

APPLICATION_ID: Final = 0x504F5354
"""Marks the file as ours ("POST"), so that no other database is mistaken for a client file."""

_FIRST: Final = """
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    height_cm REAL,
    sex TEXT CHECK (sex IN ('female', 'male')),
    birth_date TEXT,
    notes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    archived_at TEXT
) STRICT;
CREATE INDEX clients_of_owner ON clients (owner, name_key);
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    given_on TEXT NOT NULL,
    withdrawn_on TEXT CHECK (withdrawn_on >= given_on)
) STRICT;
CREATE UNIQUE INDEX consent_in_force ON consents (client_id) WHERE withdrawn_on IS NULL;
CREATE INDEX consents_of_client ON consents (client_id);
CREATE TABLE visits (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    protocol TEXT NOT NULL,
    notes TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;
CREATE INDEX visits_of_client ON visits (client_id, day, saved_at);
CREATE TABLE shots (
    id TEXT PRIMARY KEY,
    visit_id TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    result TEXT NOT NULL,
    outline TEXT NOT NULL,
    UNIQUE (visit_id, position)
) STRICT;
CREATE TABLE pictures (
    shot_id TEXT NOT NULL REFERENCES shots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('thumbnail', 'photo')),
    jpeg BLOB NOT NULL,
    PRIMARY KEY (shot_id, kind)
) STRICT;
CREATE TRIGGER photos_need_consent BEFORE INSERT ON pictures
WHEN NEW.kind = 'photo' AND NOT EXISTS (
    SELECT 1 FROM consents
    JOIN visits ON visits.client_id = consents.client_id
    JOIN shots ON shots.visit_id = visits.id
    WHERE shots.id = NEW.shot_id AND consents.withdrawn_on IS NULL
)
BEGIN
    SELECT RAISE(ABORT, 'a photo is kept only with consent');
END;
"""

_ANSWERS: Final = """
CREATE TABLE answers (
    client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    entries TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;
"""

_SETTINGS: Final = """
CREATE TABLE settings (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (owner, name)
) STRICT;
"""

_VISIT_ANSWERS: Final = """
ALTER TABLE visits ADD COLUMN answers TEXT;
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST, _ANSWERS, _SETTINGS, _VISIT_ANSWERS)
"""Migration ``n`` (from 1) leads to version ``n``. A released migration is never edited."""

VERSION: Final = len(MIGRATIONS)


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of an open database; 0 for an empty one."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(db: sqlite3.Connection) -> None:
    """Migrate an open database to the present version, in one transaction.

    Parameters
    ----------
    db : sqlite3.Connection
        In autocommit mode (``isolation_level=None``), after :func:`check_identity`.
    """
    if version_of(db) == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one waited for the lock.
        for number, step in enumerate(MIGRATIONS[version_of(db) :], start=version_of(db) + 1):
            for statement in _statements(step):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite has already rolled back.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def check_identity(db: sqlite3.Connection) -> None:
    """Refuse a database of another program, or of a later version of this one.

    Raises
    ------
    ClientsError
        ``not_a_client_file`` or ``newer_client_file``.
    """
    # In one read transaction: another process may be creating the tables right now.
    db.execute("BEGIN")
    try:
        marked = db.execute("PRAGMA application_id").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = version_of(db)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    if tables and marked != APPLICATION_ID:
        raise ClientsError(
            "This is a database of another program: name a client file of posture.",
            code="not_a_client_file",
        )
    if version > VERSION:
        raise ClientsError(
            f"The client file was made by a later version of posture (its format is {version}, "
            f"this version reads up to {VERSION}): install the later version. "
            "Nothing was changed.",
            code="newer_client_file",
        )


def _statements(script: str) -> list[str]:
    """Split a script, because ``executescript`` would commit in mid-transaction."""
    found, rest = [], ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found
