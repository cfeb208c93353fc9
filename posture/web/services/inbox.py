"""Inbox for photos from phones: in memory only, and not for long."""

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
"""A dozen large phone photos; more would only fill up memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A photo sent by a phone.

    Parameters
    ----------
    id : str
    photo : PhotoFile
    until : float
        When it is dropped, by the clock of the inbox.
    """

    id: str
    photo: PhotoFile
    until: float


class Inbox:
    """Photos from phones until the trainer takes them; safe to use from several threads.

    Parameters
    ----------
    now : Callable
        Seconds of a clock that never goes back.
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
        """Return the photos that have arrived, oldest first."""
        with self._lock:
            self._drop_old()
            return list(self._photos.values())

    def take(self, name: str) -> PhotoFile | None:
        """Remove a photo and return it; ``None`` when it is already gone."""
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

    This is the one thing that visitors share, on purpose: connected phones put photos in, and only
    pages on the trainer's own computer take them out.
    """
    return Inbox()
