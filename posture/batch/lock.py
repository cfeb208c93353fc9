"""Lock on a batch's folder: two runs at once would write the same rows."""

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
    """Lock the batch's folder for this process; the system releases it when the process ends.

    Object stores have no locks: there the user must not start two runs.

    Raises
    ------
    SettingsError
        ``batch_in_use`` if another process holds it, ``no_output_folder`` if it cannot be
        created.
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
        if not _acquired(stream.fileno()):
            raise SettingsError(
                f"Another run is at work in {folder}: wait for it, or stop it first.",
                code="batch_in_use",
            )
        yield


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
