"""Overhead of a batch besides the analysis: ``python -m benchmarks.batch_overhead [ROWS]``."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from posture.batch.engines.local import LocalEngine
from posture.batch.engines.task import AnalysisTask
from posture.batch.model import Item, ItemResult, Task, TaskOptions
from posture.batch.parts import Done
from posture.batch.request import Request
from posture.batch.run import run_batch

ROWS: Final = 100_000
EARLY: Final = 1_000
"""Rows after which memory is measured for the first time."""

SAMPLE: Final = Path(__file__).parents[1] / "sample_images" / "02_neutral_man_right.jpg"
PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 2**20


def stub(options: TaskOptions) -> Task:
    """Return a task that returns the same real row and thumbnail for every item."""
    real = AnalysisTask(options)(Item(number=0, id="sample", uri=str(SAMPLE)))

    def copy(item: Item) -> ItemResult:
        row = {**real.row, "id": item.id, "uri": item.uri}
        wanted = options.thumbnail_every and item.number % options.thumbnail_every == 0
        return ItemResult(number=item.number, row=row, thumbnail=real.thumbnail if wanted else None)

    return copy


class Watch:
    """Reporter that times the rows and measures the memory of this process."""

    def __init__(self) -> None:
        self.began = self.ended = self.early_mb = self.most_mb = 0.0
        self._rows = 0

    def note(self, sentence: str) -> None:
        """Ignore the note."""

    def begin(self, total: int, done: Done) -> None:
        """Ignore the start."""

    def outcome(self, outcome: ItemResult) -> None:  # noqa: ARG002 - only counted
        """Count a row; the clock starts with the first, when the workers are up."""
        self.began = self.began or time.perf_counter()
        self._rows += 1
        if self._rows == EARLY:
            self.early_mb = resident_mb()
        elif self._rows % EARLY == 0:
            self.most_mb = max(self.most_mb, resident_mb())

    def end(self) -> None:
        """Stop the clock."""
        self.ended = time.perf_counter()


def resident_mb() -> float:
    """Return the resident memory of this process, megabytes (Linux)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_MB


def cpu_seconds() -> float:
    """Return the processor time of this process and of ended workers, seconds."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def measure_overhead(folder: Path, rows: int = ROWS) -> dict[str, float]:
    """Return milliseconds per photo, and growth of memory in megabytes.

    ``overhead_ms`` runs from the first row to the last, ``whole_ms`` includes start, listing,
    summary and gallery; ``cpu_ms`` is the processor time of all cores, which other programs do not
    lengthen.
    """
    manifest = folder / "photos.txt"
    manifest.write_text("".join(f"photo-{n:07d}.jpg\n" for n in range(rows)), encoding="utf-8")
    watch, start, busy = Watch(), time.perf_counter(), cpu_seconds()
    request = Request(source=str(manifest), out=str(folder / "out"))
    engine = LocalEngine(task="benchmarks.batch_overhead:stub")
    report = run_batch(request, engine, stop=threading.Event(), reporter=watch)
    whole = time.perf_counter() - start
    after = resident_mb()
    return {
        "rows": report.total,
        "overhead_ms": 1000 * (watch.ended - watch.began) / rows,
        "whole_ms": 1000 * whole / rows,
        "cpu_ms": 1000 * (cpu_seconds() - busy) / rows,
        "growth_mb": watch.most_mb - watch.early_mb,
        "closing_growth_mb": max(after, watch.most_mb) - watch.early_mb,
    }


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as place:
        for name, value in measure_overhead(Path(place), wanted).items():
            print(name, round(value, 3))
