"""Passphrase of an encrypted client file, and the key that is derived from it."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final, NoReturn

from posture.clients.errors import ClientsError
from posture.messages import message

ITERATIONS: Final = 256_000
"""Rounds of PBKDF2 with HMAC-SHA-512: the default of SQLCipher 4, so that its own tools open the
file, too. OWASP's password storage guidance asks for 210,000."""

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
MIN_LETTERS: Final = 12
"""Whoever holds a copy of the file may guess without limit; four short words are out of reach."""


class Passphrase:
    """What a person types to open an encrypted client file; held in memory only.

    Parameters
    ----------
    text : str
        As typed. Different spellings of one letter (Unicode NFC) count as the same.

    Raises
    ------
    ClientsError
        ``bad_passphrase`` if it is empty, or no text.
    """

    __slots__ = ("_keys", "_secret")

    def __init__(self, text: str) -> None:
        try:
            self._secret = unicodedata.normalize("NFC", text).encode("utf-8")
        except UnicodeEncodeError as error:
            raise _bad("The passphrase holds characters that are no text.") from error
        if not text.strip():
            raise _bad("The passphrase is empty: type it again.")
        self._keys: dict[bytes, bytes] = {}

    @classmethod
    def new(cls, text: str) -> Passphrase:
        """Return a passphrase for encrypting a file from now on; a short one is refused.

        Raises
        ------
        ClientsError
            ``bad_passphrase``.
        """
        if len(text.strip()) < MIN_LETTERS:
            raise _bad(
                message(
                    "A passphrase has at least {least} letters: four words that nobody would guess "
                    "together are a good one.",
                    least=MIN_LETTERS,
                )
            )
        return cls(text)

    def key(self, salt: bytes) -> bytes:
        """Return the key for a file with this salt; derived once (0.2 s), then remembered."""
        if salt not in self._keys:
            self._keys[salt] = hashlib.pbkdf2_hmac(
                "sha512", self._secret, salt, ITERATIONS, KEY_BYTES
            )
        return self._keys[salt]

    def plain(self) -> str:
        """Return the text, for the key ring of the system alone."""
        return self._secret.decode("utf-8")

    def __repr__(self) -> str:
        """Hide the text: objects end up in logs and tracebacks."""
        return "Passphrase(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a passphrase is never written to a file or sent to another process")


def _bad(sentence: str) -> ClientsError:
    return ClientsError(sentence, code="bad_passphrase")
