"""An analyzer carried into a forked process: an error at once, and no hang."""

from __future__ import annotations

import multiprocessing
import queue
import time
from multiprocessing.queues import Queue

import numpy as np
import pytest

from posture.errors import ModelError
from posture.pose.detector import PoseDetector

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork"
)
GREY = np.full((400, 300, 3), 128, np.uint8)


def use(detectors: list[PoseDetector], said: Queue[str]) -> None:
    """Use, close and drop the copy of a detector, as a child does that ends in order."""
    began = time.monotonic()
    try:
        detectors[0].detect(GREY)
    except ModelError as error:
        said.put(f"{error.code} {error}")
    detectors[0].close()
    detectors.clear()
    said.put(f"{time.monotonic() - began:.1f}")


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_copy_says_spawn_at_once_and_ends_in_order() -> None:
    context = multiprocessing.get_context("fork")
    with PoseDetector() as detector:
        said: Queue[str] = context.Queue()
        child = context.Process(target=use, args=([detector], said))
        child.start()
        try:
            words, seconds = said.get(timeout=30), said.get(timeout=30)
        except queue.Empty:
            pytest.fail("the forked copy hangs")
        finally:
            child.join(timeout=30)
            alive = child.is_alive()
            child.kill()
        assert not alive
        assert child.exitcode == 0
        assert words.startswith("forked ")
        assert 'multiprocessing.get_context("spawn")' in words
        assert float(seconds) < 2.0
