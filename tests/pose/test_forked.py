"""An analyzer carried into a forked process: an error at once, and no hang."""

from __future__ import annotations

import json
import multiprocessing
import queue
import subprocess
import sys
import time
from multiprocessing.queues import Queue

import numpy as np
import pytest

from posture.errors import ModelError
from posture.pose.detector import PoseDetector

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork"
)


def use(detectors: list[PoseDetector], said: Queue[str]) -> None:
    """Use, close and drop the copy of a detector, as a child does that ends in order."""
    began = time.monotonic()
    try:
        detectors[0].detect(np.full((400, 300, 3), 128, np.uint8))
    except ModelError as error:
        said.put(f"{error.code} {error}")
    detectors[0].close()
    detectors.clear()
    said.put(f"{time.monotonic() - began:.1f}")


def fork() -> dict[str, object]:
    """Fork with a detector; return what the child said and how it ended."""
    context = multiprocessing.get_context("fork")
    with PoseDetector() as detector:
        said: Queue[str] = context.Queue()
        child = context.Process(target=use, args=([detector], said))
        child.start()
        try:
            words, seconds = said.get(timeout=30), said.get(timeout=30)
        except queue.Empty:
            child.kill()
            sys.exit("the forked copy hangs")
        child.join(timeout=30)
        alive = child.is_alive()
        child.kill()
    return {"words": words, "seconds": seconds, "alive": alive, "exit": child.exitcode}


def test_a_forked_copy_says_spawn_at_once_and_ends_in_order() -> None:
    # In a process of its own: a fork next to the threads of a browser may hang by itself.
    ran = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", __file__],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert not found["alive"]
    assert found["exit"] == 0
    assert found["words"].startswith("forked ")
    assert 'multiprocessing.get_context("spawn")' in found["words"]
    assert float(found["seconds"]) < 2.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(fork()) + "\n")
