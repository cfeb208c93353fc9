"""Disks that do not lock files, as some network shares: SQLite then waits for a lock for ever."""

from __future__ import annotations

import mmap
import sys
import tempfile
from pathlib import Path


def locks_files(folder: Path) -> bool:
    """Return whether a new file in this folder, which nobody else knows, can be locked and shared.

    SQLite needs both: locks of byte ranges, and memory shared through a file (its ``-shm``).
    """
    try:
        file = tempfile.NamedTemporaryFile(prefix=".posture-lock-", dir=folder)  # noqa: SIM115
        file.truncate(mmap.PAGESIZE)
    except OSError:
        # Full, or not writable: that has sentences of its own.
        return True
    with file:
        try:
            _lock(file.fileno())
            mmap.mmap(file.fileno(), mmap.PAGESIZE).close()
        except OSError:
            return False
    return True


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1)
