"""Camera roll from straight lines in the room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.types import BoolArray, FloatArray

PRIOR_SD_DEG: Final = 2.5
"""SD of the roll of a hand-held phone about which nothing is known (an assumption of ours: people
level a picture by eye to about this much)."""

GIVEN_SD_DEG: Final = 0.3
"""Error (SD) of a roll that the user states."""

WORK_SIDE_PX: Final = 320
"""Lines are searched for in a picture of about this long side: the edges that matter are long."""

PERSON_LEVEL: Final = 0.2
PERSON_RIM: Final = 7
"""Probability from which on a pixel of that picture is the person's, and the width of a square
around each such pixel in which no line counts either."""

VERTICAL_RANGE_DEG: Final = 12.0
"""Lines farther from vertical than this are not taken for walls or door frames."""

MIN_LENGTH: Final = 0.08
"""Shortest line that counts, as a share of the long side."""

LINE_SD_DEG: Final = 0.8
"""SD of true verticals about their common direction (lens distortion, detector)."""

OUTLIER_SHARE: Final = 0.45
"""Share of near-vertical lines that are not plumb: crooked shelves, curtains, cables."""

CONVERGENCE_SD_DEG: Final = 5.0
"""SD of the convergence of verticals, in degrees per long side: in the picture of a camera pitched
by 5 degrees, verticals turn by about this much from one border to the other."""

HORIZONTAL_SD_DEG: Final = 1.4
"""Error (SD) of the roll from a floor line or skirting: walls are rarely quite square to the
view."""

LINE_WEIGHT: Final = 0.6
"""Weight of one line, below 1 because the two sides of a door frame are not independent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Camera roll at the place of the person in the picture.

    Parameters
    ----------
    deg : float
        Angle by which the content of the picture is turned clockwise.
    sd_deg : float
        Standard deviation of its error, which every angle against the vertical shares.
    source : {"given", "lines", "unknown"}
        Stated by the user, read from lines, or neither.
    lines : int
        Number of lines used.
    """

    deg: float
    sd_deg: float
    source: Literal["given", "lines", "unknown"]
    lines: int = 0


def given_roll(deg: float) -> Roll:
    """Return the roll as stated by the user."""
    return Roll(deg=deg, sd_deg=GIVEN_SD_DEG, source="given")


def estimate_roll(
    image: NDArray[np.uint8],
    mask: NDArray[np.float32],
    *,
    person_x: float,
    mirrored: bool = False,
) -> Roll:
    """Estimate the camera roll from vertical and level lines in the background.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person; lines on the person do not count.
    person_x : float
        Column of the person in pixels. Verticals converge in the picture of a pitched camera, so
        the vertical is estimated where the person stands.
    mirrored : bool
        Read the picture as in a mirror. Detectors of lines are not symmetric, so whoever wants the
        same from a picture and its mirror image has both read the same way round.

    Returns
    -------
    Roll
        Posterior mean and SD under a normal prior of 2.5 degrees (SD). Without usable lines it is
        0 with the SD of the prior, and its source is ``"unknown"``.
    """
    lines = _lines(*_reduced(image, mask, mirrored=mirrored))
    side = max(image.shape[:2])
    if mirrored:
        person_x = image.shape[1] - 1 - person_x
    angle = _angle_from_vertical(lines)
    length = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) / side
    across = (lines[:, [0, 2]].mean(axis=1) - person_x) / side
    upright = (np.abs(angle) < VERTICAL_RANGE_DEG) & (length > MIN_LENGTH)
    level = (np.abs(angle) > 90 - VERTICAL_RANGE_DEG) & (length > 2 * MIN_LENGTH)
    if not upright.any() and not level.any():
        return Roll(deg=0.0, sd_deg=PRIOR_SD_DEG, source="unknown")
    log_posterior = _verticals(angle[upright], length[upright], across[upright])
    log_posterior += _levels(angle[level], length[level])
    mean, sd = _moments(log_posterior)
    deg = -mean if mirrored else mean
    return Roll(deg=deg, sd_deg=sd, source="lines", lines=int(upright.sum() + level.sum()))


_BLANK: Final = np.uint8(128)
_GRID: Final = np.arange(-12.0, 12.01, 0.2)
_FAN: Final = np.linspace(-3 * CONVERGENCE_SD_DEG, 3 * CONVERGENCE_SD_DEG, 21)


def _reduced(
    image: NDArray[np.uint8], mask: NDArray[np.float32], *, mirrored: bool
) -> tuple[NDArray[np.uint8], BoolArray, int]:
    """Return a small grey picture, the person's pixels in it, and its reduction.

    The reduction is a whole number: that takes a third of the time, and pixels left over are cut
    off where the mirror image would lose them, too.
    """
    height, width = image.shape[:2]
    step = max(1, round(max(height, width) / WORK_SIDE_PX))
    size = (width // step, height // step)
    rows, columns = slice(0, step * size[1]), slice(0, step * size[0])
    if mirrored:
        columns = slice(width - step * size[0], width)
    grey = cv2.cvtColor(image[rows, columns], cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    body = mask[rows, columns]
    if mirrored:
        small, body = cv2.flip(small, 1), body[:, ::-1]
    person = body[step // 2 :: step, step // 2 :: step] > PERSON_LEVEL
    return np.asarray(small, dtype=np.uint8), person, step


def _lines(small: NDArray[np.uint8], person: BoolArray, step: int) -> FloatArray:
    """Return the straight lines outside the person, shape (N, 4), in pixels of the photo."""
    # Lines on the person do not count, and looking for them takes a sixth of the time.
    blank = np.where(person, _BLANK, small)
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD, scale=1.0)  # already reduced
    found = cast("FloatArray | None", detector.detect(blank)[0])  # None when there is no line
    if found is None:
        return np.empty((0, 4))
    segments = np.asarray(found, dtype=np.float64).reshape(-1, 4)
    rim = np.ones((PERSON_RIM, PERSON_RIM), np.uint8)
    near = cv2.dilate(person.astype(np.uint8), rim) > 0
    middle = ((segments[:, :2] + segments[:, 2:]) / 2).astype(int)
    column = np.clip(middle[:, 0], 0, small.shape[1] - 1)
    row = np.clip(middle[:, 1], 0, small.shape[0] - 1)
    outside: FloatArray = segments[~near[row, column]] * step
    return outside


def _angle_from_vertical(lines: FloatArray) -> FloatArray:
    """Return the clockwise angle of each line from the picture's vertical, (-90, 90], (N,)."""
    run = lines[:, 2:] - lines[:, :2]
    angle = np.degrees(np.arctan2(run[:, 0], -run[:, 1]))
    folded: FloatArray = (angle + 90.0) % 180.0 - 90.0
    return folded


