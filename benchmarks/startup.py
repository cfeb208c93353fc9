"""Start-up time: the import, and the first photo of a cold process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.photos import FACING_RIGHT

RUNS: Final = 7

_IMPORT = "import time; t = time.perf_counter(); import posture; print(time.perf_counter() - t)"


def measure_startup(folder: Path) -> dict[str, float]:
    """Return the median seconds of ``import posture`` and of ``posture analyze`` of one photo."""
    photo = folder / FACING_RIGHT
    imports = [float(_run("-c", _IMPORT)) for _ in range(RUNS)]
    cold = []
    for _ in range(RUNS):
        start = time.perf_counter()
        _run("-m", "posture", "analyze", str(photo))
        cold.append(time.perf_counter() - start)
    return {"import_s": statistics.median(imports), "analyze_s": statistics.median(cold)}


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return done.stdout
