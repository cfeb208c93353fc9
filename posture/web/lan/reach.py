"""From where the app can be reached; handed from the launcher to the server it starts."""

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
"""Environment variable of the server; unlike arguments, other users cannot read it."""

HERE: Final = ("127.0.0.1", "localhost", "::1")
"""Names of this computer for itself."""

# A block for documentation: nothing is sent there, the system only says which way it would go.
_SOMEWHERE: Final = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who may connect.

    Parameters
    ----------
    kind : {"local", "lan", "hosted"}
        This computer only; phones with a code as well; everybody who signs in.
    host : str
        Name or address by which others reach this computer; empty when nobody may.
    address : str
        Address of this computer in the local network.
    port : int
    secure : bool
        Whether the connection is encrypted.
    code : Code, optional
        The first code of the door.
    """

    kind: Literal["local", "lan", "hosted"] = "local"
    host: str = ""
    address: str = ""
    port: int = 0
    secure: bool = False
    code: Code | None = None

    @property
    def url(self) -> str:
        """Where others find the app."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{name}:{self.port}"

    def link(self, code: Code) -> str:
        """Return the link that lets a phone in."""
        return f"{self.url}/join/{code.key}"

    def to_env(self) -> dict[str, str]:
        """Return the variable that tells the server."""
        return {VARIABLE: json.dumps(asdict(self))}


def reach_of_server() -> Reach:
    """Return what the launcher told this server; this computer only when it told nothing."""
    told = json.loads(os.environ.get(VARIABLE, "{}"))
    code = told.pop("code", None)
    return Reach(**told, code=Code(**code) if code else None)


@cache
def shared_door() -> Door:
    """Return the one door of this server."""
    return Door(reach_of_server().code)


def lan_address(host: str | None = None) -> str:
    """Return the address of this computer in the local network.

    Parameters
    ----------
    host : str, optional
        Name or address of this computer, when the one that is found is not the right one.

    Raises
    ------
    SettingsError
        If this computer is in no network, or does not have that address.
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
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if ip_address(found).is_loopback else found


def _own(host: str) -> str | None:
    """Return the address of a name, when it is one of this computer's own."""
    try:
        address = str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])
        with socket.socket() as probe:
            probe.bind((address, 0))
    except (OSError, UnicodeError):
        return None
    return address
