"""Baselines of the batch benchmark, each a process that prints a line for each photo."""

from __future__ import annotations

import sys
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks import python as mp_tasks
from mediapipe.tasks.python import vision

from posture.photo.load import load_photo
from posture.pose.bundle import resolve_model
from posture.pose.detector import PoseDetector


def own_loop(photos: list[Path]) -> None:
    """Run what a user would write: full decode, full-size detection with mask, contour, drawing."""
    options = vision.PoseLandmarkerOptions(
        base_options=mp_tasks.BaseOptions(model_asset_path=str(resolve_model().path)),
        output_segmentation_masks=True,
    )
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for photo in photos:
            picture = cv2.imread(str(photo))
            rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            result = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))
            mask = np.squeeze(result.segmentation_masks[0].numpy_view())
            contours, _ = cv2.findContours(
                (mask > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
            )
            cv2.drawContours(picture, contours, -1, (0, 255, 0), 6)
            height, width = picture.shape[:2]
            for point in result.pose_landmarks[0]:
                place = (round(point.x * width), round(point.y * height))
                cv2.circle(picture, place, 12, (0, 0, 255), -1)
            print(photo.name, flush=True)


def bound(photos: list[Path], *, processes: int) -> None:
    """Do the least that any analysis must: reduced decode and bare detection, on all cores."""
    context = get_context("spawn")
    done: SimpleQueue[str] = context.SimpleQueue()
    started = [
        context.Process(target=_detect, args=(photos[number::processes], done))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    for _ in photos:
        print(done.get(), flush=True)
    for process in started:
        process.join()


def _detect(photos: list[Path], done: SimpleQueue[str]) -> None:
    cv2.setNumThreads(1)
    with PoseDetector() as detector:
        for photo in photos:
            detector.detect(load_photo(photo).image)
            done.put(photo.name)


if __name__ == "__main__":
    found = sorted(Path(sys.argv[2]).glob("*.jpg"))
    if sys.argv[1] == "own_loop":
        own_loop(found)
    else:
        bound(found, processes=int(sys.argv[3]))
