"""Leaving out of what a library imports and this program never uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_out(module: str) -> Iterator[None]:
    """Make imports of a module fail within the block, as if it were not installed.

    Parameters
    ----------
    module : str
        A dependency that the importing library does without. One that is loaded already stays.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
