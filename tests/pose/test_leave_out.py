"""Dependencies of libraries that this program does without."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from posture.pose.leave_out import left_out


def test_a_module_is_missing_within_the_block_and_there_afterwards() -> None:
    sys.modules.pop("colorsys", None)
    with left_out("colorsys"), pytest.raises(ImportError):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_a_module_that_is_loaded_already_stays() -> None:
    loaded = importlib.import_module("colorsys")
    with left_out("colorsys"):
        assert importlib.import_module("colorsys") is loaded
    assert sys.modules["colorsys"] is loaded


def test_the_detector_loads_no_library_for_sound_and_leaves_it_to_others() -> None:
    words = "import sys, posture.pose.detector; print('sounddevice' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
