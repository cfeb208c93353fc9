"""Photos on their way from a phone to the trainer's pages: in memory only, and not for long."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Final

from posture.web.services.examine import PhotoFile

KEEP_S: Final = 30 * 60.0
MOST_WAITING: Final = 12
MOST_BYTES: Final = 120_000_000
"""A dozen large phone photos; more would only fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A photo that a phone sent.

    Parameters
    ----------
    id : str
    photo : PhotoFile
    until : float
        When it is dropped, on the inbox's own clock.
    """

    id: str
    photo: PhotoFile
    until: float


class Inbox:
    """Holds what phones sent until the trainer takes it; safe to use from several threads.

    Parameters
    ----------
    now : Callable
        Seconds on a clock that never goes back.
    """

    def __init__(self, *, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._photos: dict[str, Arrived] = {}

    def put(self, photo: PhotoFile) -> bool:
        """Add a photo; return whether there was room for it."""
        with self._lock:
            self._drop_old()
            held = sum(len(arrived.photo.data) for arrived in self._photos.values())
            if len(self._photos) >= MOST_WAITING or held + len(photo.data) > MOST_BYTES:
                return False
            name = secrets.token_hex(8)
            until = self._now() + KEEP_S
            self._photos[name] = Arrived(id=name, photo=photo, until=until)
            return True

    def photos(self) -> list[Arrived]:
        """Return what has arrived, oldest first."""
        with self._lock:
            self._drop_old()
            return list(self._photos.values())

    def take(self, name: str) -> PhotoFile | None:
        """Return a photo and forget it here; nothing when it is gone already."""
        with self._lock:
            arrived = self._photos.pop(name, None)
            return None if arrived is None else arrived.photo

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._photos.clear()

    def _drop_old(self) -> None:
        now = self._now()
        self._photos = {name: a for name, a in self._photos.items() if a.until > now}


@cache
def shared_inbox() -> Inbox:
    """Return the inbox of this server.

    It is the one thing that visitors share, on purpose: a connected phone puts photos in, and
    only pages on the trainer's own computer take them out.
    """
    return Inbox()
