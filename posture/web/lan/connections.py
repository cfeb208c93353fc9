"""Limits on connections before any request is read: nobody can use them all up.

Streamlit starts uvicorn, which waits for the head of a request without end. Its protocol for HTTP
is replaced by this one before it starts; see :mod:`posture.web.script.start`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from posture.web.lan.reach import LOOPBACK_NAMES, reach_of_server

if TYPE_CHECKING:
    _Protocol = asyncio.Protocol
else:
    _Protocol = AutoHTTPProtocol

HEAD_S: Final = 10.0
"""How long the head of a request may take; a slow phone needs less than one second."""

MOST_WAITING: Final = 256
"""Connections of one address that have not sent a head yet; the oldest makes room for the next."""

MOST_EACH: Final = 48
"""Connections of one device in the local network; a browser opens at most six, and one socket a
tab."""

MOST_AWAY: Final = 400
"""Connections of all devices in the local network together, so that this computer gets in."""


class Crowd:
    """All open connections by address.

    Parameters
    ----------
    limited : bool
        Whether addresses stand for devices. Behind a proxy all visitors have the same one.
    """

    def __init__(self, *, limited: bool) -> None:
        self._limited = limited
        self._open: dict[str, set[asyncio.BaseTransport]] = {}

    def admits(self, address: str, transport: asyncio.BaseTransport) -> bool:
        """Count a connection; return whether there is room for it."""
        mine = self._open.setdefault(address, set())
        if self._limited and address not in LOOPBACK_NAMES:
            self._forget_closed()
            mine = self._open.setdefault(address, set())
            away = sum(len(o) for name, o in self._open.items() if name not in LOOPBACK_NAMES)
            if len(mine) >= MOST_EACH or away >= MOST_AWAY:
                return False
        mine.add(transport)
        return True

    def leave(self, address: str, transport: asyncio.BaseTransport) -> None:
        """Forget a connection that was closed."""
        self._open.get(address, set()).discard(transport)

    def _forget_closed(self) -> None:
        # A web socket goes on under another protocol, which does not tell of its end.
        opened = (
            (name, {each for each in all_of if not each.is_closing()})
            for name, all_of in self._open.items()
        )
        self._open = {name: still for name, still in opened if still}


_crowd: Final = Crowd(limited=reach_of_server().kind == "lan")
_waiting: Final[dict[str, dict[GuardedHTTP, None]]] = {}


class GuardedHTTP(_Protocol):
    """Protocol of uvicorn that closes a connection whose request does not come."""

    transport: asyncio.Transport
    _late: asyncio.TimerHandle | None = None
    _address: str = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection if there is room, and start to wait for a request."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) else ""
        if not _crowd.admits(self._address, transport):
            self.give_up()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait no longer once a whole head is there."""
        super().data_received(data)
        cycle = getattr(self, "cycle", None)
        upgraded = self.transport.get_protocol() is not self
        if upgraded or (cycle is not None and not cycle.response_complete):
            self._stop_waiting()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        _crowd.leave(self._address, self.transport)
        super().connection_lost(exc)

    def _wait(self) -> None:
        mine = _waiting.setdefault(self._address, {})
        mine[self] = None
        self._late = asyncio.get_running_loop().call_later(HEAD_S, self.give_up)
        if len(mine) > MOST_WAITING:
            next(iter(mine)).give_up()

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
        mine = _waiting.get(self._address, {})
        mine.pop(self, None)
        if not mine:
            _waiting.pop(self._address, None)

    def give_up(self) -> None:
        """Close the connection at once."""
        self._stop_waiting()
        self.transport.abort()
