"""Throughput of ``posture batch``, beside a user's own loop and the bound."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.photos import make_many

WARM_UP: Final = 0.15
"""Share of photos at the start that is not timed, while processes load their models."""

ROUNDS: Final = 3
SOME_REFUSED: Final = 3
CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
WAYS: Final = ("own_loop", "bound", "one_worker", "all_workers", "overlays", "ray")


@dataclass(kw_only=True)
class Timing:
    """Measurements of one way: rates in photos/s, wall and processor times in seconds."""

    rates: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Photos per second once all processes run, median of the rounds."""
        return statistics.median(self.rates)

    @property
    def wall(self) -> float:
        """Seconds from start to end of the command, median of the rounds."""
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        """Processor seconds of all processes of the way together, median of the rounds."""
        return statistics.median(self.processor)


def measure_batch(photos: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Time all ways in turn, round by round, on the same 12 MP photos.

    Parameters
    ----------
    photos : int
        Number of photos in each round.

    Returns
    -------
    dict of str to float
        ``rate_...``, ``wall_...`` and ``cpu_...`` (seconds per photo) of each way; bytes per
        photo of rows, overlays and thumbnails; ``load_...`` average of the machine.
    """
    figures: dict[str, float] = {"photos": photos, "rounds": rounds, "cores": CORES}
    loads = [os.getloadavg()[0]]
    timings = {name: Timing() for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photos"
        source.mkdir()
        figures["photo_mb"] = make_many(source, photos)
        for number in range(rounds):
            for name, timing in timings.items():
                out = Path(folder) / f"{name}-{number}"
                _time(_command(name, source, out), photos, timing)
                loads.append(os.getloadavg()[0])
                print(
                    f"round {number + 1} {name}: {timing.rates[-1]:.2f} photos/s, "
                    f"{timing.walls[-1]:.1f} s in all, load {loads[-1]:.1f}",
                    file=sys.stderr,
                )
        figures.update(_sizes(Path(folder) / "overlays-0", photos))
    figures["load_before"] = loads[0]
    figures["load_least"], figures["load_most"] = min(loads[1:]), max(loads[1:])
    for name, timing in timings.items():
        figures[f"rate_{name}"], figures[f"wall_{name}"] = timing.rate, timing.wall
        figures[f"cpu_{name}"] = timing.cpu / photos
    return figures


def _command(way: str, source: Path, out: Path) -> list[str]:
    if way in ("own_loop", "bound"):
        return [sys.executable, "-m", "benchmarks.batch_baselines", way, str(source), str(CORES)]
    options = {
        "one_worker": ["--workers", "1"],
        "all_workers": ["--workers", str(CORES)],
        "overlays": ["--workers", str(CORES), "--overlays"],
        "ray": ["--workers", str(CORES), "--engine", "ray"],
    }
    command = [sys.executable, "-m", "posture", "batch", str(source), "--out", str(out)]
    return [*command, "--json-lines", *options[way]]


def _time(command: list[str], photos: int, timing: Timing) -> None:
    """Run one way and time its lines of output, of which there is one for each finished photo."""
    with tempfile.TemporaryFile("w+") as words:
        began, before = time.perf_counter(), _processor_s()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words)
        moments = [time.perf_counter() for _ in process.stdout or ()]
        code = process.wait()
        timing.walls.append(time.perf_counter() - began)
        timing.processor.append(_processor_s() - before)
        if code not in (0, SOME_REFUSED) or len(moments) != photos:
            words.seek(0)
            raise RuntimeError(f"{command}: {code}, {len(moments)} photos\n{words.read()}")
    first = round(WARM_UP * photos)
    timing.rates.append((photos - 1 - first) / (moments[-1] - moments[first]))


def _processor_s() -> float:
    """Return the processor time of all child processes that have ended, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(out: Path, photos: int) -> dict[str, float]:
    """Return bytes per photo of a batch's results, without the fixed overhead of each file."""
    import pyarrow.parquet as pq

    from posture.export.rows import table_of

    rows = pq.read_table(out / "rows").to_pylist()
    half = len(rows) // 2
    marginal = _parquet_bytes(table_of(rows)) - _parquet_bytes(table_of(rows[:half]))
    overlays = sum(path.stat().st_size for path in (out / "overlays").rglob("*.jpg"))
    thumbnails = sum(path.stat().st_size for path in (out / "thumbnails").glob("*.parquet"))
    return {
        "row_bytes": marginal / (len(rows) - half),
        "json_bytes": statistics.mean(len(json.dumps(row)) for row in rows),
        "overlay_bytes": overlays / photos,
        "thumbnail_bytes": thumbnails / photos,
    }


def _parquet_bytes(table: object) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return int(sink.getvalue().size)
