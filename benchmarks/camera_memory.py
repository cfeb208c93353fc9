"""Memory of a server whose camera page stays open: ``python -m benchmarks.camera_memory``.

Frames go the way that those of a browser go once their request has arrived, as fast as they are
read: half an hour of live view at four a second is 7,200 frames. Every hundredth is followed by a
burst of full-size pictures.
"""

from __future__ import annotations

import argparse
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmarks.memory import resident_mb
from posture.analysis.analyzer import Analyzer
from posture.guidance.burst import PICTURES
from posture.guidance.live import FRAME_HEIGHT
from posture.web.camera.cameras import Cameras
from posture.web.services.analyzer import SharedAnalyzer

SAMPLES: Final = Path(__file__).resolve().parent.parent / "sample_images"
WARM_UP: Final = 200
BURST_EVERY: Final = 100
FRAME_S: Final = 0.25
RATIO: Final = 16 / 9
NOISES: Final = 4
"""Versions of each frame, each with its own noise."""


def measure_camera(frames: int) -> list[tuple[int, float]]:
    """Return the memory of this process, in megabytes, after each tenth of the frames (Linux)."""
    small, large = _frames(FRAME_HEIGHT), _frames(1080)
    with Analyzer() as analyzer:
        reader = SharedAnalyzer(analyzer)
        cameras = Cameras(lambda: reader)
        key = cameras.open()
        found = []
        for number, frame in enumerate(islice(cycle(small), WARM_UP + frames)):
            cameras.see(key, frame, at=FRAME_S * number)
            if number % BURST_EVERY == 0:
                cameras.burst(key, large[:PICTURES])
            done = number + 1 - WARM_UP
            if done >= 0 and done % max(frames // 10, 1) == 0:
                found.append((done, resident_mb()))
                print(f"{done} frames: {found[-1][1]:.0f} MB", file=sys.stderr)
    return found


def _frames(height: int) -> list[bytes]:
    """Return JPEGs of a person from the side and from the front, and of an empty wall."""
    rng = np.random.default_rng(1)
    people = [cv2.imread(str(next(SAMPLES.glob(f"{number:02d}_*.jpg")))) for number in (3, 12)]
    scenes = [_wide(each, height) for each in people if each is not None]
    scenes.append(np.broadcast_to(scenes[0][:, :1], scenes[0].shape))
    noisy = [
        np.clip(scene + rng.normal(0.0, 3.0, scene.shape), 0, 255).astype(np.uint8)
        for scene in scenes
        for _ in range(NOISES)
    ]
    return [cv2.imencode(".jpg", each)[1].tobytes() for each in noisy]


def _wide(picture: np.ndarray, height: int) -> np.ndarray:
    """Return a picture in front of its own wall, as wide as a laptop's camera sees."""
    factor = height / len(picture)
    scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    room = round(height * RATIO) - scaled.shape[1]
    return cv2.copyMakeBorder(scaled, 0, 0, room // 2, room - room // 2, cv2.BORDER_REPLICATE)


def main() -> None:
    """Measure, and print the growth."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.camera_memory")
    parser.add_argument("--frames", type=int, default=7200)
    found = measure_camera(parser.parse_args().frames)
    (_, first), *_, (frames, last) = found
    print(f"{first:.0f} MB after {WARM_UP} frames, {last - first:+.1f} MB after {frames} more")


if __name__ == "__main__":
    main()
