"""Overlays of a batch: named after their photos, written in background threads."""

from __future__ import annotations

import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from posture.batch.stores.base import Store
from posture.batch.stores.errors import plain_errors
from posture.export.batch_folder import OVERLAYS

PER_FOLDER: Final = 1_000
"""More files than this in one folder slow file managers down."""

_THREADS: Final = 4
_WAITING: Final = 16
"""Most pictures waiting to be written; more would only fill memory."""

_UNSAFE: Final = re.compile(r"[^\w.-]+")


def overlay_name(number: int, photo: str, *, total: int) -> str:
    """Return the name of an overlay below the batch's folder.

    >>> overlay_name(7, "anna side.jpg", total=20)
    'overlays/07-anna_side.jpg'
    >>> overlay_name(1234, "b.heic", total=5000)
    'overlays/1/1234-b.jpg'
    """
    stem = _UNSAFE.sub("_", photo.rsplit(".", 1)[0]).strip("._")[:80] or "photo"
    shard = f"{number // PER_FOLDER}/" if total > PER_FOLDER else ""
    return f"{OVERLAYS}/{shard}{number:0{len(str(total - 1))}d}-{stem}.jpg"


class PictureWriter:
    """Writes pictures in a few threads; call :meth:`settle` before writing their rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(_THREADS)
        self._pending: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

    def put(self, name: str, data: bytes) -> None:
        """Queue a picture for writing; raises the error of an earlier one."""
        while len(self._pending) >= _WAITING:
            self._pending.popleft().result()
        self._pending.append(self._threads.submit(self._write, name, data))

    def settle(self) -> None:
        """Wait until all pictures are written; raises ``SettingsError`` if one cannot be."""
        while self._pending:
            self._pending.popleft().result()

    def _write(self, name: str, data: bytes) -> None:
        if self._store.place.scheme != "file":
            self._store.write(name, data)
            return
        # No fsync, unlike for rows: it would cost more than drawing, and pictures can be redrawn.
        path = Path(self._store.place.path) / name
        with plain_errors(str(path), fallback="bad_output", doing="written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}")
            temporary.write_bytes(data)
            temporary.replace(path)
