"""Worker process: loads its task once, then turns items into outcomes until dismissed."""

from __future__ import annotations

import importlib
import os
import queue
import signal
import threading
from typing import BinaryIO, cast

from posture.batch.engines.task import limit_threads, out_of_memory
from posture.batch.engines.wire import error_message, item_from, send_outcome
from posture.batch.model import Item, Task, TaskOptions
from posture.child import end_with_parent, prefer_for_oom, receive, send, take_pipes
from posture.errors import PostureError


def main(parent: int) -> None:
    """Serve the parent process until it closes the pipe or ends.

    Parameters
    ----------
    parent : int
        Process id of the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    end_with_parent(parent)
    source, sink = take_pipes()
    prefer_for_oom()
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
