"""Photo of somebody in front of a camera: guided, counted down, taken as a burst."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.analyzer import Analyzer
from posture.errors import SettingsError
from posture.guidance.burst import BURST_S, PICTURES, Burst, read_burst
from posture.guidance.coach import Coach, Step
from posture.guidance.instructions import SENTENCES
from posture.guidance.live import live_frame, look_at
from posture.inputs.hints import NO_HINTS, Hints
from posture.messages import message

AFTER_BAD_S: Final = 2.0
"""Time to read what was wrong with a burst."""

Frame = NDArray[np.uint8]


class Camera(Protocol):
    """Anything that gives the newest frame."""

    def read(self) -> Frame:
        """Return the newest frame: RGB, shape (H, W, 3)."""
        ...


class Device:
    """A camera of this computer, or a video stream by its address.

    Parameters
    ----------
    name : str
        Number of the camera, 0 for the first; or the address or path of a video stream.

    Raises
    ------
    SettingsError
        ``no_camera`` if it cannot be opened.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        # Errors are told below, in one sentence; warnings of every backend tried are noise.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._capture = cv2.VideoCapture(int(name) if name.isdecimal() else name)
        if not self._capture.isOpened():
            raise SettingsError(
                message(
                    "Camera {name} cannot be opened: connect it, close other programs that use "
                    "it, or name another one with --device.",
                    name=name,
                ),
                code="no_camera",
            )
        # As large as the camera can; and no queue of old frames, where the driver allows it.
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, 1920)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 1080)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> Frame:
        """Return the newest frame.

        Raises
        ------
        SettingsError
            ``no_camera`` if it gives no more frames.
        """
        good, frame = self._capture.read()
        if not good:
            raise SettingsError(
                message("Camera {name} gives no more pictures.", name=self._name),
                code="no_camera",
            )
        return np.ascontiguousarray(frame[..., ::-1], dtype=np.uint8)

    def close(self) -> None:
        """Let other programs use the camera."""
        self._capture.release()


def take(
    camera: Camera,
    analyzer: Analyzer,
    *,
    coach: Coach,
    tell: Callable[[Step], None],
    say: Callable[[str], None],
    hints: Hints = NO_HINTS,
    clock: Callable[[], float] = monotonic,
    wait: Callable[[float], None] = sleep,
) -> tuple[Burst, Frame]:
    """Guide somebody until they stand right, and take the photo.

    Parameters
    ----------
    camera : Camera
    analyzer : Analyzer
    coach : Coach
        A new one for a new person; the same for one more photo, see
        :meth:`posture.guidance.coach.Coach.go_on`.
    tell : callable
        Takes each step: what to show now.
    say : callable
        Takes a sentence when a burst could not be used.
    hints : Hints, optional
        What is known of the person and the set-up.
    clock, wait : callable, optional
        Seconds, and how to let them pass.

    Returns
    -------
    burst : Burst
    picture : ndarray of uint8, shape (H, W, 3)
        The one that stands for the burst.

    Raises
    ------
    SettingsError
        ``no_camera`` if the camera gives no more frames.
    """
    while True:
        at = clock()
        step = coach.see(look_at(live_frame(camera.read()), analyzer), at=at)
        tell(step)
        if step.phase != "take":
            continue
        pictures = _burst(camera, clock=clock, wait=wait)
        found = read_burst(pictures, analyzer, hints=hints)
        if isinstance(found, Burst):
            return found, pictures[found.best]
        say(SENTENCES[found.code])
        wait(AFTER_BAD_S)
        coach.restart()


def _burst(
    camera: Camera, *, clock: Callable[[], float], wait: Callable[[float], None]
) -> list[Frame]:
    start = clock()
    pictures = []
    for number in range(PICTURES):
        due = start + number * BURST_S / (PICTURES - 1)
        while (left := due - clock()) > 0:
            # Frames in between are read and dropped, or the next picture would be an old one.
            camera.read()
            wait(min(left, 0.02))
        pictures.append(camera.read())
    return pictures
