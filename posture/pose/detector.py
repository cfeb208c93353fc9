"""Pose detector: 33 landmarks and a body mask for each person in a picture.

This is the only module that imports MediaPipe. The hazards of the library are handled here and
nowhere else; each comment names one.
"""

from __future__ import annotations

import atexit
import ctypes
import math
import os
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.errors import ModelError, PoseError
from posture.photo.frame import Box
from posture.pose.bundle import ModelFile, resolve_model
from posture.pose.company import skin_beside
from posture.pose.leave_out import left_out
from posture.pose.plausibility import (
    Detection,
    Pose,
    along_bones,
    distinct,
    head_in_frame,
    is_beside,
    looks_human,
    overlaps,
    share_beside_bones,
)
from posture.pose.stderr import quiet_stderr
from posture.settings import DEFAULT, Settings

# It records sound, and starts other programs to look for its library: a tenth of a start.
with left_out("sounddevice"):
    import mediapipe as mp
    from mediapipe.tasks import python as mp_tasks
    from mediapipe.tasks.python import vision

__all__ = ["Detection", "Pose", "PoseDetector"]

_MAX_PEOPLE = 4  # finding one person takes as long with 4 allowed as with 1 (measured)
_LOOKS = 3  # at the rest of the picture, each without those found before
_TRACE = 0.3  # probability from which a pixel is painted over: what is left of an outline is found
_RIM = 0.02  # of the longer side: the mask is that much too tight at hair and hands
_SPARSE = 8  # every eighth pixel shows the colour of most of the rest
_GREY = 128
_ALIGNMENT = 4  # a float mask whose width is not a multiple of 4 aborts the process


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """Settings of one attempt to find people."""

    confidence: float
    border: float = 0.0  # replicated around the photo, as a share of its sides


# MediaPipe's own threshold (0.5) misses most people whose head is out of the frame (many crop it
# off on purpose), and sometimes the second of two people. At 0.3 both are found, and no second
# person is invented beside a single one. Replicated borders give the detector room for the missing
# head: 59 of 60 headless photos are then found at 0.3 (19 at 0.5 without borders), with a mask
# closer to that of the whole photo (overlap 0.965 instead of 0.947).
_ATTEMPTS = (
    _Attempt(confidence=0.3),
    _Attempt(confidence=0.3, border=0.3),
    _Attempt(confidence=0.1, border=0.3),
    _Attempt(confidence=0.1),
    _Attempt(confidence=0.03),
)
# People who sit, bend or are half out of the frame fail the checks for a standing person. At this
# threshold only people are found, so that the gate can name the true reason.
_PEOPLE_ONLY = _Attempt(confidence=0.5)

# At this threshold it also finds someone half of whom is out of the frame; it invented nobody
# beside 120 single people.
_CLOSE_LOOK = _Attempt(confidence=0.1)

# Two who touch are often found as one, with a mask of both (scripts/touching.py). Of 73 real photos
# of one person only four, in wide clothes, have more than this share of the mask away from the
# bones: few enough to ask the network once more.
_SUSPECT_BESIDE_BONES = 0.03

# The detector sees 224 pixels along the longer side of a picture, and misses people who fill less
# than a third of the height of a landscape photo. In a square of this share of the height, someone
# who fills a fifth of the height fills a third; squares overlap by what such a person takes up.
_SQUARE = 0.6
_SQUARE_STEP = (0.5, 0.2)  # across and down, as shares of the height
_MARGIN = (0.55, 0.2)  # left beside and above a distant person, as shares of the height of the body


class _Point(Protocol):
    """The fields of MediaPipe's landmark that are used here."""

    x: float
    y: float
    z: float
    visibility: float
    presence: float


