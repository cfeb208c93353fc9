"""Streamlit's own scripts, styles and fonts, sent at once.

A page asks for about a hundred of them. Starlette hands each to a thread four times (to look for
the file, to open, read and close it), and every time waits for whatever Python is doing, such as
importing the pages while the first visitor is on the way.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from streamlit.file_util import get_static_dir

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

KEEP: Final = "public, immutable, max-age=31536000"
"""The name of such a file changes with its content; Streamlit lets browsers keep it, too."""


class Assets:
    """ASGI middleware that answers for the files under ``/static/`` and passes on all else.

    Parameters
    ----------
    app : ASGIApp
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        root = Path(get_static_dir())
        # Only these names are answered for, so that no name can lead out of the folder.
        self._files = {
            f"/{path.relative_to(root).as_posix()}": path
            for path in root.glob("static/**/*")
            if path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or pass the request on."""
        path = self._files.get(scope.get("path", "")) if scope["type"] == "http" else None
        if path is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        kind, _ = mimetypes.guess_type(path.name)
        reply = Response(
            # Small files that the system holds in memory: read sooner than a thread is woken.
            path.read_bytes(),
            media_type=kind or "application/octet-stream",
            headers={"cache-control": KEEP},
        )
        await reply(scope, receive, send)
