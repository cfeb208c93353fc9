"""Memory of a server that many visitors use: freed photos go back to the system."""

from __future__ import annotations

import ctypes
import gc
import threading
from contextlib import suppress
from typing import Final

SOON_S: Final = 1.0
"""How long after a photo freed memory is returned: its picture is drawn by then."""

_asked: Final = threading.Event()


def give_back() -> None:
    """Return freed memory to the system; big pictures otherwise leave holes that stay.

    Does nothing where the C library is not glibc.
    """
    gc.collect()
    _trim()


def give_back_soon() -> None:
    """Return freed memory in a moment, once for all who ask until then; nobody waits for it.

    Every run of a page is a thread, and glibc keeps what one freed in a heap of its own.
    """
    if not _asked.is_set():
        _asked.set()
        timer = threading.Timer(SOON_S, _as_asked)
        timer.daemon = True
        timer.start()


def _as_asked() -> None:
    _asked.clear()
    _trim()


def _trim() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
