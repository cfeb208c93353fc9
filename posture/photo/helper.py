"""Helper process that decodes photos; :mod:`posture.photo.apart` is its other end."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, Final, cast

from posture.child import Packet, prefer_for_oom, receive, send, take_pipes
from posture.errors import PhotoError
from posture.messages import Message
from posture.photo.decode import Decoded, decode
from posture.photo.kinds import Kind
from posture.photo.limits import DECODE_SECONDS, MOST_DECODED_BYTES
from posture.settings import Settings

_ROOM_BYTES: Final = MOST_DECODED_BYTES + 128 * 10**6
"""Memory beyond that of a helper without a photo: the decoder's, the file and the reduced copy."""


def main(_parent: int) -> None:
    """Decode photos until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    source, sink = take_pipes()
    prefer_for_oom()
    _limit_memory()
    send(sink, {"event": "ready"})
    while (received := receive(source)) is not None:
        _limit_time()
        request, blobs = received
        answer, pixels = _answer(request, blobs[0])
        send(sink, answer, *pixels)


def _answer(request: Packet, data: bytes) -> tuple[Packet, list[bytes]]:
    settings = Settings(**cast("dict[str, Any]", request["settings"]))
    name, kind = str(request["name"]), cast("Kind", request["kind"])
    try:
        decoded = decode(data, kind, name, settings)
    except PhotoError as error:
        return _refusal(error), []
    return _facts(decoded), [decoded.pixels.tobytes()]


def _facts(decoded: Decoded) -> Packet:
    return {
        "sides": [*decoded.pixels.shape[:2], *decoded.source_size],
        "focal_35mm": decoded.focal_35mm,
        "format": decoded.format,
        "captured": decoded.captured,
    }


def _refusal(error: PhotoError) -> Packet:
    said = error.message
    made = said if isinstance(said, Message) else Message(said, {})
    return {"code": error.code, "msgid": made.msgid, "values": made.plain_values()}


def _limit_time() -> None:
    """End this process by the system's clock should it outlive a parent that cannot kill it."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 2 * DECODE_SECONDS)


def _limit_memory() -> None:
    """Let an allocation fail that no photo within the limits needs; only Linux keeps to it."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + _ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
