"""Memory of one process that analyses many photos."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final

from benchmarks.photos import FACING_LEFT, FACING_RIGHT
from posture.analysis.analyzer import Analyzer

PHOTOS: Final = 500
WARM_UP: Final = 20
PAGE_MB: Final = resource.getpagesize() / 2**20


def measure_memory(folder: Path) -> dict[str, float]:
    """Return peak and growth, in megabytes, over 500 photos of 12 megapixels (Linux)."""
    photos = [folder / FACING_RIGHT, folder / FACING_LEFT]
    with Analyzer() as analyzer:
        for number in range(WARM_UP):
            analyzer.analyze(photos[number % 2])
        before = resident_mb()
        for number in range(PHOTOS):
            analyzer.analyze(photos[number % 2])
        after = resident_mb()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"peak_mb": peak, "growth_mb": after - before}


def resident_mb(process: int | str = "self") -> float:
    """Return the resident memory of a process, this one by default, in megabytes (Linux)."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * PAGE_MB
