"""Copies that a task makes of the client file: gone afterwards, at the latest with the next start.

A task works in a folder beside the client file and holds a lock in it, which the system drops when
the program dies. A folder whose lock is free was left behind.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FOLDER: Final = ".posture-work-"
PART: Final = ".posture-part-"
"""Beginnings of the names of a task's folder, and of a file that it writes elsewhere."""

GRACE_S: Final = 2.0
"""A folder is left alone this long, since its lock is taken a moment after it is made."""

_LOCK: Final = "lock"
_ELSEWHERE: Final = "elsewhere"
_ENDINGS: Final = ("", "-journal", "-wal", "-shm")


@contextmanager
def workplace(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside the client file, readable by its owner only."""
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=path.parent))
    try:
        with (folder / _LOCK).open("wb") as file:
            _acquired(file.fileno())
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def part_of(target: Path, folder: Path) -> Path:
    """Create an empty file beside ``target``, noted in a :func:`workplace` before it exists."""
    part = target.with_name(f"{PART}{secrets.token_hex(8)}")
    (folder / _ELSEWHERE).write_bytes(os.fsencode(part.absolute()))
    part.touch(mode=0o600, exist_ok=False)
    return part


def sweep(path: Path) -> None:
    """Remove what tasks that were killed have left behind."""
    for folder in path.parent.glob(f"{FOLDER}*"):
        with suppress(OSError):
            if _is_abandoned(folder):
                _remove(folder)


def copies(path: Path) -> tuple[Path, ...]:
    """Return the copies of the client file beside it, which no deletion in it reaches."""
    replaced = path.parent.glob(f"{path.stem}-before-*{path.suffix}")
    return (*sorted(replaced), *sorted(path.parent.glob(f"{FOLDER}*")))


def _is_abandoned(folder: Path) -> bool:
    # A clock that was set back makes folders of the future.
    if 0 <= time.time() - folder.stat().st_mtime < GRACE_S:
        return False
    try:
        with (folder / _LOCK).open("r+b") as file:
            return _acquired(file.fileno())
    except FileNotFoundError:
        return True


def _remove(folder: Path) -> None:
    note = folder / _ELSEWHERE
    if note.exists():
        part = Path(os.fsdecode(note.read_bytes()))
        # Only what such a task makes: the note may be damaged.
        if part.name.startswith(PART):
            for ending in _ENDINGS:
                part.with_name(part.name + ending).unlink(missing_ok=True)
    shutil.rmtree(folder)


def _acquired(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
