"""Where the time of a photo in a batch goes: processor time of each stage, on 12 MP photos."""

from __future__ import annotations

import dataclasses
import io
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import cv2
from mediapipe.tasks.python import vision

from benchmarks import bare
from benchmarks.photos import make_many
from posture.analysis.analyzer import Analyzer
from posture.analysis.pipeline import Body, read_body
from posture.analysis.result import Analysis
from posture.batch.engines.task import THUMBNAIL_QUALITY, THUMBNAIL_SIDE
from posture.batch.engines.wire import item_result_from, send_outcome
from posture.batch.model import ItemResult
from posture.child import receive
from posture.draw import encode_jpeg, thumbnail
from posture.estimator.file import shipped_estimator
from posture.export.batch_folder import stored_text
from posture.export.entries import entry_of
from posture.export.rows import row_of
from posture.geometry.refinement import refined
from posture.geometry.silhouette import trace_silhouette
from posture.inputs.corrections import NO_CORRECTIONS
from posture.inputs.hints import NO_HINTS
from posture.photo.load import load_photo
from posture.pose.detector import PoseDetector
from posture.pose.mirror import detect_either_way
from posture.view.capture import photo_findings
from posture.view.gate import judge_facing, judge_view
from posture.view.stance import trunk_length_px

T = TypeVar("T")

PHOTOS: Final = 11
ROUNDS: Final = 6
STARTS: Final = 3
BATCH: Final = 500
"""Photos over which the start of a worker is spread."""

_START: Final = (
    "from posture.batch.engines.task import AnalysisTask, limit_threads; "
    "from posture.batch.model import TaskOptions; limit_threads(); AnalysisTask(TaskOptions())"
)

STAGES: Final = {
    "decode": "scaled decode, bare",
    "detect": "detection, bare",
    "load": "hash, header, upright, search for frames and drawn lines",
    "find": "both ways round, checks that it is a person, copy of the mask",
    "gate": "facing, roll, stance, sharpness",
    "outline": "contour and edges, refined",
    "estimate": "measures, features, estimates",
    "verdict": "screening, keypoints, result",
    "row": "row, JSON, pipe to the process that writes",
    "picture": "thumbnail of the gallery",
    "process": f"start of a worker, over {BATCH} photos",
}
"""Stages and what they hold, in the order of the page."""

BEFORE: Final = {
    "decode": 32.1,
    "detect": 56.5,
    "load": 6.6,
    "find": 2.9,
    "gate": 12.5,
    "outline": 9.0,
    "estimate": 4.0,
    "verdict": 0.8,
    "row": 2.1,
    "picture": 4.3,
    "process": 2.2,
}
"""The same before whole files were decoded in one piece and both edges refined together,
milliseconds, on a machine with Intel Xeon and 2 cores."""

MASK: Final = "mask"
"""What the mask takes of the detection: no stage of its own, since the bound has it, too."""


def budget_table(figures: dict[str, float]) -> str:
    """Return the table of :func:`measure_budget` beside the figures of the version before."""
    now = {name: figures[f"budget_{name}"] for name in STAGES}
    rows = [
        f"| {name} | {holds} | {BEFORE[name]:.1f} ms | {now[name]:.1f} ms |"
        for name, holds in STAGES.items()
    ]
    total = f"| all | | {sum(BEFORE.values()):.1f} ms | {sum(now.values()):.1f} ms |"
    head = ["| stage | what | before | now |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, total])


def measure_budget(folder: Path) -> dict[str, float]:
    """Return ``budget_...`` for stages and mask: median processor milliseconds per photo."""
    cv2.setNumThreads(1)
    photos = folder / "budget"
    photos.mkdir()
    make_many(photos, PHOTOS)
    spent: dict[str, list[float]] = {name: [] for name in (*STAGES, MASK)}
    with (
        Analyzer(bystanders=False) as analyzer,
        PoseDetector() as detector,
        bare.landmarker() as network,
        bare.landmarker(mask=False) as maskless,
    ):
        for photo in sorted(photos.glob("*.jpg")) * ROUNDS:
            stages = _Stages(analyzer, detector, network, maskless, photo)
            for name, seconds in stages.spent().items():
                spent[name].append(1000 * seconds)
    spent["process"] = [1000 * _start_s() / BATCH for _ in range(STARTS)]
    return {f"budget_{name}": statistics.median(values) for name, values in spent.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class _Stages:
    """The stages of one photo, each done by itself."""

    analyzer: Analyzer
    detector: PoseDetector
    network: vision.PoseLandmarker
    maskless: vision.PoseLandmarker
    photo: Path

    def spent(self) -> dict[str, float]:
        """Return the processor seconds of the mask and of each stage but the start of a process."""
        decode, rgb = _timed(lambda: bare.decoded_small(self.photo))
        detect, _ = _timed(lambda: bare.detected(self.network, rgb))
        unmasked, _ = _timed(lambda: bare.detected(self.maskless, rgb))
        load, loaded = _timed(lambda: load_photo(self.photo))
        find, found = _timed(
            lambda: detect_either_way(self.detector, loaded.image, bystanders=False)
        )
        pose, image = found.main, loaded.image

        def judged() -> object:
            facing, cues = judge_facing(pose.landmarks, pose.world, pose.mask, given=None)
            photo_findings(loaded, pose.mask, unit_px=trunk_length_px(pose.landmarks))
            return judge_view(
                image, pose.landmarks, pose.world, pose.mask, facing=facing, cues=cues
            )

        gate, _ = _timed(judged)
        whole, analysis = _timed(lambda: self.analyzer.analyze(self.photo))
        body = Body(
            image=image,
            landmarks_px=pose.landmarks,
            mask=pose.mask,
            view=analysis.view,
            hints=NO_HINTS,
        )
        read, reading = _timed(lambda: read_body(body, shipped_estimator(), NO_CORRECTIONS))
        frame = reading.frame
        outline, _ = _timed(
            lambda: refined(
                trace_silhouette(pose.mask, pose.landmarks, frame), image=image, mask=pose.mask
            )
        )
        return {
            "decode": decode,
            "detect": detect,
            MASK: detect - unmasked,
            "load": load - decode,
            "find": find - detect,
            "gate": gate,
            "outline": outline,
            "estimate": read - outline,
            "verdict": whole - load - find - gate - read,
            "row": _timed(lambda: _row(analysis))[0],
            "picture": _timed(lambda: _picture(analysis))[0],
        }


def _row(analysis: Analysis) -> object:
    entry = entry_of(analysis, id="sample", number=0)
    result = stored_text(entry.result).encode("ascii")
    pipe = io.BytesIO()
    send_outcome(pipe, ItemResult(number=0, row=row_of(entry), result=result))
    pipe.seek(0)
    received = receive(pipe)
    return received and item_result_from(*received)


def _picture(analysis: Analysis) -> bytes:
    picture = thumbnail(analysis, blur_face=False, long_side=THUMBNAIL_SIDE)
    return encode_jpeg(picture, quality=THUMBNAIL_QUALITY)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the processor seconds that a piece of work takes in all threads, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _start_s() -> float:
    """Return the processor seconds that a worker takes until it is ready."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", _START], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
