"""How the gate tells the pages who came over the local network."""

from __future__ import annotations

from typing import Final

ROLE_HEADER: Final = "X-Posture-Role"
"""Set by our own gate on each connection; what a browser sends under this name is dropped."""

GUEST: Final = "guest"
