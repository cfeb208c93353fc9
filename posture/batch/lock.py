"""One run at a time: two in one folder would each write the rows of the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from posture.batch.stores.base import Store
from posture.errors import SettingsError

LOCK: Final = ".lock"


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Hold the batch's folder for this process; the system lets go when the process ends.

    Object stores have no locks: there it is the user who must not start two runs.

    Raises
    ------
    SettingsError
        ``batch_in_use`` when another process holds it, ``no_output_folder`` when it
        cannot be made.
    """
    if store.place.scheme != "file":
        yield
        return
    folder = Path(store.place.path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / LOCK).open("ab")
    except OSError as error:
        raise SettingsError(
            f"The folder {folder} cannot be written to: {error.strerror}. Name another one.",
            code="no_output_folder",
        ) from error
    with stream:
        if not _taken(stream.fileno()):
            raise SettingsError(
                f"Another run is at work in {folder}: wait for it, or stop it first.",
                code="batch_in_use",
            )
        yield


def _taken(descriptor: int) -> bool:
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
