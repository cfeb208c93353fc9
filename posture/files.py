"""Files written whole or not at all, and names for them that every file system takes."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from posture.errors import SettingsError

MOST_NAME_BYTES: Final = 180
"""Longest name before an ending is added; file systems take 255 bytes."""

NOT_WRITTEN: Final = "not_written"
"""Code of an error of the machine, such as a full disk; ``bad_output`` is one of the command."""

_MACHINE: Final = frozenset({errno.ENOSPC, errno.EIO, errno.EROFS, getattr(errno, "EDQUOT", -1)})
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f/\ud800-\udfff]")


def safe_stem(name: str) -> str:
    """Return the name of a photo without its ending, as the beginning of another file's name.

    It is valid text, no path, and short enough; ``photo`` if nothing is left.

    >>> safe_stem("..jpg"), safe_stem("anna.side.jpg"), len(safe_stem("é" * 200).encode())
    ('photo', 'anna.side', 180)
    """
    stem = _UNFIT.sub("_", name.rpartition(".")[0] or name)
    short = stem.encode("utf-8")[:MOST_NAME_BYTES].decode("utf-8", "ignore")
    return short if short.strip(". ") else "photo"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears under its name only when it is complete; raises ``OSError``."""
    part = stored_beside(path, data)
    try:
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def stored_beside(path: Path, data: bytes) -> Path:
    """Write a temporary file beside ``path``, with the permissions of an ordinary one."""
    handle, name = tempfile.mkstemp(prefix=".posture-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o666 & ~_umask())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def not_written(sentence: str, error: OSError) -> SettingsError:
    """Return the error for a file that could not be written.

    Parameters
    ----------
    sentence : str
        Its beginning, such as "results.csv cannot be written"; the system's reason is added.
    """
    code = NOT_WRITTEN if error.errno in _MACHINE else "bad_output"
    return SettingsError(f"{sentence}: {error.strerror or error}.", code=code)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
