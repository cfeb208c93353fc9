"""Protocol on the pipes between a batch and its workers: JSON followed by binary parts."""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Mapping
from typing import BinaryIO, Final, cast

from posture.batch.model import Item, ItemResult
from posture.errors import ModelError, PostureError

_LENGTH: Final = struct.Struct("<I")
_FILES: Final = ("result", "overlay", "thumbnail")
"""Fields of an outcome that are sent as they are."""

Packet = dict[str, object]


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


def item_message(item: Item) -> Packet:
    """Return the packet that gives an item to a worker."""
    return dataclasses.asdict(item)


def item_from(message: Packet) -> Item:
    """Return the item of :func:`item_message`."""
    return Item(**message)  # type: ignore[arg-type]


def send_outcome(stream: BinaryIO, outcome: ItemResult) -> None:
    """Send an outcome with its complete result and its pictures."""
    files = {name: getattr(outcome, name) for name in _FILES}
    present = {name: data for name, data in files.items() if data is not None}
    message = {
        "event": "done",
        "number": outcome.number,
        "row": outcome.row,
        "files": list(present),
    }
    send(stream, message, *present.values())


def item_result_from(message: Packet, blobs: list[bytes]) -> ItemResult:
    """Return the outcome that :func:`send_outcome` sent."""
    files = dict(zip(cast("list[str]", message["files"]), blobs, strict=True))
    return ItemResult(
        number=cast("int", message["number"]),
        row=cast("dict[str, object]", message["row"]),
        **files,
    )


def error_message(error: PostureError) -> Packet:
    """Return the packet by which a worker reports that the run cannot continue."""
    return {"event": "failed", "model": isinstance(error, ModelError), **error.to_dict()}


def error_from(message: Packet) -> PostureError:
    """Return the error of :func:`error_message`."""
    kind = ModelError if message["model"] else PostureError
    return kind(str(message["message"]), code=str(message["code"]))
