"""What the server gets ready ahead of its visitors, in the background."""

from __future__ import annotations

import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

PAGE_S: Final = 3.0
"""How long the models wait for the first page, which needs the processor for itself."""

_drawn: Final = threading.Event()


@asynccontextmanager
async def getting_ready(_app: object) -> AsyncIterator[None]:
    """Get ready beside a running server; one that ends at once waits until that is done.

    The program may not end while the libraries of the pose network are being loaded.
    """
    thread = threading.Thread(target=get_ready)
    thread.start()
    try:
        yield
    finally:
        page_drawn()
        thread.join()


def get_ready() -> None:
    """Import the pages and the pose network, and once a page was drawn load the models.

    The first visitor then waits for none of these.
    """
    for name in ("posture.web.navigation", "posture.analysis.analyzer"):
        importlib.import_module(name)
    _drawn.wait(PAGE_S)
    importlib.import_module("posture.web.services.analyzer").warm_up()


def page_drawn() -> None:
    """Note that a visitor has a page."""
    _drawn.set()
