"""Ray actor with one supervised worker process for its lifetime."""

from __future__ import annotations

import io
import itertools
import json
import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from posture.batch.engines.local import LocalEngine
from posture.batch.engines.wire import (
    error_from,
    error_message,
    item_from,
    item_message,
    item_result_from,
    send_outcome,
)
from posture.batch.model import Item, ItemResult, TaskOptions
from posture.child import receive, send
from posture.errors import PostureError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PhotoWorker", "items_table", "outcomes_of"]

ITEM: Final = "item"
RESULT: Final = "result"


class PhotoWorker:
    """Turns tables of items into tables of results.

    A photo that aborts its process must not take the actor down: Ray would restart the actor and
    retry the same photo. So photos are analysed in a child process, supervised as in the local
    engine.

    Parameters
    ----------
    timeout_s : float
        Most seconds that a photo may take.
    task : str
        ``module:factory`` of the task.
    """

    def __init__(self, options: TaskOptions, timeout_s: float, task: str) -> None:
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._failure: PostureError | None = None
        engine = LocalEngine(1, timeout_s=timeout_s, task=task)
        self._outcomes = engine.run(iter(self._items.get, None), options, stop=self._stop)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Return one result for each item, or an error if the run cannot continue."""
        import pyarrow as pa

        items = [item_from(json.loads(text)) for text in batch.column(ITEM).to_pylist()]
        results: list[bytes] = []
        try:
            # Not extend: results before an error are kept.
            for outcome in self._processed(items):
                results.append(_packed(outcome))  # noqa: PERF401
        except PostureError as error:
            results.append(_packed(error))
        return pa.table({RESULT: pa.array(results, pa.binary())})

    def _processed(self, items: list[Item]) -> Iterator[ItemResult]:
        """Yield one outcome for each item; raises the error that ended the worker for good."""
        if self._failure is not None:
            raise self._failure
        for item in items:
            self._items.put(item)
        try:
            yield from itertools.islice(self._outcomes, len(items))
        except PostureError as error:
            self._failure = error
            raise

    def close(self) -> None:
        """End the child process and the threads that supervise it."""
        self._stop.set()
        self._items.put(None)
        for _ in self._outcomes:
            continue

    def __del__(self) -> None:
        # On an orderly end, Ray drops the object first and then waits for its threads.
        self.close()


def items_table(items: list[Item]) -> pa.Table:
    """Return items as a table of JSON, because file names need not be valid text."""
    import pyarrow as pa

    return pa.table({ITEM: [json.dumps(item_message(item)) for item in items]})


def outcomes_of(table: pa.Table) -> Iterator[ItemResult]:
    """Yield the outcomes of a table of results.

    Raises
    ------
    PostureError
        A worker reported that the run cannot continue.
    """
    for packed in table.column(RESULT).to_pylist():
        received = receive(io.BytesIO(packed))
        if received is None:
            raise ValueError("a result was cut short")
        if received[0]["event"] == "failed":
            raise error_from(received[0])
        yield item_result_from(*received)


def _packed(result: ItemResult | PostureError) -> bytes:
    stream = io.BytesIO()
    if isinstance(result, ItemResult):
        send_outcome(stream, result)
    else:
        send(stream, error_message(result))
    return stream.getvalue()
