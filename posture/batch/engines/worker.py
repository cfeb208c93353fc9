"""Worker process: loads its task once, then turns items into outcomes until dismissed."""

from __future__ import annotations

import ctypes
import importlib
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from posture.batch.engines.task import limit_threads, out_of_memory
from posture.batch.engines.wire import error_message, item_from, receive, send, send_outcome
from posture.batch.model import Item, Task, TaskOptions
from posture.errors import PostureError

_STDIN: Final = 0
_STDOUT: Final = 1
_STDERR: Final = 2
_PR_SET_PDEATHSIG: Final = 1
_OOM_SCORE: Final = "700"
"""When memory runs out, the system should kill a worker, never the process that writes the rows."""


def main(parent: int) -> None:
    """Serve the parent process until it closes the pipe or ends.

    Parameters
    ----------
    parent : int
        Process id of the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    _end_with_parent(parent)
    source, sink = _take_pipes()
    _prefer_for_oom()
    first = receive(source)
    if first is None:
        return
    try:
        task = _task(first[0])
    except PostureError as error:
        send(sink, error_message(error))
        return
    items: queue.SimpleQueue[Item] = queue.SimpleQueue()
    threading.Thread(target=_read_items, args=(source, items), daemon=True).start()
    send(sink, {"event": "ready"})
    while _serve(task, items.get(), sink):
        pass


def _serve(task: Task, item: Item, sink: BinaryIO) -> bool:
    """Turn one item into its outcome; return whether this process is fit for another."""
    send(sink, {"event": "started"})
    try:
        outcome = task(item)
    except MemoryError:
        send_outcome(sink, out_of_memory(item))
        return False  # the state after a failed allocation cannot be trusted
    except PostureError as error:
        send(sink, error_message(error))
        return False
    send_outcome(sink, outcome)
    return True


def _read_items(source: BinaryIO, items: queue.SimpleQueue[Item]) -> None:
    """Pass items on; end the process, whatever it is doing, once the parent is gone."""
    while (received := receive(source)) is not None:
        items.put(item_from(received[0]))
    os._exit(0)


def _task(message: dict[str, object]) -> Task:
    """Create the task that the parent names as ``module:factory``."""
    module, _, factory = str(message["task"]).partition(":")
    options = cast("dict[str, object]", message["options"])
    limit_threads()
    made = getattr(importlib.import_module(module), factory)
    return cast("Task", made(TaskOptions(**options)))  # type: ignore[arg-type]


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Reserve the pipes for packets: output of libraries must not get between them."""
    source, sink = os.dup(_STDIN), os.dup(_STDOUT)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), _STDIN)
    os.dup2(_STDERR, _STDOUT)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


def _end_with_parent(parent: int) -> None:
    """Ask Linux to kill this process with its parent; a thread cannot while a decoder hangs."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _prefer_for_oom() -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