class PoseDetector:
    """Finds people in single photos; each worker keeps one for as long as it lives.

    Parameters
    ----------
    model_path : Path, optional
        A bundle to use instead of the shipped one.

    Raises
    ------
    ModelError
        The bundle is missing, damaged or not a pose bundle.

    Notes
    -----
    The library leaks about 3.3 MB for each landmarker created, so they are created on first use
    and kept. Threads may share a detector; its calls are serialised.
    """

    def __init__(self, model_path: Path | None = None, *, settings: Settings = DEFAULT) -> None:
        self._settings = settings
        self._model: ModelFile = resolve_model(model_path)
        self._landmarkers: dict[float, _Landmarker] = {}
        self._closed = False
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._landmarker(_ATTEMPTS[0].confidence)

    @property
    def model_sha256(self) -> str:
        """Hash of the bundle in use, recorded in the provenance of results."""
        return self._model.sha256

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def detect(self, image: NDArray[np.uint8], *, bystanders: bool = True) -> Detection:
        """Find the people in a photo.

        Parameters
        ----------
        image : ndarray (H, W, 3) uint8
            Upright RGB.
        bystanders : bool
            Whether everyone else is looked for, so that their faces can be hidden
            (:attr:`posture.pose.plausibility.Pose.others`).

        Raises
        ------
        PoseError
            ``no_person`` when no attempt finds anybody.
        ModelError
            ``forked`` in a child process that was forked from the detector's own.
        ValueError
            The array is not uint8 RGB, or the detector was closed.
        """
        pixels = _checked(image)
        if self._carried:
            raise ModelError(
                "The pose model cannot be used in a forked process: start processes with "
                'multiprocessing.get_context("spawn"), and make an Analyzer in each.',
                code="forked",
            )
        with self._lock:
            if self._closed:
                raise ValueError("the detector was closed")
            poses, attempt = self._find(pixels)
            if len(poses) == 1 and attempt == 0:
                poses = [*poses, *self._overlooked(pixels, poses[0])]
            everyone = self._beside(pixels, poses) if poses and bystanders else ()
        if not poses:
            raise PoseError(
                "No person was found: the photo must show one standing person from the side, "
                "from the shoulders to the feet.",
                code="no_person",
            )
        main = replace(poses[0], others=everyone)
        return Detection(main=main, others=tuple(poses[1:]), attempt=attempt)

    def find_distant(self, image: NDArray[np.uint8]) -> Box | None:
        """Find a person too small in a photo for :meth:`detect`, with the room around them.

        Parameters
        ----------
        image : ndarray (H, W, 3) uint8
            Upright RGB.

        Returns
        -------
        Box or None
            Part of the photo to read again in more detail; ``None`` if there is nobody.
        """
        pixels = _checked(image)
        height, width = pixels.shape[:2]
        side = round(_SQUARE * height)
        with self._lock:
            for top, left in _squares(width, height, side):
                square = pixels[top : top + side, left : left + side]
                people = self._run(_ATTEMPTS[0], np.ascontiguousarray(square))
                if people:
                    return _around(np.add(people[0].landmarks, (left, top)), (width, height))
        return None

    def close(self) -> None:
        """Release the networks; later calls of :meth:`detect` raise."""
        if self._carried:  # closing would wait for threads of the parent process
            return
        with self._lock:
            self._closed = True
            while self._landmarkers:
                self._landmarkers.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _carried(self) -> bool:
        """Whether this is a forked copy: its threads stayed behind, and it would wait for ever."""
        return os.getpid() != self._process

    def _find(self, pixels: NDArray[np.uint8]) -> tuple[list[Pose], int]:
        """Return the poses of the first attempt that succeeds, and its number."""
        first = self._run(_ATTEMPTS[0], pixels)
        if first and not looks_human(first[0]):
            first = self._run(_PEOPLE_ONLY, pixels)
        if first and head_in_frame(first[0]):
            return first, 0
        for number, attempt in enumerate(_ATTEMPTS[1:], start=1):
            poses = [pose for pose in self._run(attempt, pixels) if looks_human(pose)]
            if poses:
                return poses, number
            if first:  # someone without a head, for whom the border did not help
                break
        return first, 0

    def _overlooked(self, pixels: NDArray[np.uint8], main: Pose) -> list[Pose]:
        """Return those whom the first attempt missed beside the main person, if any sign is seen.

        They are cut off or close by, or were taken for a part of the main person. What it found of
        the main person stays as it is.
        """
        if skin_beside(pixels, main):
            found = [pose for pose in self._run(_CLOSE_LOOK, pixels) if looks_human(pose)]
            close = [pose for pose in found if len(distinct((main, pose))) == 2]
            if close:
                return close
        if share_beside_bones(main) > _SUSPECT_BESIDE_BONES:
            found = self._run(_ATTEMPTS[0], _painted(pixels, along_bones(main)))
            return [pose for pose in found if is_beside(pose, main)]
        return []

    def _beside(self, pixels: NDArray[np.uint8], poses: Sequence[Pose]) -> tuple[Pose, ...]:
        """Return everyone else, whose faces must not be shown or kept.

        The network overlooks people beside a larger one. It finds them once that one is painted
        over, which takes a sixth of the time that finding the first one took.
        """
        known = list(poses)
        for _ in range(_LOOKS):
            found = self._run(_ATTEMPTS[0], _painted_over(pixels, known))
            new = [pose for pose in found if not overlaps(pose, known)]
            if not new:
                break
            known += new
        return tuple(known[1:])

    def _run(self, attempt: _Attempt, pixels: NDArray[np.uint8]) -> list[Pose]:
        height, width = pixels.shape[:2]
        top, left = round(height * attempt.border), round(width * attempt.border)
        landmarker = self._landmarker(attempt.confidence)
        photo = (slice(top, top + height), slice(left, left + width))
        return distinct(landmarker.detect(_pad(pixels, top, left), photo))

    def _landmarker(self, confidence: float) -> _Landmarker:
        if confidence not in self._landmarkers:
            self._landmarkers[confidence] = _Landmarker(self._model.path, confidence)
        return self._landmarkers[confidence]


