"""Packets between a batch and its workers: items, outcomes, errors."""

from __future__ import annotations

import dataclasses
from typing import BinaryIO, Final, cast

from posture.batch.model import Item, ItemResult
from posture.child import Packet, send
from posture.errors import ModelError, PostureError
from posture.export.rows import COLUMNS

_FILES: Final = ("result", "overlay", "thumbnail")
"""Fields of an outcome that are sent as they are."""

_ITEM: Final = tuple(field.name for field in dataclasses.fields(Item))
_COLUMNS: Final = tuple(column.name for column in COLUMNS)
"""A row is sent without its names, which would be half of the packet."""


def item_message(item: Item) -> Packet:
    """Return the packet that gives an item to a worker."""
    return {name: getattr(item, name) for name in _ITEM}


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
        "row": [outcome.row[name] for name in _COLUMNS],
        "files": list(present),
    }
    send(stream, message, *present.values())


def item_result_from(message: Packet, blobs: list[bytes]) -> ItemResult:
    """Return the outcome that :func:`send_outcome` sent."""
    files = dict(zip(cast("list[str]", message["files"]), blobs, strict=True))
    return ItemResult(
        number=cast("int", message["number"]),
        row=dict(zip(_COLUMNS, cast("list[object]", message["row"]), strict=True)),
        **files,
    )


def error_message(error: PostureError) -> Packet:
    """Return the packet by which a worker reports that the run cannot continue."""
    return {"event": "failed", "model": isinstance(error, ModelError), **error.to_dict()}


def error_from(message: Packet) -> PostureError:
    """Return the error of :func:`error_message`."""
    kind = ModelError if message["model"] else PostureError
    return kind(str(message["message"]), code=str(message["code"]))
