"""Marks on photos whose bytes another photo of the batch has too, made once all rows are there.

Rows are written as photos are finished, when nobody knows yet which of two copies comes first.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from posture.batch.parts import iter_parts, part_names, read_part, write_part
from posture.batch.stores.base import Store

if TYPE_CHECKING:
    import pyarrow as pa

HASH: Final = "photo_sha256"
MARK: Final = "copy_of"


def mark_copies(store: Store, stop: threading.Event) -> int:
    """Name in the row of each copy the first photo with its bytes; return the number of copies.

    Takes 8 bytes of memory for each input. A part is written anew only if a mark in it changes.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    """
    repeated = _repeated(store, stop)
    if not repeated:
        return 0
    first, counts = _first(store, repeated, stop)
    for name in part_names(store):
        table = read_part(store, name)
        if MARK in table.column_names:  # parts of earlier versions have no such column
            _mark(store, name, table, first)
    return sum(count - 1 for count in counts.values())


def _repeated(store: Store, stop: threading.Event) -> frozenset[int]:
    """Return the beginnings of all hashes that occur more than once, hardly any of them by chance.

    Whole hashes would take ten times the memory.
    """
    found: list[NDArray[np.uint64]] = [np.empty(0, dtype=np.uint64)]
    for _, table in iter_parts(store, stop, [HASH]):
        hashes = [_beginning(text) for text in table[HASH].to_pylist() if text]
        found.append(np.array(hashes, dtype=np.uint64))
    values, counts = np.unique(np.concatenate(found), return_counts=True)
    return frozenset(values[counts > 1].tolist())


def _beginning(digest: str) -> int:
    return int(digest[:16], 16)


def _first(
    store: Store, repeated: frozenset[int], stop: threading.Event
) -> tuple[dict[str, tuple[int, str]], Counter[str]]:
    """Return number and identifier of the first photo with each hash, and how many have it."""
    first: dict[str, tuple[int, str]] = {}
    counts: Counter[str] = Counter()
    for numbers, table in iter_parts(store, stop, [HASH, "id"]):
        cells = (table[name].to_pylist() for name in (HASH, "id"))
        for number, digest, name in zip(numbers.tolist(), *cells, strict=True):
            if digest and _beginning(digest) in repeated:
                counts[digest] += 1
                first[digest] = min((number, name), first.get(digest, (number, name)))
    return first, counts


def _mark(store: Store, name: str, table: pa.Table, first: dict[str, tuple[int, str]]) -> None:
    import pyarrow as pa

    marks = []
    for digest, own in zip(table[HASH].to_pylist(), table["id"].to_pylist(), strict=True):
        original = first[digest][1] if digest in first else own
        marks.append(None if original == own else original)
    if marks != table[MARK].to_pylist():
        place = table.column_names.index(MARK)
        field = table.schema.field(MARK)
        write_part(store, name, table.set_column(place, field, pa.array(marks, field.type)))
