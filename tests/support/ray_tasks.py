"""Tasks for engines under test, with failures that real photos seldom cause."""

from __future__ import annotations

import os
import time
from pathlib import Path

from posture.batch.engines.task import refused
from posture.batch.model import Item, ItemResult, Task, TaskOptions
from posture.errors import ModelError, PhotoError

SECONDS = 0.05


def mishaps(_: TaskOptions) -> Task:
    """Return a task that aborts, hangs, exits or succeeds, as the item's id says."""

    def task(item: Item) -> ItemResult:
        if item.id.startswith("abort"):
            os.abort()
        if item.id.startswith("hang"):
            time.sleep(1000)
        if item.id.startswith("no model"):
            raise ModelError("The model is gone.", code="model_missing")
        time.sleep(SECONDS)
        return refused(item, PhotoError(f"process {os.getpid()}", code="stub"))

    return task


def node_killer(_: TaskOptions) -> Task:
    """Return a task that kills its own actor at the first item that asks for it."""

    def task(item: Item) -> ItemResult:
        if item.id.startswith("kill actor"):
            flag = Path(item.uri)
            if not flag.exists():
                flag.touch()
                os.kill(os.getppid(), 9)
                time.sleep(1000)
        return refused(item, PhotoError("done", code="stub"))

    return task
