"""Passphrase of an encrypted client file in the key ring of the system, for whoever wants it there.

Needs the package keyring, of the extra of that name. Only :func:`remember` stores anything.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from posture.clients.errors import ClientsError
from posture.clients.passphrase import Passphrase
from posture.clients.store import ClientStore

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "posture client file"
"""What the key ring's own window lists the passphrase under, with the path of the file."""


def remember(store: ClientStore) -> None:
    """Store the passphrase of an open client file in the key ring.

    Raises
    ------
    ClientsError
        ``not_encrypted``, ``wrong_passphrase``, or ``no_key_ring`` if there is none that keeps
        secrets encrypted, or it refuses.
    """
    if store.passphrase is None:
        raise ClientsError(
            "The client file has no passphrase: give it one with posture clients encrypt.",
            code="not_encrypted",
        )
    with store.opened():
        pass
    ring = _key_ring()
    try:
        ring.set_password(SERVICE, _name(store.path), store.passphrase.plain())
    except _errors() as error:
        raise _refused(error) from error


def forget(path: Path) -> bool:
    """Remove the passphrase of a client file from the key ring; return whether one was there.

    Raises
    ------
    ClientsError
        ``no_key_ring``.
    """
    ring = _key_ring()
    try:
        if ring.get_password(SERVICE, _name(path)) is None:
            return False
        ring.delete_password(SERVICE, _name(path))
    except _errors() as error:
        raise _refused(error) from error
    return True


def unlocked(store: ClientStore) -> ClientStore:
    """Return the store with its remembered passphrase, or as it is if that does not open it."""
    passphrase = _remembered(store.path)
    if passphrase is None:
        return store
    found = ClientStore(store.path, owner=store.owner, passphrase=passphrase)
    try:
        with found.opened():
            return found
    except ClientsError as error:
        # Changed by another program, or by a backup that was put back.
        if error.code != "wrong_passphrase":
            raise
    return store


def _remembered(path: Path) -> Passphrase | None:
    with contextlib.suppress(ClientsError):
        ring = _key_ring()
        with contextlib.suppress(*_errors()):
            text = ring.get_password(SERVICE, _name(path))
            return None if text is None else Passphrase(text)
    return None


def _key_ring() -> KeyringBackend:
    try:
        import keyring
    except ImportError as error:
        raise ClientsError(
            "The key ring needs a package more: pip install '.[keyring]' in the folder of the "
            "project.",
            code="no_key_ring",
        ) from error
    ring = keyring.get_keyring()
    # Below 1 are those that keyring does not recommend: none at all, or a file without encryption.
    if ring.priority < 1:
        raise ClientsError(
            "No key ring was found here that keeps a passphrase safe (on Linux, a desktop brings "
            "one): type the passphrase when it is asked for.",
            code="no_key_ring",
        )
    return ring


def _errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    # RuntimeError and OSError: a session bus that went away.
    known: tuple[type[Exception], ...] = (KeyringError, RuntimeError, OSError)
    with contextlib.suppress(ImportError):
        from secretstorage.exceptions import SecretStorageException

        return (*known, SecretStorageException)
    return known


def _refused(error: Exception) -> ClientsError:
    reason = str(error).strip().rstrip(".") or type(error).__name__
    return ClientsError(f"The key ring of this computer refuses: {reason}.", code="no_key_ring")


def _name(path: Path) -> str:
    return str(path.absolute())
