"""Atomic writes that never overwrite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posture.clients.errors import ClientsError
from posture.clients.leftovers import part_of, workplace


def write_new(target: Path, content: bytes, *, noted_at: Path) -> None:
    """Write a new file atomically; see :func:`new_file`."""
    with new_file(target, noted_at=noted_at) as part:
        part.write_bytes(content)


@contextmanager
def new_file(target: Path, *, noted_at: Path) -> Iterator[Path]:
    """Yield an empty file to fill, renamed to ``target`` on success.

    Parameters
    ----------
    noted_at : Path
        The client file: beside it is noted what to remove should this program be killed.

    Raises
    ------
    ClientsError
        ``file_exists`` or ``bad_output``.
    """
    if target.exists():
        raise ClientsError(f"{target} exists already: name another file.", code="file_exists")
    with workplace(noted_at) as folder:
        part = None
        try:
            part = part_of(target, folder)
            yield part
            _sync(part)
            part.replace(target)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            if part is not None:
                part.unlink(missing_ok=True)


def _sync(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _unwritable(target: Path, error: OSError) -> ClientsError:
    return ClientsError(f"{target} cannot be written: {error.strerror}.", code="bad_output")