class _Landmarker:
    """One MediaPipe landmarker in image mode, kept quiet on stderr."""

    def __init__(self, path: Path, confidence: float) -> None:
        options = vision.PoseLandmarkerOptions(
            base_options=mp_tasks.BaseOptions(model_asset_path=str(path)),
            running_mode=vision.RunningMode.IMAGE,
            num_poses=_MAX_PEOPLE,
            min_pose_detection_confidence=confidence,
            min_pose_presence_confidence=confidence,
            output_segmentation_masks=True,
        )
        try:
            with quiet_stderr():
                self._task = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                f"{path} is not a pose landmarker bundle that MediaPipe can read.",
                code="model_unusable",
            ) from error
        atexit.register(_keep_alive, weakref.ref(self._task))
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=partial(_keep_alive, weakref.ref(self._task)))
        self._talkative = True  # the library writes to stderr until it first finds someone

    def detect(self, pixels: NDArray[np.uint8], photo: tuple[slice, slice]) -> list[Pose]:
        """Return the people in ``pixels`` (H, W, 3), W a multiple of 4, in the frame of a photo.

        The photo has these rows and columns of the pixels.
        """
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)
        with quiet_stderr(enabled=self._talkative):
            result = self._task.detect(image)
        if result.pose_landmarks:
            self._talkative = False
        masks = result.segmentation_masks or ()  # (H, W), in some versions (H, W, 1)
        height, width = pixels.shape[:2]
        return [
            _to_pose(flat, world, mask.numpy_view().reshape(height, width), photo)
            for flat, world, mask in zip(
                result.pose_landmarks, result.pose_world_landmarks, masks, strict=True
            )
        ]

    def close(self) -> None:
        """Free the network."""
        with quiet_stderr():
            self._task.close()


def _keep_alive(reference: weakref.ref[vision.PoseLandmarker]) -> None:
    """Keep a landmarker that nobody closed alive until the process ends.

    At interpreter exit, and in a forked child, its ``__del__`` would run after the threads that it
    needs are gone: it prints a traceback or waits for ever. An object that is never freed does not.
    """
    task = reference()
    if task is not None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(task))


