"""Latency of a correction: ``python -m benchmarks.correction``.

A photo of 12 megapixels is analysed once; then points are moved, and everything is measured again
on one core, without the network.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from posture.analysis.analyzer import Analyzer
from posture.analysis.correct import correct, offered_pelvis_px, points_px
from posture.inputs.corrections import Corrections

SAMPLES = Path(__file__).parents[1] / "sample_images"
SIZE = (3000, 4000)
ROUNDS = 10


def main() -> None:
    """Print median and largest latency, in milliseconds of processor and of wall-clock time."""
    cv2.setNumThreads(1)
    spent, passed, masks = [], [], []
    with Analyzer() as analyzer:
        for path in sorted(SAMPLES.glob("*.jpg"))[:5]:
            photo = np.asarray(Image.open(path).convert("RGB").resize(SIZE))
            found = analyzer.analyze(photo)
            masks.append(found.geometry.mask.nbytes / 2**20)
            hip = points_px(found)["hip"] or (0.0, 0.0)
            for step in range(ROUNDS):
                points = {**offered_pelvis_px(found), "hip": (hip[0] + 2 + step, hip[1])}
                cpu, clock = time.process_time(), time.perf_counter()
                correct(found, Corrections(**points))
                spent.append(1000 * (time.process_time() - cpu))
                passed.append(1000 * (time.perf_counter() - clock))
    print(f"corrections of a {SIZE[0]} x {SIZE[1]} photo: {len(spent)}")
    print(f"processor ms: median {statistics.median(spent):.0f}, largest {max(spent):.0f}")
    print(f"wall ms:      median {statistics.median(passed):.0f}, largest {max(passed):.0f}")
    print(f"mask kept for corrections: {max(masks):.1f} MB per photo")


if __name__ == "__main__":
    main()
