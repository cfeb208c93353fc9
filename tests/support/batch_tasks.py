"""Tasks for batches under test: what becomes of an item stands in its name or its file."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import signal
import threading
import time

from posture.batch.engines.task import local_path, name_of, refused
from posture.batch.model import Item, ItemResult, Task, TaskOptions
from posture.errors import ModelError, PhotoError

PICTURE = b"\xff\xd8 a thumbnail"


def row(item: Item) -> ItemResult:
    """An analysed photo; the worker's process id stands where a sentence would."""
    told = refused(item, PhotoError(str(os.getpid()), code="none"))
    return ItemResult(number=item.number, row={**told.row, "status": "ok"}, thumbnail=PICTURE)


def cut(item: Item) -> ItemResult:
    """An outcome so large that the worker is killed while it sends it."""
    threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return dataclasses.replace(row(item), thumbnail=bytes(2**26))


def cut(item: Item) -> Outcome:
    """An outcome so large that the worker is killed while it sends it."""
    threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return dataclasses.replace(row(item), thumbnail=bytes(2**26))


def mishaps(_: TaskOptions) -> Task:
    """Do what the item's file name says."""

    def task(item: Item) -> ItemResult:
        name = name_of(item)
        kind = name.split("-")[0]
        if kind == "abort":
            os.abort()
        elif kind == "segfault":
            ctypes.string_at(0)
        elif kind == "killed":
            os.kill(os.getpid(), 9)
        elif kind == "quit":
            os._exit(0)
        elif kind == "cut":
            return cut(item)
        elif kind == "memory":
            raise MemoryError
        elif kind == "hang":
            time.sleep(1000)
        elif kind == "stuck":
            ctypes.PyDLL(None).sleep(1000)  # holds the interpreter's lock: no thread can run
        elif kind == "nomodel":
            raise ModelError("The model is gone.", code="model_missing")
        elif kind == "noisy":
            os.write(1, b"library chatter\n")
            os.write(2, b"more of it\n")
        elif kind == "slow":
            time.sleep(0.5)
        return row(item)

    return task


def reading(_: TaskOptions) -> Task:
    """Read the file: what does not begin with ``photo`` is refused, ``abort`` aborts."""

    def task(item: Item) -> ItemResult:
        try:
            content = local_path(item.uri).read_bytes()
        except OSError as error:
            return refused(item, PhotoError(str(error.strerror), code="photo_missing"))
        if content.startswith(b"abort"):
            os.abort()
        time.sleep(0.002)
        if not content.startswith(b"photo"):
            return refused(item, PhotoError("damaged", code="photo_unreadable"))
        return row(item)

    return task


def broken(_: TaskOptions) -> Task:
    """A model that is not there."""
    raise ModelError("The model is not there.", code="model_missing")


def dying(_: TaskOptions) -> Task:
    """A library that ends the process while it loads."""
    os.write(2, b"libmissing.so: cannot open shared object file\n")
    os._exit(7)