def _to_pose(
    flat: Sequence[_Point],
    world: Sequence[_Point],
    mask: NDArray[np.float32],
    photo: tuple[slice, slice],
) -> Pose:
    points = np.array([[p.x, p.y] for p in flat], dtype=np.float64)
    rows, columns = photo
    return Pose(
        landmarks=points * mask.shape[::-1] - 0.5 - (columns.start, rows.start),
        visibility=np.array([p.visibility for p in flat], dtype=np.float64),
        presence=np.array([p.presence for p in flat], dtype=np.float64),
        world=np.array([[p.x, p.y, p.z] for p in world], dtype=np.float64),
        # A copy: the mask is a view of memory that the result owns.
        mask=np.array(mask[photo], dtype=np.float32),
    )


def _checked(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return ``image`` contiguous; the library reads anything else as garbage."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(f"need uint8 RGB (H, W, 3), got {image.dtype} {image.shape}")
    return np.ascontiguousarray(image)


def _squares(width: int, height: int, side: int) -> list[tuple[int, int]]:
    """Return (top, left) of the squares that cover a picture, those near its middle first."""
    rows, columns = (
        np.linspace(0, max(0, span - side), 1 + math.ceil(max(0, span - side) / (step * height)))
        for span, step in ((height, _SQUARE_STEP[1]), (width, _SQUARE_STEP[0]))
    )
    middle = np.array([(height - side) / 2, (width - side) / 2])
    places = sorted(
        product(rows, columns), key=lambda at: float(np.abs(np.subtract(at, middle)).sum())
    )
    return [(int(top), int(left)) for top, left in places]


def _around(landmarks: NDArray[np.float64], size: tuple[int, int]) -> Box:
    """Return the part of a picture of ``size`` (width, height) that shows a person and the room."""
    (left, top), (right, bottom) = landmarks.min(axis=0), landmarks.max(axis=0)
    beside, above = (share * (bottom - top) for share in _MARGIN)
    width, height = size
    return Box(
        left=max(0.0, (left - beside) / width),
        top=max(0.0, (top - above) / height),
        right=min(1.0, (right + beside) / width),
        bottom=min(1.0, (bottom + above) / height),
    )


def _painted_over(pixels: NDArray[np.uint8], known: Sequence[Pose]) -> NDArray[np.uint8]:
    """Return the picture with everyone in ``known`` in the colour of most of the rest."""
    hidden = np.zeros(pixels.shape[:2], dtype=np.uint8)
    for pose in known:
        hidden |= (pose.mask > _TRACE).astype(np.uint8)
    side = max(3, round(_RIM * max(pixels.shape)))
    return _painted(
        pixels, np.asarray(cv2.dilate(hidden, np.ones((side, side), np.uint8)), np.uint8)
    )


def _painted(pixels: NDArray[np.uint8], hidden: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture with some pixels, 1 in ``hidden``, in the colour of most of the rest."""
    rest = pixels[::_SPARSE, ::_SPARSE][hidden[::_SPARSE, ::_SPARSE] == 0]
    colour = np.median(rest, axis=0).astype(int).tolist() if len(rest) else [_GREY] * 3
    # OpenCV fills and copies in a tenth of the time of an assignment by a mask of NumPy.
    painted = cv2.rectangle(np.empty_like(pixels), (0, 0), pixels.shape[1::-1], colour, cv2.FILLED)
    return np.asarray(cv2.copyTo(pixels, 1 - hidden, painted), dtype=np.uint8)


def _pad(pixels: NDArray[np.uint8], top: int, left: int) -> NDArray[np.uint8]:
    """Replicate the borders by ``top`` and ``left`` on both sides, and align the width."""
    right = left + -(pixels.shape[1] + 2 * left) % _ALIGNMENT
    if not (top or left or right):
        return pixels
    padded = cv2.copyMakeBorder(pixels, top, top, left, right, cv2.BORDER_REPLICATE)
    return np.asarray(padded, dtype=np.uint8)
