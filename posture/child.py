"""Helper processes of this program: packets over their pipes, and an end with their parent."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

Packet = dict[str, object]

BOOT: Final = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main(int(sys.argv[3]))"
)
"""What the interpreter of a helper runs: ``main(parent)`` of a module, on the parent's path."""

_LENGTH: Final = struct.Struct("<I")
_STDIN: Final = 0
_STDOUT: Final = 1
_STDERR: Final = 2
_PR_SET_PDEATHSIG: Final = 1
_OOM_SCORE: Final = "700"
"""When memory runs out, the system should kill a helper, never the process that writes results."""


def command(module: str) -> list[str]:
    """Return the command that starts ``main(parent)`` of a module in a new interpreter."""
    return [sys.executable, "-P", "-c", BOOT, json.dumps(sys.path), module, str(os.getpid())]


def send(stream: BinaryIO, message: Mapping[str, object], *blobs: bytes) -> None:
    """Write one packet with its binary parts; raises ``OSError`` if the other end is closed."""
    head = json.dumps({**message, "sizes": [len(blob) for blob in blobs]}).encode("ascii")
    stream.write(b"".join((_LENGTH.pack(len(head)), head, *blobs)))
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Packet, list[bytes]] | None:
    """Read one packet; ``None`` if the other end is closed, even in mid-packet."""
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(prefix)[0]
    head = stream.read(size)
    if len(head) < size:
        return None
    message: Packet = json.loads(head)
    sizes = cast("list[int]", message.pop("sizes"))
    blobs = [stream.read(size) for size in sizes]
    return (message, blobs) if [len(blob) for blob in blobs] == sizes else None


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Reserve the pipes for packets: output of libraries must not get between them."""
    source, sink = os.dup(_STDIN), os.dup(_STDOUT)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), _STDIN)
    os.dup2(_STDERR, _STDOUT)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


def end_with_parent(parent: int) -> None:
    """Ask Linux to kill this process with the thread that started it.

    A thread of its own could not while a decoder hangs.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def prefer_for_oom() -> None:
    """Offer this process first when the system's memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