def _verticals(angle: FloatArray, length: FloatArray, across: FloatArray) -> FloatArray:
    """Return the log posterior of the roll on the grid, from near-vertical lines and prior."""
    # In single precision, exponentials take a fifth of the time; the roll moves by less than 0.001.
    single = np.float32
    grid, fan = _GRID.astype(single)[:, None, None], _FAN.astype(single)[None, :, None]
    miss = (angle.astype(single) - (grid + fan * across.astype(single))) / LINE_SD_DEG
    peak = (1 - OUTLIER_SHARE) / (LINE_SD_DEG * math.sqrt(2 * math.pi))
    inlier = peak * np.exp(-0.5 * miss**2)
    outlier = OUTLIER_SHARE / (2 * VERTICAL_RANGE_DEG)
    weight = LINE_WEIGHT * np.minimum(length.astype(single) / (3 * MIN_LENGTH), 1.0)
    log_joint = (np.log(inlier + outlier) @ weight).astype(np.float64)
    log_joint -= 0.5 * (_FAN / CONVERGENCE_SD_DEG) ** 2
    log_joint -= 0.5 * (_GRID[:, None] / PRIOR_SD_DEG) ** 2
    marginal: FloatArray = np.logaddexp.reduce(log_joint, axis=1)
    return marginal


def _levels(angle: FloatArray, length: FloatArray) -> FloatArray:
    """Return the log likelihood of level lines on the grid; together they count as one line."""
    if not len(angle):
        return np.zeros_like(_GRID)
    tilt = np.where(angle > 0, angle - 90.0, angle + 90.0)
    order = np.argsort(tilt)
    share = np.cumsum(length[order]) / length.sum()
    median = tilt[order][np.searchsorted(share, 0.5)]
    log_likelihood: FloatArray = -0.5 * ((_GRID - median) / HORIZONTAL_SD_DEG) ** 2
    return log_likelihood


def _moments(log_posterior: FloatArray) -> tuple[float, float]:
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    mean = float((weight * _GRID).sum())
    variance = float((weight * (_GRID - mean) ** 2).sum())
    # Grid and lens add a fifth of a degree; nothing in a photo is known better.
    return mean, float(np.hypot(np.sqrt(variance), 0.2))
