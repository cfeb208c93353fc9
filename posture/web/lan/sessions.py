"""Sessions of the server: whose they are, what they hold, and how they end.

Streamlit knows a session by its id alone, and whoever names the id may join it, upload to it and
see its pictures. Here each session belongs to the browser or phone that opened it, and ends soon
after its page was closed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from streamlit import runtime

from posture.web.memory import give_back

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

GRACE_S: Final = 40.0
"""How long a closed page may come back to its session, after a gap in the Wi-Fi for example. With
the steps that follow, nothing is left after 60 s."""

MOST_SESSION_BYTES: Final = 120_000_000
"""Uploads of one visitor: a visit with nine large photos, and one more."""

MOST_VISITOR_BYTES: Final = 3 * MOST_SESSION_BYTES
"""Uploads and photos of one visitor on all open pages: nobody takes the room of all others."""

MOST_TOTAL_BYTES: Final = 900_000_000
"""Uploads and photos of all visitors together."""

MOST_SOCKETS: Final = 16
"""Open pages of one visitor."""

_MOST_ADDRESSES: Final = 4000
_ADDRESS: Final = re.compile(rb"/media/([0-9A-Za-z_-]+)")


@dataclass(slots=True)
class _Visitor:
    """What belongs to one visitor: open pages, addresses of pictures sent to them, uploads."""

    sockets: int = 0
    addresses: dict[bytes, None] = field(default_factory=dict)
    under_way: int = 0


class Sessions:
    """All sessions by their visitors; used on the event loop of the server."""

    def __init__(self) -> None:
        self._nobody_here: Callable[[], None] = lambda: None
        self._visitors: dict[str, _Visitor] = {}
        self._owners: dict[str, str] = {}
        self._held: dict[str, int] = {}
        self._open: dict[str, int] = {}
        self._hosts = 0

    def when_nobody_is_here(self, call: Callable[[], None]) -> None:
        """Call this when the last page on the trainer's own computer was closed for a while."""
        self._nobody_here = call

    # --- pages

    def full(self, visitor: str) -> bool:
        """Return whether a visitor has as many pages open as one may have."""
        return self._of(visitor).sockets >= MOST_SOCKETS

    def page_opened(self, visitor: str, *, host: bool) -> None:
        """Count an open page."""
        self._of(visitor).sockets += 1
        self._hosts += host

    def session_begun(self, session: str, visitor: str) -> None:
        """Note whose session this is; called again when a page comes back to it."""
        self._owners[session] = visitor
        self._open[session] = self._open.get(session, 0) + 1

    def owns(self, visitor: str, session: str) -> bool:
        """Return whether a session belongs to a visitor."""
        return bool(visitor) and self._owners.get(session) == visitor

    def page_closed(self, visitor: str, session: str, *, host: bool) -> None:
        """Forget a page; its session ends unless the page comes back in time."""
        self._of(visitor).sockets -= 1
        self._hosts -= host
        if session:
            self._open[session] = self._open.get(session, 1) - 1
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE_S, self._end, visitor, session)

    def host_is_here(self) -> bool:
        """Return whether a page is open on the trainer's own computer."""
        return self._hosts > 0

    def _end(self, visitor: str, session: str) -> None:
        if session and self._open.get(session, 0) <= 0:
            for table in (self._open, self._owners, self._held):
                table.pop(session, None)
            _close(session)
        known = self._visitors.get(visitor)
        if known is not None and known.sockets <= 0 and not known.under_way:
            del self._visitors[visitor]
        if not self._hosts:
            self._nobody_here()

    # --- pictures

    def sent(self, visitor: str, message: bytes) -> None:
        """Note the addresses of pictures in a message to a visitor: they may open these."""
        addresses = self._of(visitor).addresses
        for found in _ADDRESS.findall(message):
            addresses.pop(found, None)
            addresses[found] = None
        while len(addresses) > _MOST_ADDRESSES:
            del addresses[next(iter(addresses))]

    def may_open(self, visitor: str, picture: str) -> bool:
        """Return whether the address of a picture was sent to this visitor."""
        known = self._visitors.get(visitor)
        return known is not None and picture.split(".")[0].encode() in known.addresses

    # --- uploads

    def hold(self, session: str, size: int) -> None:
        """Note the bytes of the photos that the visit of a session holds."""
        self._held[session] = size

    def reserve(self, visitor: str, size: int) -> bool:
        """Return whether there is room for an upload, and keep it free; see :meth:`release`."""
        known = self._of(visitor)
        stored = _stored()
        own = self._share(visitor, stored) + known.under_way
        under_way = sum(each.under_way for each in self._visitors.values())
        everything = sum(stored.values()) + sum(self._held.values()) + under_way
        if own + size > MOST_SESSION_BYTES:
            return False
        if own + self._share(visitor, self._held) + size > MOST_VISITOR_BYTES:
            return False
        if everything + size > MOST_TOTAL_BYTES:
            return False
        known.under_way += size
        return True

    def release(self, visitor: str, size: int) -> None:
        """Give back the room of an upload that has arrived or failed."""
        self._of(visitor).under_way -= size

    def _share(self, visitor: str, sizes: Mapping[str, int]) -> int:
        """Return what a visitor has of sizes by session."""
        # A copy: pages note what they hold from threads of their own.
        return sum(size for session, size in list(sizes.items()) if self.owns(visitor, session))

    def _of(self, visitor: str) -> _Visitor:
        return self._visitors.setdefault(visitor, _Visitor())


@cache
def shared_sessions() -> Sessions:
    """Return the one table of this server."""
    return Sessions()


def _stored() -> dict[str, int]:
    """Return the bytes of uploads that Streamlit holds, by session."""
    if not runtime.exists():
        return {}
    uploads = cast("MemoryUploadedFileManager", runtime.get_instance().uploaded_file_mgr)
    return {
        session: sum(len(file.data) for file in list(files.values()))
        for session, files in list(uploads.file_storage.items())
    }


def _close(session: str) -> None:
    """End a session with everything that it holds: state, uploads, pictures, files."""
    if not runtime.exists():
        return
    server = runtime.get_instance()
    server.close_session(session)
    # A file for download is only marked the first time.
    for _ in range(2):
        server.media_file_mgr.remove_orphaned_files()
    asyncio.get_running_loop().run_in_executor(None, give_back)
