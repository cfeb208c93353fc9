"""List of inputs, written to the batch's folder before the first photo is analysed.

It defines the batch: files that vanish later get a refused row, files added later are not part of
it, and resuming identifies an input by its number alone.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from posture.batch.model import Interrupted, Item
from posture.batch.stores.base import Store
from posture.errors import SettingsError
from posture.messages import valid_text

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER: Final = "inputs"
CHUNK: Final = 10_000
"""Inputs in one file of the list, also held in memory at a time: some 5 MB."""

_CHOICES: Final = ("facing", "sex", "clothing")
_LENGTHS: Final = ("height_cm", "camera_height_cm", "camera_distance_cm")
"""Hints that a list may hold; lists of earlier versions may lack some."""

_TEXTS: Final = ("path", "subject", "visit")


def write_inputs(
    store: Store, items: Iterable[Item], stop: threading.Event, *, check_ids: bool
) -> int:
    """Write the list of inputs and return their number.

    Parameters
    ----------
    stop : Event
        Ends the listing when set.
    check_ids : bool
        Refuse duplicate identifiers; takes 8 bytes of memory for each input.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    SettingsError
        ``duplicate_id``, or the list cannot be written.
    """
    hashes = array("Q")
    total = 0
    for part, chunk in enumerate(_chunks(_until(stop, items))):
        store.write(_name(part), _parquet(chunk))
        total += len(chunk)
        if check_ids:
            hashes.extend(_hash(valid_text(item.id)) for item in chunk)
    _refuse_duplicates(store, hashes, total)
    return total


def append_inputs(store: Store, total: int, items: Iterable[Item], stop: threading.Event) -> int:
    """Append inputs to the list and return their number.

    The batch does not have them before its description counts them: until then, whatever lies
    behind the first ``total`` inputs is ignored.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    SettingsError
        ``duplicate_id``, or the list cannot be written.
    """
    whole = total - total % CHUNK
    last = read_inputs(store, total, done=np.arange(total) < whole)
    count = 0
    chunks = _chunks(_until(stop, itertools.chain(last, items)))
    for part, chunk in enumerate(chunks, total // CHUNK):
        store.write(_name(part), _parquet(chunk))
        count += len(chunk)
    return count - (total - whole)


class Listed:
    """Photos and identifiers of a list of inputs; takes about 200 bytes for each."""

    def __init__(self, store: Store, total: int) -> None:
        self._uris: set[int] = set()
        self._ids: set[int] = set()
        for item in read_inputs(store, total):
            self._uris.add(_hash(valid_text(item.uri)))
            self._ids.add(_hash(item.id))

    def new(self, items: Iterable[Item], *, first: int, folder: str) -> Iterator[Item]:
        """Yield the items that are not listed yet, numbered from ``first``.

        An identifier that is taken gets the name of the folder in front.
        """
        number = first
        for item in items:
            uri = _hash(valid_text(item.uri))
            if uri in self._uris:
                continue
            name = item.id
            while _hash(valid_text(name)) in self._ids:
                name = f"{folder}/{name}"
            self._uris.add(uri)
            self._ids.add(_hash(valid_text(name)))
            path = item.id if item.path is None else item.path
            yield replace(item, number=number, id=name, path=path)
            number += 1


def read_inputs(
    store: Store, total: int, *, done: NDArray[np.bool_] | None = None
) -> Iterator[Item]:
    """Yield the inputs still to be done, holding one file of the list in memory at a time.

    Parameters
    ----------
    total : int
        Number of inputs.
    done : ndarray of bool, shape (total,), optional
        Mask of the inputs that are done.

    Raises
    ------
    SettingsError
        ``bad_batch`` if the list is damaged.
    """
    for part, first in enumerate(range(0, total, CHUNK)):
        numbers = range(first, min(first + CHUNK, total))
        if done is not None and done[numbers.start : numbers.stop].all():
            continue
        for number, cells in zip(numbers, _rows(store, _name(part), len(numbers)), strict=True):
            if done is None or not done[number]:
                yield _item(number, cells)


def _item(number: int, cells: dict[str, object]) -> Item:
    further = cast("list[dict[str, str]] | None", cells.pop("further"))
    pairs = {pair["name"]: pair["value"] for pair in further or ()}
    return Item(number=number, further=pairs, **cells)  # type: ignore[arg-type]


def _until(stop: threading.Event, items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if stop.is_set():
            raise Interrupted
        yield item


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk


def _name(part: int) -> str:
    return f"{FOLDER}/part-{part:06d}.parquet"


def _schema() -> pa.Schema:
    import pyarrow as pa

    texts = [pa.field(name, pa.string(), nullable=False) for name in ("id", "uri")]
    hints = [pa.field(name, pa.string()) for name in _CHOICES]
    lengths = [pa.field(name, pa.float64()) for name in _LENGTHS]
    further = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
    told = [*(pa.field(name, pa.string()) for name in _TEXTS), pa.field("further", further)]
    return pa.schema([*texts, *hints, *lengths, pa.field("problem", pa.string()), *told])


def _parquet(items: list[Item]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    columns: dict[str, list[object]] = {
        "id": [valid_text(item.id) for item in items],
        "problem": [None if item.problem is None else valid_text(item.problem) for item in items],
    }
    for name in ("uri", *_CHOICES, *_LENGTHS):
        columns[name] = [getattr(item, name) for item in items]
    for name in _TEXTS:
        texts = [getattr(item, name) for item in items]
        columns[name] = [None if text is None else valid_text(text) for text in texts]
    columns["further"] = [
        [
            {"name": valid_text(name), "value": valid_text(value)}
            for name, value in item.further.items()
        ]
        for item in items
    ]
    table = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _rows(store: Store, name: str, expected: int) -> list[dict[str, object]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with store.open(name) as stream:
            table = pq.read_table(stream, schema=_schema())
    except (OSError, SettingsError, pa.ArrowException) as error:
        raise _damaged(store, name) from error
    if table.num_rows < expected:
        raise _damaged(store, name)
    # More than expected: photos were about to be added when the program was killed.
    return cast("list[dict[str, object]]", table.slice(0, expected).to_pylist())


def _damaged(store: Store, name: str) -> SettingsError:
    return SettingsError(
        f"{store.place.uri}/{name}, a part of the list of inputs, is missing or damaged: begin "
        "again in a new folder.",
        code="bad_batch",
    )


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _refuse_duplicates(store: Store, hashes: array[int], total: int) -> None:
    """Raise if two inputs share an identifier; equal hashes alone are no proof."""
    ordered = np.sort(np.frombuffer(hashes, dtype=np.uint64))
    duplicates = {int(value) for value in ordered[1:][ordered[1:] == ordered[:-1]]}
    if not duplicates:
        return
    seen: dict[str, int] = {}
    for item in read_inputs(store, total):
        if _hash(item.id) not in duplicates:
            continue
        if item.id in seen:
            raise SettingsError(
                f"{item.id} is listed twice, as inputs {seen[item.id] + 1} and "
                f"{item.number + 1}: give each an id of its own, or list it once.",
                code="duplicate_id",
            )
        seen[item.id] = item.number
