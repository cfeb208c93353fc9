"""Codes that let one phone in each, and limits on guessing them.

A code has two forms: a key of 192 bits for the link in the QR code, and eight characters (40 bits)
for typing. The key cannot be guessed. Guessing the short form is stopped after five wrong tries by
one device, and after thirty by all devices together, when the code is replaced as well: the chance
of guessing any code is at most 30 in 2**40 (3e-11).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody confuses when reading them aloud."""

SHORT_LENGTH: Final = 8
KEY_BYTES: Final = 24

CODE_S: Final = 30 * 60.0
"""An unused code is replaced after half an hour: long enough to fetch a phone."""

STAY_S: Final = 4 * 3600.0
"""A phone stays in for half a working day."""

TRIES_EACH: Final = 5
LOCK_EACH_S: Final = 10 * 60.0
TRIES_ALL: Final = 30
LOCK_ALL_S: Final = 2 * 60.0

_MOST_CLIENTS: Final = 256
"""Devices whose wrong tries are remembered; the lock for all devices applies long before that."""

Answer = Literal["welcome", "wrong", "wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that opens the door once, in both forms.

    Parameters
    ----------
    key : str
        For the link in the QR code.
    short : str
        For typing.
    """

    key: str
    short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer to a try.

    Parameters
    ----------
    answer : {"welcome", "wrong", "wait"}
    token : str
        Identifies the phone from now on; empty unless it is welcome.
    wait_s : float
        Seconds until this device may try again.
    """

    answer: Answer
    token: str = ""
    wait_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Tries:
    wrong: int = 0
    until: float = 0.0


def new_code() -> Code:
    """Return a fresh code."""
    short = "".join(secrets.choice(ALPHABET) for _ in range(SHORT_LENGTH))
    return Code(key=secrets.token_urlsafe(KEY_BYTES), short=short)


def readable(short: str) -> str:
    """Return the short form as it is shown, in two groups."""
    half = len(short) // 2
    return f"{short[:half]}-{short[half:]}"


class Door:
    """Lets one phone in per code and remembers which are in; safe to use from several threads.

    Parameters
    ----------
    first : Code, optional
        The first code; a fresh one if not given.
    now : Callable
        Seconds of a clock that never goes back.
    """

    def __init__(self, first: Code | None = None, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._code = first or new_code()
        self._made = now()
        self._inside: dict[str, float] = {}
        self._tries: dict[str, _Tries] = {}
        self._all = _Tries()

    def code(self) -> Code:
        """Return the current code."""
        with self._lock:
            return self._current()

    def try_code(self, given: str, client: str) -> Reply:
        """Let a device in if it brings the current code.

        Parameters
        ----------
        given : str
            The key, or the short form however it was typed.
        client : str
            Address of the device, which its wrong tries are counted by.
        """
        with self._lock:
            code = self._current()
            by_key = _same(given, code.key)
            by_short = _same(_normalised(given), code.short)
            # Nobody can guess a key, so a device that brings it need not wait because of others.
            wait = 0.0 if by_key else self._wait(client)
            if wait > 0:
                return Reply(answer="wait", wait_s=wait)
            if not (by_key or by_short):
                return self._wrong(client)
            self._renew()
            self._tries.pop(client, None)
            return Reply(answer="welcome", token=self._admit())

    def knows(self, token: str) -> bool:
        """Return whether a token belongs to a phone that was let in and may still stay."""
        with self._lock:
            until = self._inside.get(_digest(token))
            return until is not None and until > self._now()

    def inside(self) -> int:
        """Return the number of connected phones."""
        with self._lock:
            self._forget_gone()
            return len(self._inside)

    def clear(self) -> None:
        """Disconnect all phones and replace the code."""
        with self._lock:
            self._inside.clear()
            self._renew()

    def _current(self) -> Code:
        if self._now() - self._made > CODE_S:
            self._renew()
        return self._code

    def _renew(self) -> None:
        self._code, self._made = new_code(), self._now()

    def _admit(self) -> str:
        self._forget_gone()
        token = secrets.token_urlsafe(KEY_BYTES)
        # Only the digest is kept: looking it up in a table reveals nothing about the token.
        self._inside[_digest(token)] = self._now() + STAY_S
        return token

    def _forget_gone(self) -> None:
        now = self._now()
        self._inside = {name: until for name, until in self._inside.items() if until > now}

    def _wait(self, client: str) -> float:
        own = self._tries.get(client, _Tries())
        return max(own.until, self._all.until) - self._now()

    def _wrong(self, client: str) -> Reply:
        if len(self._tries) >= _MOST_CLIENTS:
            self._tries = {name: t for name, t in self._tries.items() if t.until > self._now()}
        own = self._tries.setdefault(client, _Tries())
        _count(own, TRIES_EACH, self._now() + LOCK_EACH_S)
        if _count(self._all, TRIES_ALL, self._now() + LOCK_ALL_S):
            # Guesses at the old code are of no use against the new one.
            self._renew()
        return Reply(answer="wrong", wait_s=max(0.0, self._wait(client)))


def _count(tries: _Tries, most: int, until: float) -> bool:
    """Count a wrong try; at the last one allowed, lock and start counting again."""
    tries.wrong += 1
    if tries.wrong < most:
        return False
    tries.wrong, tries.until = 0, until
    return True


def _normalised(given: str) -> str:
    return "".join(given.split()).replace("-", "").upper()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
