"""Memory of a server that many visitors use: freed photos go back to the system."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Return freed memory to the system; big pictures otherwise leave holes that stay.

    Does nothing where the C library is not glibc.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
