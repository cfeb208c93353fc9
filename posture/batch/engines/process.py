"""Parent side of a worker process: start it, give it one item at a time, kill it when it hangs."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import tempfile
import threading
import time
from typing import BinaryIO, Final, cast

from posture.batch.engines.task import died, timed_out
from posture.batch.engines.wire import error_from, item_message, item_result_from
from posture.batch.model import Item, ItemResult, TaskOptions
from posture.child import command, receive, send
from posture.errors import PostureError

START_TIMEOUT_S: Final = 120.0
"""Loading takes a second; on a cold network disk, a minute."""

WORKER: Final = "posture.batch.engines.worker"
_ON_WINDOWS: Final = os.name == "nt"
_NEW_GROUP: Final = 0x200  # CREATE_NEW_PROCESS_GROUP
_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
_KEPT_MEMORY: Final = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
}
"""The C library of Linux gives the memory of each picture back to the system and asks for it again
for the next: a twentieth of a worker's time. Blocks of up to 32 MB are kept instead."""


class WorkerProcess:
    """One worker process.

    Parameters
    ----------
    task : str
        ``module:factory`` of the task, imported in the worker.
    options : TaskOptions

    Notes
    -----
    One thread gives it items; another may call :meth:`enforce` and :meth:`kill` meanwhile.
    """

    def __init__(self, task: str, options: TaskOptions) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._lock = threading.Lock()
        self._deadline: float | None = None
        self._overdue = False
        self._process = subprocess.Popen(  # noqa: S603 - this same interpreter
            command(WORKER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={**_KEPT_MEMORY, **os.environ, **_ONE_THREAD},
            # In a process group of its own, a worker does not receive Ctrl-C from the terminal.
            process_group=None if _ON_WINDOWS else 0,
            creationflags=_NEW_GROUP if _ON_WINDOWS else 0,
        )
        self._set_deadline(START_TIMEOUT_S)
        self._tell({"task": task, "options": dataclasses.asdict(options)})

    def wait_ready(self) -> bool:
        """Wait until the task is loaded; return False if the process ended before.

        Raises
        ------
        PostureError
            The task reports that the run cannot continue.
        """
        received = receive(self._from_worker)
        self._set_deadline(None)
        if received is None:
            return False
        if received[0]["event"] == "failed":
            raise error_from(received[0])
        return True

    def process(self, item: Item, timeout_s: float) -> ItemResult | None:
        """Give the worker an item and wait for its outcome.

        Parameters
        ----------
        timeout_s : float
            Most seconds it may take.

        Returns
        -------
        ItemResult or None
            ``None`` if the worker ended before it started on the item, which is then not to
            blame.

        Raises
        ------
        PostureError
            The run cannot continue.
        """
        self._set_deadline(START_TIMEOUT_S)
        if not self._tell(item_message(item)) or receive(self._from_worker) is None:
            return None
        self._set_deadline(timeout_s)
        received = receive(self._from_worker)
        self._set_deadline(None)
        if received is None:
            return timed_out(item, timeout_s) if self._overdue else died(item, self.end())
        if received[0]["event"] == "failed":
            raise error_from(received[0])
        return item_result_from(*received)

    def enforce(self) -> None:
        """Kill the worker if its deadline has passed."""
        with self._lock:
            if self._deadline is not None and time.monotonic() > self._deadline:
                self._overdue = True
                self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether the process is still running."""
        return self._process.poll() is None

    def end(self) -> str:
        """End the process and return its exit status or signal, as text."""
        self._process.kill()  # the pipe is closed, so nothing it still does is of use
        code = self._process.wait()
        if code >= 0:
            return f"exit status {code}"
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"

    def last_words(self) -> str:
        """Return the last line of the process's standard error."""
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """End the process and free what belongs to it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._to_worker, self._from_worker, self._words):
            try:
                stream.close()
            except OSError:  # unsent bytes for a dead process
                continue

    def _tell(self, message: dict[str, object]) -> bool:
        try:
            send(self._to_worker, message)
        except OSError:
            return False
        return True

    def _set_deadline(self, seconds: float | None) -> None:
        with self._lock:
            self._deadline = None if seconds is None else time.monotonic() + seconds

    @property
    def _to_worker(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _from_worker(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)


def start_error(worker: WorkerProcess) -> PostureError:
    """Return the error for workers that end before they are ready."""
    how, words = worker.end(), worker.last_words()
    return PostureError(
        f"A worker process ended before it was ready ({how}{': ' if words else ''}{words}): "
        "run 'posture doctor', or try fewer --workers.",
        code="worker_start",
    )
