"""Time per 12 MP photo on one core: the product, its bound, and a user's own loop."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2

from benchmarks import bare
from benchmarks.photos import FACING_LEFT, FACING_RIGHT
from posture.analysis.analyzer import Analyzer

ROUNDS: Final = 25


def measure_speed(folder: Path) -> dict[str, float]:
    """Return the median time of each way, milliseconds, measured in turn on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    right, left = folder / FACING_RIGHT, folder / FACING_LEFT
    with Analyzer(bystanders=False) as analyzer, bare.landmarker() as network:
        ways: dict[str, Callable[[], object]] = {
            "bound": lambda: bare.bound(network, right),
            "analysis_right": lambda: analyzer.analyze(right),
            "analysis_left": lambda: analyzer.analyze(left),
            "own_loop": lambda: bare.own_loop(network, right),
        }
        return _medians(ways)


def _medians(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Time the ways in turn, so that a machine whose speed drifts slows all of them alike."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(ROUNDS + 2):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if round_number >= 2:  # the first rounds warm up caches
                seconds[name].append(time.perf_counter() - start)
    return {name: 1000 * statistics.median(values) for name, values in seconds.items()}
