"""Local engine: worker processes on this computer, replaced when they die or hang."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Generator, Iterator
from typing import Final

from posture.batch.engines.process import WorkerProcess, start_error
from posture.batch.model import DEFAULT_TIMEOUT_S, Item, ItemResult, TaskOptions
from posture.errors import PostureError

TASK: Final = "posture.batch.engines.task:AnalysisTask"
MAX_START_FAILURES: Final = 3
"""Workers in a row that end before they are ready: then it is no accident."""

_TICK_S: Final = 0.1
_WAITING_PER_WORKER: Final = 4
"""Most outcomes waiting to be written; more would only fill memory."""


def default_workers() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalEngine:
    """Runs a task in worker processes on this computer.

    Parameters
    ----------
    workers : int, optional
        Number of processes; one for each core if not given.
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
        crew = _Crew(items, options, task=self._task, timeout_s=self._timeout_s)
        crew.start(self.workers)
        try:
            yield from crew.outcomes(stop)
        finally:
            crew.close()


class _Crew:
    """Workers of one run, each supervised by a thread of this process."""

    def __init__(
        self, items: Iterator[Item], options: TaskOptions, *, task: str, timeout_s: float
    ) -> None:
        self._items = items
        self._items_lock = threading.Lock()
        self._options = options
        self._task = task
        self._timeout_s = timeout_s
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._running: dict[int, WorkerProcess] = {}
        self._running_lock = threading.Lock()
        self._done: queue.Queue[ItemResult | BaseException | None] = queue.Queue()

    def start(self, workers: int) -> None:
        """Start the threads; each starts its worker when it gets its first item."""
        self._done = queue.Queue(maxsize=_WAITING_PER_WORKER * workers)
        looks_after = [threading.Thread(target=self._attend) for _ in range(workers)]
        self._threads = [*looks_after, threading.Thread(target=self._watch)]
        for thread in self._threads:
            thread.start()

    def outcomes(self, stop: threading.Event) -> Iterator[ItemResult]:
        """Yield outcomes until all items are done or ``stop`` is set."""
        left = len(self._threads) - 1
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
        self._kill_all()
        for thread in self._threads:
            thread.join()

    def _attend(self) -> None:
        """Supervise one worker: give it items, replace it when it dies."""
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
                    self._put(outcome)
        except BaseException as error:  # noqa: BLE001 - raised again in the consuming thread
            self._put(error)
        finally:
            if worker is not None:
                self._dismiss(worker)
            self._put(None)

    def _next_item(self) -> Item | None:
        with self._items_lock:
            return None if self._closing.is_set() else next(self._items, None)

    def _started(self) -> WorkerProcess:
        """Return a worker that is ready."""
        for attempt in range(1, MAX_START_FAILURES + 1):
            worker = WorkerProcess(self._task, self._options)
            with self._running_lock:
                self._running[worker.pid] = worker
            if self._closing.is_set():
                worker.kill()  # started too late to be killed with the others
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
            self._running.pop(worker.pid, None)
        worker.close()

    def _put(self, done: ItemResult | BaseException | None) -> None:
        while not self._closing.is_set():
            try:
                self._done.put(done, timeout=_TICK_S)
            except queue.Full:
                continue
            return

    def _watch(self) -> None:
        """Kill workers whose photo takes too long."""
        while not self._closing.wait(_TICK_S):
            with self._running_lock:
                for worker in self._running.values():
                    worker.enforce()

    def _kill_all(self) -> None:
        with self._running_lock:
            for worker in self._running.values():
                worker.kill()
