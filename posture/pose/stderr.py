"""Filter that keeps the start-up chatter of C++ libraries off stderr, and nothing else."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
_LOCK = threading.RLock()
# Information and warning lines of absl, the greeting of TensorFlow Lite, and Ray's line about its
# log level; errors ("E0000 ...") and everything else pass.
_CHATTER = re.compile(
    rb"^([IW]\d{4} \d\d:\d\d:\d\d|INFO: Created TensorFlow Lite"
    rb"|WARNING: (All log messages|Logging) before (absl::InitializeLog|InitGoogle)"
    rb"|\[[^\]]* I \d+ \d+\] logging\.cc:\d+: Set ray log level)"
)


@contextmanager
def quiet_stderr(*, enabled: bool = True) -> Iterator[None]:
    """Hold back file descriptor 2, and afterwards write out all that is not known chatter.

    The library writes to the descriptor itself, so replacing ``sys.stderr`` would not help.
    Anything that other threads write meanwhile is delayed, not lost. Does nothing where there is
    no standard error (a windowed program).
    """
    if not enabled:
        yield
        return
    with _LOCK, tempfile.TemporaryFile() as held:
        original = _redirect(held.fileno())
        try:
            yield
        finally:
            if original is not None:
                _restore(original)
                held.seek(0)
                _replay(held.read())


def _redirect(target: int) -> int | None:
    try:
        sys.stderr.flush()
        original = os.dup(_STDERR)
    except (OSError, ValueError, AttributeError):
        return None
    os.dup2(target, _STDERR)
    return original


def _restore(original: int) -> None:
    try:
        sys.stderr.flush()
    finally:
        os.dup2(original, _STDERR)
        os.close(original)


def _replay(held: bytes) -> None:
    kept = b"".join(line for line in held.splitlines(keepends=True) if not _CHATTER.match(line))
    if kept:
        os.write(_STDERR, kept)
