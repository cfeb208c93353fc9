"""SQLite client file: clients, their visits and photos, on this computer.

>>> from posture.clients import ClientStore, Details
>>> store = ClientStore()  # doctest: +SKIP
>>> client = store.add(Details(name="Anna Example"))  # doctest: +SKIP
"""

from __future__ import annotations

from posture.clients.errors import ClientsError
from posture.clients.model import (
    LOCAL_OWNER,
    Capture,
    Client,
    Consent,
    Details,
    Listed,
    Shot,
    Visit,
)
from posture.clients.passphrase import Passphrase
from posture.clients.store import ClientStore
from posture.geometry.stored_outline import Outline, Placing
from posture.inputs.protocol import Protocol

__all__ = [
    "LOCAL_OWNER",
    "Capture",
    "Client",
    "ClientStore",
    "ClientsError",
    "Consent",
    "Details",
    "Listed",
    "Outline",
    "Passphrase",
    "Placing",
    "Protocol",
    "Shot",
    "Visit",
]
