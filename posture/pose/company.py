"""Signs of a second person, for whom the network is worth asking again."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.landmarks import HIPS, SHOULDERS
from posture.pose.plausibility import Pose

COARSE: Final = 8
"""A head is ten times as large in all but the smallest pictures."""

SKIN_CR: Final = (136, 180)
SKIN_CB: Final = (75, 127)
"""Chrominance of skin of every tone in YCrCb (Chai & Ngan 1999, widened); wood and brick share it,
so it is never more than a reason to look again."""

HEAD_BAND: Final = (0.8, 0.1)
"""Where the head of someone of like size is: above and below the main person's shoulders, in trunk
lengths."""

CLEAR: Final = 0.15
"""Distance from the main person, in trunk lengths, from which on skin is somebody else's."""

HEAD_AREA: Final = (0.012, 0.35)
"""Area of a face, in squares of the trunk length: a sliver at the border, and a face with a neck
and a bare shoulder."""


def skin_beside(image: NDArray[np.uint8], pose: Pose) -> bool:
    """Tell whether something like a face is beside a person, at the height of their own.

    Parameters
    ----------
    image : ndarray (H, W, 3) uint8
        RGB.
    """
    size = (image.shape[1] // COARSE, image.shape[0] // COARSE)
    shoulder, hip = (pose.landmarks[list(pair)].mean(axis=0) for pair in (SHOULDERS, HIPS))
    unit = float(np.hypot(*(shoulder - hip))) / COARSE
    above, below = HEAD_BAND
    first = max(0, round(shoulder[1] / COARSE - above * unit))
    last = min(size[1], round(shoulder[1] / COARSE + below * unit))
    band = slice(first * COARSE, last * COARSE)
    if min(size) < 1 or last <= first:
        return False
    # Whole squares: OpenCV takes six times as long to cut columns in two.
    part = (band, slice(size[0] * COARSE))
    small = cv2.resize(image[part], (size[0], last - first), interpolation=cv2.INTER_AREA)
    whole = (pose.mask[part] > 0.5).view(np.uint8)
    body = cv2.resize(whole, (size[0], last - first), interpolation=cv2.INTER_AREA)
    reach = 2 * max(1, round(CLEAR * unit)) + 1
    near = cv2.dilate(body, np.ones((reach, reach), np.uint8)) > 0
    chroma = cv2.cvtColor(np.asarray(small, np.uint8), cv2.COLOR_RGB2YCrCb)
    lows, highs = (0, SKIN_CR[0], SKIN_CB[0]), (255, SKIN_CR[1], SKIN_CB[1])
    skin = np.asarray(cv2.inRange(chroma, np.array(lows), np.array(highs)))
    skin[near] = 0
    count, _, statistics, _ = cv2.connectedComponentsWithStats(skin)
    areas = statistics[1:count, cv2.CC_STAT_AREA] / unit**2
    return bool(((areas > HEAD_AREA[0]) & (areas < HEAD_AREA[1])).any())
