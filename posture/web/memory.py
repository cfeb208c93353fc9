"""Memory of a server that many visitors use: freed photos go back to the system.

Every run of a page is a thread of its own. Left to itself, glibc gives threads up to eight heaps
per core, and once large blocks have been freed it takes the next ones from those heaps: the
pictures of all visitors then leave holes in every heap, 200 MB after a minute of twenty visitors.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8

_LARGE: Final = 2**20
"""Blocks from this size, in bytes, come from the system one by one: photos, pictures, masks."""

_HEAPS: Final = 2


def keep_flat() -> None:
    """Set the allocator up for many threads that come and go; call it before they are started.

    Costs 20 to 45 ms of processor time per photo, for memory that is fresh each time. Does nothing
    where the C library is not glibc.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_ARENA_MAX, _HEAPS)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return freed memory to the system; does nothing where the C library is not glibc."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
