"""Time per 12 MP photo on one core: the product, its bound, and a user's own loop."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks import python as mp_tasks
from mediapipe.tasks.python import vision

from benchmarks.photos import FACING_LEFT, FACING_RIGHT
from posture.analysis.analyzer import Analyzer
from posture.photo.load import load_photo
from posture.pose.bundle import resolve_model
from posture.pose.detector import PoseDetector

ROUNDS: Final = 25


def measure_speed(folder: Path) -> dict[str, float]:
    """Return the median time of each way, milliseconds, measured in turn on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    right, left = folder / FACING_RIGHT, folder / FACING_LEFT
    with Analyzer(bystanders=False) as analyzer, PoseDetector() as detector, _landmarker() as plain:
        ways: dict[str, Callable[[], object]] = {
            "bound": lambda: detector.detect(load_photo(right).image),
            "analysis_right": lambda: analyzer.analyze(right),
            "analysis_left": lambda: analyzer.analyze(left),
            "own_loop": lambda: _own_loop(plain, right),
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


def _landmarker() -> vision.PoseLandmarker:
    options = vision.PoseLandmarkerOptions(
        base_options=mp_tasks.BaseOptions(model_asset_path=str(resolve_model().path)),
        output_segmentation_masks=True,
    )
    return vision.PoseLandmarker.create_from_options(options)


def _own_loop(landmarker: vision.PoseLandmarker, path: Path) -> int:
    """Do what tutorials do: full decode, full-size detection with mask, contour."""
    image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    result = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=image))
    mask = np.squeeze(result.segmentation_masks[0].numpy_view())
    contours, _ = cv2.findContours(
        (mask > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    return len(contours)
