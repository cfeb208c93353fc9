"""Ray engine: the same rows, computed on a cluster through Ray Data.

Rows do not depend on Ray's guarantees: the engine ticks off each item and resubmits those that did
not come back, so each item ends in exactly one row whichever node is lost.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from posture.batch.engines.local import TASK, put_unless
from posture.batch.engines.ray_connection import connected, cores, import_ray, quiet
from posture.batch.engines.ray_worker import PhotoWorker, items_table, outcomes_of
from posture.batch.engines.task import died
from posture.batch.model import DEFAULT_TIMEOUT_S, Item, ItemResult, TaskOptions
from posture.errors import PostureError

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

__all__ = ["RayEngine"]

WINDOW: Final = 200_000
"""Items passed to Ray at a time, some 60 MB; each window starts a new pool of actors."""

MOST_PER_TASK: Final = 32
"""Items of one task: three seconds of work, the cost of a lost actor."""

TASKS_PER_WORKER: Final = 8
"""Enough for the last tasks of a window to keep all workers busy."""

ROUNDS_ALONE: Final = 2
"""Retries of an item whose task was lost, each in a task of its own."""

WAITING_TABLES: Final = 4
FETCHER: Final = "posture-ray-results"

_TICK_S: Final = 0.2


class RayEngine:
    """Runs a task in an actor pool of Ray Data, on this computer or on a cluster.

    Parameters
    ----------
    workers : int, optional
        Number of actors, one core each; all cores of the cluster if not given.
    address : str, optional
        Address of a running cluster (``host:6379``, ``auto`` or ``ray://host:10001``). If not
        given, the one in RAY_ADDRESS, else a private Ray instance on this computer.
    timeout_s : float
        Seconds after which a photo is given up.
    task : str
        ``module:factory`` of the task; it must be installed on all nodes.

    Raises
    ------
    SettingsError
        ``ray_missing`` if Ray is not installed.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        address: str | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        task: str = TASK,
    ) -> None:
        import_ray()
        self._workers = workers
        self._address = address or os.environ.get("RAY_ADDRESS")
        self._timeout_s = timeout_s
        self._task = task

    def run(
        self, items: Iterator[Item], options: TaskOptions, *, stop: threading.Event
    ) -> Generator[ItemResult, None, None]:
        """Yield one outcome for each item; see :class:`posture.batch.model.Engine`.

        Raises
        ------
        PostureError
            ``ray_unreachable`` if there is no cluster at the address, ``ray_lost`` if it no
            longer returns anything.
        """
        with quiet(), _ended_fetchers(), connected(self._address, self._workers):
            while not stop.is_set() and (window := list(itertools.islice(items, WINDOW))):
                yield from self._window(window, options, stop)

    def _window(
        self, window: list[Item], options: TaskOptions, stop: threading.Event
    ) -> Iterator[ItemResult]:
        """Submit items until each has come back, or was lost even in a task of its own."""
        missing = {item.number: item for item in window}
        for attempt in range(1 + ROUNDS_ALONE):
            before = len(missing)
            workers = self._workers or cores()  # nodes may have been lost since the last round
            most = max(1, min(MOST_PER_TASK, len(window) // (TASKS_PER_WORKER * workers)))
            tasks = _tasks(list(missing.values()), 1 if attempt else most)
            dataset = self._dataset(tasks, options, actors=min(workers, len(tasks)))
            for outcome in _received(dataset, stop):
                # A lost node may have sent a result that Ray then computes again.
                if missing.pop(outcome.number, None) is not None:
                    yield outcome
            if not missing or stop.is_set():
                return
            if len(missing) == before > 1:
                raise PostureError(
                    "The Ray cluster no longer returns results: check its nodes, then go on "
                    "with --resume.",
                    code="ray_lost",
                )
        for item in missing.values():
            yield died(item, "its node was lost each time")

    def _dataset(self, tasks: list[pa.Table], options: TaskOptions, *, actors: int) -> Dataset:
        import ray

        return ray.data.from_arrow(tasks).map_batches(
            PhotoWorker,
            fn_constructor_args=(options, self._timeout_s, self._task),
            batch_size=None,
            batch_format="pyarrow",
            num_cpus=1,
            # The pool may shrink to one: when a node is lost, idle actors make room for those
            # that have to move.
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=actors, initial_size=actors),
        )


def _tasks(items: list[Item], most: int) -> list[pa.Table]:
    """Return items in tables of at most so many, each of which one actor works through."""
    return [items_table(items[start : start + most]) for start in range(0, len(items), most)]


def _received(dataset: Dataset, stop: threading.Event) -> Iterator[ItemResult]:
    """Yield outcomes as tasks complete; end soon after ``stop`` is set."""
    tables: queue.Queue[pa.Table | None] = queue.Queue(maxsize=WAITING_TABLES)
    enough = threading.Event()
    # Waiting for Ray's next table cannot be interrupted, so a thread does it.
    thread = threading.Thread(
        target=_fetch, args=(dataset, tables, enough), name=FETCHER, daemon=True
    )
    thread.start()
    try:
        while not stop.is_set():
            try:
                table = tables.get(timeout=_TICK_S)
            except queue.Empty:
                continue
            if table is None:
                return
            yield from outcomes_of(table)
    finally:
        enough.set()


def _fetch(dataset: Dataset, tables: queue.Queue[pa.Table | None], enough: threading.Event) -> None:
    """Put tables of results on the queue until there are no more, or ``enough`` is set."""
    from ray.exceptions import RayError

    try:
        for table in dataset.iter_batches(
            batch_size=None, batch_format="pyarrow", prefetch_batches=0
        ):
            if not put_unless(enough, tables, table):
                return
    except (RayError, RuntimeError, OSError) as error:
        # Missing items are resubmitted, or reported if nothing comes back at all.
        logging.getLogger(__name__).info("a run of Ray ended early: %s", error)
    put_unless(enough, tables, None)


@contextmanager
def _ended_fetchers() -> Iterator[None]:
    """Give threads whose cluster is gone a moment to end, while their log output is muted."""
    try:
        yield
    finally:
        for thread in threading.enumerate():
            if thread.name == FETCHER:
                thread.join(timeout=1.0)
