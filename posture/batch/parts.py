"""Parts of a batch: Parquet files of rows and their input numbers, each complete or absent."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from posture.batch.model import Interrupted, ItemResult, Row
from posture.batch.stores.base import Store
from posture.errors import SettingsError
from posture.export.batch_folder import ANALYSES, ROWS
from posture.export.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

THUMBNAILS: Final = "thumbnails"
PART_ROWS: Final = 2_000
PART_SECONDS: Final = 60.0
"""A part is closed when it is this full or this old, the most that is repeated after a kill."""

INPUTS_KEY: Final = b"posture.inputs"
"""Metadata key of a part: numbers of its inputs in the order of its rows, "0-4,7"."""

_CHUNK: Final = 250
"""Rows kept as Python objects, ten times the size of Arrow's, before they become a table."""

_PART: Final = re.compile(r"part-(\d{6,})\.parquet")


class RowWriter:
    """Collects outcomes and writes them as parts.

    Parameters
    ----------
    first_part : int
        Number of the next part.
    """

    def __init__(self, store: Store, first_part: int) -> None:
        self._store = store
        self._part = first_part
        self._numbers: list[int] = []
        self._rows: list[Row] = []
        self._results: list[bytes] = []
        self._tables: list[pa.Table] = []
        self._thumbnails: list[tuple[int, bytes]] = []
        self._opened = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the part is full or old enough to be written."""
        age = time.monotonic() - self._opened
        return bool(self._numbers) and (len(self._numbers) >= PART_ROWS or age >= PART_SECONDS)

    def add(self, outcome: ItemResult) -> None:
        """Add one outcome."""
        if not self._numbers:
            self._opened = time.monotonic()
        self._numbers.append(outcome.number)
        self._rows.append(outcome.row)
        self._results.append(outcome.result or b"null")
        if outcome.thumbnail is not None:
            self._thumbnails.append((outcome.number, outcome.thumbnail))
        if len(self._rows) >= _CHUNK:
            self._pack()

    def flush(self) -> None:
        """Write the collected outcomes as one part; raises ``SettingsError`` if that fails."""
        if not self._numbers:
            return
        import pyarrow as pa

        self._pack()
        order = np.argsort(np.array(self._numbers), kind="stable")
        table = pa.concat_tables(self._tables).take(pa.array(order))
        metadata = {**(table.schema.metadata or {}), INPUTS_KEY: spans_text(sorted(self._numbers))}
        name = f"part-{self._part:06d}.parquet"
        # The rest first: once its row is there, an input counts as done.
        results = _results_table(self._numbers, self._results).take(pa.array(order))
        self._store.write(f"{ANALYSES}/{name}", _parquet(results))
        if self._thumbnails:
            self._store.write(f"{THUMBNAILS}/{name}", _parquet(_thumbnail_table(self._thumbnails)))
        write_part(self._store, name, table.replace_schema_metadata(metadata))
        self._numbers, self._results, self._tables, self._thumbnails = [], [], [], []
        self._part += 1
        # Arrow would keep the memory of this part, which the rest of the batch needs.
        del table
        pa.default_memory_pool().release_unused()

    def _pack(self) -> None:
        if self._rows:
            self._tables.append(table_of(self._rows))
            self._rows = []


class Done:
    """Inputs that have rows, and the number of rows of each status.

    Attributes
    ----------
    mask : ndarray of bool, shape (total,)
        True where an input has a row.
    next_part : int
        Number of the next part to write.
    """

    def __init__(self, total: int) -> None:
        self.mask: NDArray[np.bool_] = np.zeros(total, dtype=bool)
        self.statuses: Counter[str] = Counter()
        self.next_part = 0

    @property
    def count(self) -> int:
        """Number of inputs that have a row."""
        return int(self.mask.sum())


def read_done(store: Store, total: int, stop: threading.Event) -> Done:
    """Work out from the parts alone what is done.

    Parameters
    ----------
    total : int
        Number of inputs of the batch.
    stop : Event
        Ends the reading when set.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    SettingsError
        ``bad_batch`` if a part is damaged, belongs elsewhere, or repeats a row.
    """
    done = Done(total)
    for name in part_names(store):
        if stop.is_set():
            raise Interrupted
        numbers, statuses = _summary(store, name)
        if len(numbers) and (numbers[-1] >= total or done.mask[numbers].any()):
            raise _bad_part(store, name)
        done.mask[numbers] = True
        done.statuses.update(statuses)
        done.next_part = int(name.removeprefix("part-").removesuffix(".parquet")) + 1
    return done


def part_names(store: Store, folder: str = ROWS) -> list[str]:
    """Return the names of the parts in a folder of the batch, in order."""
    found = {name: _PART.fullmatch(name) for name in store.names(folder)}
    numbered = [(int(match[1]), name) for name, match in found.items() if match]
    return [name for _, name in sorted(numbered)]


def iter_parts(
    store: Store, stop: threading.Event, columns: Iterable[str] | None = None
) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
    """Yield for each part the numbers of its inputs, shape (N,), and a table of N rows.

    Parameters
    ----------
    stop : Event
        Ends the reading when set.
    columns : iterable of str, optional
        Columns to read; all if not given.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    """
    wanted = None if columns is None else list(columns)
    for name in part_names(store):
        if stop.is_set():
            raise Interrupted
        with store.open(f"{ROWS}/{name}") as stream:
            file = _opened(store, name, stream)
            yield _numbers(file), file.read(columns=wanted)


def read_part(store: Store, name: str) -> pa.Table:
    """Return a part of the rows with the metadata that names its inputs."""
    with store.open(f"{ROWS}/{name}") as stream:
        file = _opened(store, name, stream)
        return file.read().replace_schema_metadata(file.schema_arrow.metadata)


def write_part(store: Store, name: str, table: pa.Table) -> None:
    """Write a part of the rows, whose metadata names its inputs; complete or not at all."""
    store.write(f"{ROWS}/{name}", _parquet(table))


def iter_thumbnails(store: Store) -> Iterator[tuple[int, bytes]]:
    """Yield the number of the input and the JPEG file of each thumbnail."""
    import pyarrow.parquet as pq

    for name in part_names(store, THUMBNAILS):
        with store.open(f"{THUMBNAILS}/{name}") as stream:
            for batch in pq.ParquetFile(stream).iter_batches(batch_size=200):
                yield from zip(batch["number"].to_pylist(), batch["jpeg"].to_pylist(), strict=True)


def spans_text(numbers: list[int]) -> bytes:
    """Return sorted numbers as spans.

    >>> spans_text([0, 1, 2, 5, 7, 8])
    b'0-2,5,7-8'
    """
    array = np.array(numbers)
    breaks = np.flatnonzero(np.diff(array) != 1) + 1
    spans = [(int(span[0]), int(span[-1])) for span in np.split(array, breaks)]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans).encode("ascii")


def spans_numbers(text: bytes) -> NDArray[np.int64]:
    """Return the numbers written by :func:`spans_text`."""
    ends = [span.split("-") for span in text.decode("ascii").split(",")]
    return np.concatenate([np.arange(int(span[0]), int(span[-1]) + 1) for span in ends])


def _summary(store: Store, name: str) -> tuple[NDArray[np.int64], Counter[str]]:
    import pyarrow as pa

    with store.open(f"{ROWS}/{name}") as stream:
        file = _opened(store, name, stream)
        try:
            statuses = Counter(file.read(columns=["status"])["status"].to_pylist())
            numbers = _numbers(file)
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise _bad_part(store, name) from error
    if len(numbers) != statuses.total():
        raise _bad_part(store, name)
    return numbers, statuses


def _opened(store: Store, name: str, stream: object) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(stream)
    except (OSError, pa.ArrowException) as error:
        raise _bad_part(store, name) from error


def _numbers(file: pq.ParquetFile) -> NDArray[np.int64]:
    return spans_numbers(file.schema_arrow.metadata[INPUTS_KEY])


def _bad_part(store: Store, name: str) -> SettingsError:
    return SettingsError(
        f"{store.place.uri}/{ROWS}/{name} is damaged or does not belong to this batch: remove it "
        "and resume; its photos are then analysed again.",
        code="bad_batch",
    )


def _thumbnail_table(thumbnails: list[tuple[int, bytes]]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([("number", pa.int64()), ("jpeg", pa.binary())])
    numbers, files = zip(*thumbnails, strict=True)
    return pa.table({"number": numbers, "jpeg": files}, schema=schema)


def _results_table(numbers: list[int], results: list[bytes]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([("number", pa.int64()), ("result", pa.string())])
    texts = [result.decode("ascii") for result in results]
    return pa.table({"number": numbers, "result": texts}, schema=schema)


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
