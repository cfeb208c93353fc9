"""Atomic writes that never overwrite."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posture.clients.errors import ClientsError


def write_new(target: Path, content: bytes) -> None:
    """Write a new file atomically.

    Raises
    ------
    ClientsError
        ``file_exists`` if the name is taken, ``bad_output`` if it cannot be written.
    """
    with new_file(target) as part:
        part.write_bytes(content)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield an empty file to fill, renamed to ``target`` on success.

    Raises
    ------
    ClientsError
        ``file_exists`` or ``bad_output``.
    """
    if target.exists():
        raise ClientsError(f"{target} exists already: name another file.", code="file_exists")
    try:
        handle, name = tempfile.mkstemp(prefix=".posture-", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _sync(part)
        part.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _sync(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _unwritable(target: Path, error: OSError) -> ClientsError:
    return ClientsError(f"{target} cannot be written: {error.strerror}.", code="bad_output")
