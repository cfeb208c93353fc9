"""Encrypted exports: the ZIP of a client in an SQLCipher file of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from posture.clients import library
from posture.clients.database import plain_errors
from posture.clients.errors import ClientsError
from posture.clients.leftovers import workplace
from posture.clients.library import database_errors
from posture.clients.passphrase import SALT_BYTES, Passphrase

ENDING: Final = ".posture"
_NAME: Final = "export"


def is_sealed(data: bytes) -> bool:
    """Return whether an export asks for a passphrase."""
    return library.looks_encrypted(data[: library.PAGE_BYTES])


def seal(data: bytes, passphrase: Passphrase, *, beside: Path) -> bytes:
    """Return an export encrypted.

    Parameters
    ----------
    beside : Path
        The client file, beside which SQLCipher works; what it writes there is encrypted.
    """
    with plain_errors(beside), workplace(beside) as folder:
        file = folder / _NAME
        with closing(library.create(file, passphrase)) as db:
            db.execute("CREATE TABLE export (zip BLOB NOT NULL) STRICT")
            db.execute("INSERT INTO export VALUES (?)", (data,))
        return file.read_bytes()


def unseal(data: bytes, passphrase: Passphrase | None, *, beside: Path) -> bytes:
    """Return the ZIP in an encrypted export.

    Raises
    ------
    ClientsError
        ``passphrase_needed`` or ``wrong_passphrase``.
    """
    if passphrase is None:
        raise ClientsError(
            "The export is encrypted: type its passphrase.", code="passphrase_needed"
        )
    with plain_errors(beside):
        beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with workplace(beside) as folder:
            file = folder / _NAME
            file.touch(mode=0o600)
            file.write_bytes(data)
            try:
                with closing(library.encrypted(file, passphrase, data[:SALT_BYTES])) as db:
                    return _content(db)
            except database_errors() as error:
                raise ClientsError(
                    "This passphrase does not open the export, or the file is damaged: type the "
                    "passphrase that the client file had when it was written. Nothing was "
                    "imported.",
                    code="wrong_passphrase",
                ) from error


def _content(db: sqlite3.Connection) -> bytes:
    return bytes(db.execute("SELECT zip FROM export").fetchone()[0])
