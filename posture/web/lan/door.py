"""Codes that let a phone in once, and how often one may guess.

A code has two forms for the same door: a key of 192 bits for the link in the QR picture, and
eight characters (40 bits) for people who type. The key cannot be guessed at all; guessing the
short form is stopped after five wrong tries of a device and after thirty of all together, when
the code is replaced as well: no code is ever met with a chance above 30 in 2**40 (3e-11).
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
"""Letters and figures that nobody mixes up when reading them aloud."""

SHORT_LENGTH: Final = 8
KEY_BYTES: Final = 24

CODE_S: Final = 30 * 60.0
"""A code that nobody used is replaced after half an hour: long enough to fetch a phone."""

STAY_S: Final = 4 * 3600.0
"""A phone stays in for half a working day."""

TRIES_EACH: Final = 5
LOCK_EACH_S: Final = 10 * 60.0
TRIES_ALL: Final = 30
LOCK_ALL_S: Final = 2 * 60.0

_MOST_CLIENTS: Final = 256
"""Devices that are remembered for their wrong tries; the lock for all holds long before."""

Answer = Literal["welcome", "wrong", "wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What opens the door once.

    Parameters
    ----------
    key : str
        Goes into the link of the QR picture.
    short : str
        The same for typing.
    """

    key: str
    short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a try.

    Parameters
    ----------
    answer : {"welcome", "wrong", "wait"}
    token : str
        Names the phone from now on; empty unless it is welcome.
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
    """Return the short form in two groups, as it is shown."""
    half = len(short) // 2
    return f"{short[:half]}-{short[half:]}"


class Door:
    """Lets each code in once, and remembers who is in; safe to use from several threads.

    Parameters
    ----------
    first : Code, optional
        The code to begin with; a fresh one when not given.
    now : Callable
        Seconds on a clock that never goes back.
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
        """Return the code that opens the door at present."""
        with self._lock:
            return self._present()

    def try_code(self, given: str, client: str) -> Reply:
        """Let a device in when it brings the present code.

        Parameters
        ----------
        given : str
            Key or short form, however it was typed.
        client : str
            Address of the device; wrong tries are counted for it.
        """
        with self._lock:
            code = self._present()
            by_key = _same(given, code.key)
            by_short = _same(_typed(given), code.short)
            # Nobody guesses a key, so a device that brings it need not wait for others' tries.
            wait = 0.0 if by_key else self._wait(client)
            if wait > 0:
                return Reply(answer="wait", wait_s=wait)
            if not (by_key or by_short):
                return self._wrong(client)
            self._renew()
            self._tries.pop(client, None)
            return Reply(answer="welcome", token=self._admit())

    def knows(self, token: str) -> bool:
        """Return whether a token is that of a phone that was let in and may still stay."""
        with self._lock:
            until = self._inside.get(_digest(token))
            return until is not None and until > self._now()

    def inside(self) -> int:
        """Return how many phones are in."""
        with self._lock:
            self._forget_gone()
            return len(self._inside)

    def clear(self) -> None:
        """Send every phone out and replace the code."""
        with self._lock:
            self._inside.clear()
            self._renew()

    def _present(self) -> Code:
        if self._now() - self._made > CODE_S:
            self._renew()
        return self._code

    def _renew(self) -> None:
        self._code, self._made = new_code(), self._now()

    def _admit(self) -> str:
        self._forget_gone()
        token = secrets.token_urlsafe(KEY_BYTES)
        # Only the digest is kept: comparing it in a table tells nothing about the token.
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
            # Guesses at the old code are worth nothing against the new one.
            self._renew()
        return Reply(answer="wrong", wait_s=max(0.0, self._wait(client)))


def _count(tries: _Tries, most: int, until: float) -> bool:
    """Count a wrong try; lock and start again at the last one that is allowed."""
    tries.wrong += 1
    if tries.wrong < most:
        return False
    tries.wrong, tries.until = 0, until
    return True


def _typed(given: str) -> str:
    return "".join(given.split()).replace("-", "").upper()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
