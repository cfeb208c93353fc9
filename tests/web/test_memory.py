"""Memory of the server after many threads: what pictures took goes back to the system."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from posture.web.memory import give_back, keep_flat

ROOT = Path(__file__).resolve().parents[2]

VISITORS = """
import random, sys, threading
import numpy as np
from benchmarks.memory import resident_mb
from posture.web.memory import keep_flat

if sys.argv[1] == "flat":
    keep_flat()
kept, together = [], threading.Barrier(16)

def visitor(seed):
    chance = random.Random(seed)
    together.wait()
    for _ in range(12):
        # A photo of 12 megapixels on its way down to what is kept of it.
        steps = [np.ones(int(mb * 2**20), np.uint8) for mb in (4, 24, 9, 3, 1.5)]
        kept.append(np.ones(40_000, np.uint8))
        chance.shuffle(steps)
        steps.clear()

def crowd():
    threads = [threading.Thread(target=visitor, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

before = resident_mb()
crowd()
print(resident_mb() - before)
"""


def left_by_visitors(how: str) -> float:
    """Return what sixteen visitors at once leave behind, in megabytes; they keep 8 MB."""
    done = subprocess.run(
        [sys.executable, "-c", VISITORS, how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return float(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has this to set")
def test_what_pictures_took_goes_back_although_small_things_stay() -> None:
    assert left_by_visitors("plain") > 60
    assert left_by_visitors("flat") < 25


@pytest.mark.parametrize("error", [OSError("no such library"), AttributeError("mallopt")])
def test_another_c_library_is_left_as_it_is(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: str) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", load)
    keep_flat()
    give_back()
