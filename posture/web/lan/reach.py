"""Reach of the app: who may connect, and how; handed from the launcher to the server."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from functools import cache
from ipaddress import ip_address
from typing import Final, Literal

from posture.errors import SettingsError
from posture.web.lan.door import Code, Door

VARIABLE: Final = "POSTURE_REACH"
"""Environment variable of the server, which other users cannot read, unlike arguments."""

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "::1")
"""Names that this computer has for itself."""

# Reserved for documentation (RFC 5737). Nothing is sent: the system only chooses a route.
_OUTSIDE: Final = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who may connect, and how.

    Parameters
    ----------
    kind : {"local", "lan", "hosted"}
        This computer only; phones with a code, too; everybody who signs in.
    host : str
        Name or address by which others reach this computer; empty if nobody may.
    address : str
        Address of this computer in the local network.
    port : int
    secure : bool
        Whether the connection is encrypted.
    code : Code, optional
        The first code that lets a phone in.
    """

    kind: Literal["local", "lan", "hosted"] = "local"
    host: str = ""
    address: str = ""
    port: int = 0
    secure: bool = False
    code: Code | None = None

    @property
    def url(self) -> str:
        """Address of the app for others."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{name}:{self.port}"

    def link(self, code: Code) -> str:
        """Return the link that lets a phone in."""
        return f"{self.url}/join/{code.key}"

    def to_env(self) -> dict[str, str]:
        """Return the environment variable that hands this to the server."""
        return {VARIABLE: json.dumps(asdict(self))}


def reach_of_server() -> Reach:
    """Return the reach that the launcher handed over; by default, this computer only."""
    fields = json.loads(os.environ.get(VARIABLE, "{}"))
    code = fields.pop("code", None)
    return Reach(**fields, code=Code(**code) if code else None)


@cache
def shared_door() -> Door:
    """Return the one door of this server."""
    return Door(reach_of_server().code)


def lan_address(host: str | None = None) -> str:
    """Return the address of this computer in the local network.

    Parameters
    ----------
    host : str, optional
        Name or address of this computer, if the one found is not the right one.

    Raises
    ------
    SettingsError
        If this computer is in no network or does not have that address.
    """
    found = _outward() if host is None else _own(host)
    if found is None:
        raise SettingsError(
            "This computer has no address in a local network: connect it to the Wi-Fi of the "
            "phone, or name its address with --host.",
            code="no_network",
        )
    return found


def _outward() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_OUTSIDE)
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if ip_address(found).is_loopback else found


def _own(host: str) -> str | None:
    """Return the address that a name stands for, if this computer has that address."""
    try:
        address = str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
        with socket.socket() as probe:
            probe.bind((address, 0))
    except (OSError, UnicodeError):
        return None
    return address
