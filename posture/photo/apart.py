"""Decoding in a helper process, for formats whose decoders can end it or take all memory.

One damaged HEIC, AVIF or WebP file can abort the process that decodes it, or keep it busy for
minutes. Here it costs that photo, also on a server that other people use. A helper is started with
the first such photo (about 0.3 s and 70 MB) and used again; handing pixels over takes some 5 ms.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final, cast

import numpy as np

from posture.child import Packet, command, receive, send
from posture.errors import PhotoError
from posture.messages import Value, message
from posture.photo.decode import Decoded
from posture.photo.kinds import Kind
from posture.photo.limits import DECODE_SECONDS, too_slow
from posture.settings import Settings

APART: Final[frozenset[Kind]] = frozenset({"webp", "heif", "avif", "tiff", "gif", "bmp"})
"""Formats that are decoded in a helper; JPEG and PNG, limited by their headers, are not."""

MOST_HELPERS: Final = 2
"""Photos decoded at a time; more would only take memory, as the pose network takes one."""

START_SECONDS: Final = 60.0
"""Time in which a helper must answer for the first time; on a cold network disk it takes long."""

HELPER: Final = "posture.photo.helper"
_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


def decode_apart(data: bytes, kind: Kind, name: str, settings: Settings) -> Decoded:
    """Decode a photo file in a helper process; as :func:`posture.photo.decode.decode`."""
    with _pool().helper() as helper:
        return helper.decode(data, kind, name, settings)


class Helper:
    """A process that decodes one photo at a time, for as long as it lives."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this same interpreter
            command(HELPER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD},
        )
        with self._killed_after(START_SECONDS):
            self._ready = receive(self._from_helper) is not None

    @property
    def alive(self) -> bool:
        """Whether the process can take another photo."""
        return self._ready and self._process.poll() is None

    def decode(self, data: bytes, kind: Kind, name: str, settings: Settings) -> Decoded:
        """Decode a photo, or raise the refusal that fits the way in which the process ended."""
        request = {"kind": kind, "name": name, "settings": dataclasses.asdict(settings)}
        with self._killed_after(DECODE_SECONDS) as overdue:
            try:
                send(self._to_helper, request, data)
                received = receive(self._from_helper)
            except OSError:  # it ended while the photo was being sent
                received = None
        if received is None:
            self.close()
            raise too_slow(name) if overdue.is_set() else _ended(name)
        answer, blobs = received
        if "code" in answer:
            raise _refusal(answer)
        return _decoded(answer, blobs[0])

    def close(self) -> None:
        """End the process and free what belongs to it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._to_helper, self._from_helper):
            with suppress(OSError):  # unsent bytes for a dead process
                stream.close()

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[threading.Event]:
        """Kill the process if the block takes longer; the event tells that this happened."""
        overdue = threading.Event()

        def kill() -> None:
            overdue.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield overdue
        finally:
            timer.cancel()

    @property
    def _to_helper(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _from_helper(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)


class Pool:
    """Helpers of this process that wait for a photo."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(MOST_HELPERS)
        self._idle: list[Helper] = []

    @contextmanager
    def helper(self) -> Iterator[Helper]:
        """Lend a helper, waiting for one if all are busy."""
        with self._free:
            helper = self._take() or Helper()
            try:
                yield helper
            finally:
                if helper.alive:
                    self._idle.append(helper)
                else:
                    helper.close()

    def _take(self) -> Helper | None:
        while self._idle:
            helper = self._idle.pop()
            if helper.alive:
                return helper
            helper.close()
        return None


_pools: dict[int, Pool] = {}


def _pool() -> Pool:
    """Return the pool of this process; a forked child must not share pipes with its parent."""
    return _pools.setdefault(os.getpid(), Pool())


def _ended(name: str) -> PhotoError:
    return PhotoError(
        message(
            "{name} ended the process that opened it: it is damaged, or needs too much memory. "
            "Save it anew as a JPEG.",
            name=name,
        ),
        code="photo_unreadable",
    )


def _refusal(answer: Packet) -> PhotoError:
    values = cast("dict[str, Value]", answer["values"])
    return PhotoError(message(str(answer["msgid"]), **values), code=str(answer["code"]))


def _decoded(answer: Packet, blob: bytes) -> Decoded:
    height, width, source_width, source_height = cast("list[int]", answer["sides"])
    return Decoded(
        pixels=np.frombuffer(bytearray(blob), np.uint8).reshape(height, width, 3),
        source_size=(source_width, source_height),
        focal_35mm=cast("float | None", answer["focal_35mm"]),
        format=str(answer["format"]),
        captured=cast("str | None", answer["captured"]),
    )
