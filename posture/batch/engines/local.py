"""The local engine: worker processes on this computer, replaced when they die or hang."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Generator, Iterator
from typing import Final, TypeVar

from posture.batch.engines.process import WorkerProcess, start_error
from posture.batch.model import DEFAULT_TIMEOUT_S, Item, ItemResult, TaskOptions
from posture.errors import PostureError

TASK: Final = "posture.batch.engines.task:AnalysisTask"
MAX_START_FAILURES: Final = 3
"""Workers that in turn end before they are ready: then it is no accident."""

_TICK_S: Final = 0.1
_WAITING_PER_WORKER: Final = 4
"""Outcomes that may wait to be written; more would only fill memory."""

_Thing = TypeVar("_Thing")


def default_workers() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def put_unless(closed: threading.Event, waiting: queue.Queue[_Thing], thing: _Thing) -> bool:
    """Put a thing on a queue when there is room; return False if it is closed before."""
    while not closed.is_set():
        try:
            waiting.put(thing, timeout=_TICK_S)
        except queue.Full:
            continue
        return True
    return False


class LocalEngine:
    """Runs a task in worker processes on this computer.

    Parameters
    ----------
    workers : int, optional
        Number of processes; one for each core when not given.
    timeout_s : float
        Seconds after which a photo is given up and its worker replaced.
    task : str
        ``module:factory``; the factory takes :class:`TaskOptions` and returns a task.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        task: str = TASK,
    ) -> None:
        self.workers = workers or default_workers()
        self._timeout_s = timeout_s
        self._task = task

    def run(
        self, items: Iterator[Item], options: TaskOptions, *, stop: threading.Event
    ) -> Generator[ItemResult, None, None]:
        """Yield one outcome for each item; see :class:`posture.batch.model.Engine`."""
        crew = _Crew(
            items, options, workers=self.workers, task=self._task, timeout_s=self._timeout_s
        )
        crew.start()
        try:
            yield from crew.outcomes(stop)
        finally:
            crew.close()


class _Crew:
    """The workers of one run, each with a thread of this process that looks after it."""

    def __init__(
        self,
        items: Iterator[Item],
        options: TaskOptions,
        *,
        workers: int,
        task: str,
        timeout_s: float,
    ) -> None:
        self._items = items
        self._items_lock = threading.Lock()
        self._options = options
        self._task = task
        self._timeout_s = timeout_s
        self._closing = threading.Event()
        self._attending = [threading.Thread(target=self._attend) for _ in range(workers)]
        self._watching = threading.Thread(target=self._watch)
        self._running: set[WorkerProcess] = set()
        self._running_lock = threading.Lock()
        self._done: queue.Queue[ItemResult | BaseException | None] = queue.Queue(
            maxsize=_WAITING_PER_WORKER * workers
        )

    def start(self) -> None:
        """Start the threads; each starts its worker when it gets its first item."""
        for thread in (*self._attending, self._watching):
            thread.start()

    def outcomes(self, stop: threading.Event) -> Iterator[ItemResult]:
        """Yield outcomes until all items are done or ``stop`` is set."""
        left = len(self._attending)
        while left and not stop.is_set():
            try:
                done = self._done.get(timeout=_TICK_S)
            except queue.Empty:
                continue
            if isinstance(done, BaseException):
                raise done
            if done is None:
                left -= 1
            else:
                yield done

    def close(self) -> None:
        """Kill the workers and wait for the threads."""
        self._closing.set()
        with self._running_lock:
            for worker in self._running:
                worker.kill()
        for thread in (*self._attending, self._watching):
            thread.join()

    def _attend(self) -> None:
        """Look after one worker: give it items, replace it when it dies."""
        worker: WorkerProcess | None = None
        try:
            while (item := self._next_item()) is not None:
                outcome: ItemResult | None = None
                while outcome is None and not self._closing.is_set():
                    worker = worker or self._started()
                    outcome = worker.process(item, self._timeout_s)
                    if outcome is None or not worker.alive:
                        self._dismiss(worker)
                        worker = None
                if outcome is not None:
                    put_unless(self._closing, self._done, outcome)
        except BaseException as error:  # noqa: BLE001 - raised again where the rows are kept
            put_unless(self._closing, self._done, error)
        finally:
            if worker is not None:
                self._dismiss(worker)
            put_unless(self._closing, self._done, None)

    def _next_item(self) -> Item | None:
        with self._items_lock:
            return None if self._closing.is_set() else next(self._items, None)

    def _started(self) -> WorkerProcess:
        """Return a worker that is ready."""
        for attempt in range(1, MAX_START_FAILURES + 1):
            worker = WorkerProcess(self._task, self._options)
            with self._running_lock:
                self._running.add(worker)
            if self._closing.is_set():
                worker.kill()  # it came too late to be killed with the others
            try:
                if worker.wait_ready():
                    return worker
                if attempt == MAX_START_FAILURES or self._closing.is_set():
                    raise start_error(worker)
            except PostureError:
                self._dismiss(worker)
                raise
            self._dismiss(worker)
        raise AssertionError("the loop returns or raises")

    def _dismiss(self, worker: WorkerProcess) -> None:
        with self._running_lock:
            self._running.discard(worker)
        worker.close()

    def _watch(self) -> None:
        """Kill workers whose photo takes too long."""
        while not self._closing.wait(_TICK_S):
            with self._running_lock:
                for worker in self._running:
                    worker.enforce()
