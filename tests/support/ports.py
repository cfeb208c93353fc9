"""Ports for servers under test: no two processes of the suite are given the same one."""

from __future__ import annotations

import os
import socket
from itertools import cycle

FIRST, COUNT = 20_000, 12_000
"""Below the ports that systems give to outgoing connections, above those of Ray's processes."""

_start = os.getpid() * 97 % COUNT
_numbers = cycle([*range(FIRST + _start, FIRST + COUNT), *range(FIRST, FIRST + _start)])


def unused_port() -> int:
    """Return a port that nobody listens on, each time another one.

    A port that the system chooses is free only while it is held: until the server under test has
    started, another process may be given the same one.
    """
    for port in _numbers:
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise AssertionError
