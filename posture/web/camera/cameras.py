"""Cameras that are open in browsers, each with its coach; no frame is kept."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from posture.guidance.coach import Coach, Further, Step

if TYPE_CHECKING:
    from posture.guidance.burst import Burst, NoBurst
    from posture.guidance.live import Look
    from posture.photo.load import Photo

IDLE_S: Final = 3600.0
"""A camera that sent nothing for this long is closed. Of a camera that is open but unused only its
key is held."""

MOST: Final = 200
"""Cameras open at a time; the one that sent nothing for longest makes room."""


class Reader(Protocol):
    """What reads frames: the analyzer that all visitors share."""

    def look(self, frame: Photo) -> Look:
        """Read one live frame."""
        ...

    def burst(self, pictures: Sequence[bytes]) -> Burst | NoBurst:
        """Read the pictures of a burst."""
        ...


@dataclass(slots=True)
class _Open:
    coach: Coach
    used: float


class Cameras:
    """Open cameras by their key.

    Parameters
    ----------
    reader : callable
        Gives what reads frames; called with the first frame.
    clock : callable, optional
        Seconds that never go back.
    """

    def __init__(
        self, reader: Callable[[], Reader], *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()

    def open(self) -> str:
        """Return the key of a new camera."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_idle()
            if len(self._open) >= MOST:
                del self._open[min(self._open, key=lambda each: self._open[each].used)]
            self._open[key] = _Open(Coach(), self._clock())
        return key

    def knows(self, key: str) -> bool:
        """Return whether this camera is open."""
        with self._lock:
            self._forget_idle()
            return key in self._open

    def see(self, key: str, frame: bytes, *, at: float) -> tuple[Look, Step]:
        """Read one frame of a camera.

        Parameters
        ----------
        key : str
        frame : bytes
            JPEG.
        at : float
            When it was taken, in seconds of the browser's clock.

        Raises
        ------
        KeyError
            If the camera is not open.
        PostureError
            If the bytes are no picture.
        """
        # With it comes the pose network, which no page should wait for.
        from posture.guidance.live import live_frame

        camera = self._used(key)
        look = self._reader().look(live_frame(frame))
        return look, camera.coach.see(look, at=at)

    def burst(
        self, key: str, pictures: Sequence[bytes], *, further: Further | None = None
    ) -> Burst | NoBurst:
        """Read the pictures of a burst; the countdown starts anew after it.

        Parameters
        ----------
        key : str
        pictures : sequence of bytes
            JPEG, in their order.
        further : {"again", "other_side"}, optional
            What the next burst will be of, if this one is good and is not the last.

        Raises
        ------
        KeyError
            If the camera is not open.
        PostureError
            If the bytes are no pictures.
        """
        from posture.guidance.burst import NoBurst

        camera = self._used(key)
        found = self._reader().burst(pictures)
        if isinstance(found, NoBurst):
            camera.coach.restart()
        elif further is None:
            camera.coach = Coach()
        else:
            camera.coach.go_on(further)
        return found

    def _used(self, key: str) -> _Open:
        with self._lock:
            self._forget_idle()
            camera = self._open[key]
            camera.used = self._clock()
            return camera

    def _forget_idle(self) -> None:
        since = self._clock() - IDLE_S
        self._open = {key: each for key, each in self._open.items() if each.used >= since}


@cache
def shared_cameras() -> Cameras:
    """Return the open cameras of this server."""
    from posture.web.services.analyzer import shared_analyzer

    return Cameras(shared_analyzer)
