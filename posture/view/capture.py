"""Findings about a photo as a picture: what it was cut out of, and the lens it was taken with."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.messages import message
from posture.photo.load import Photo
from posture.view.findings import MESSAGES, Finding
from posture.view.parallax import Camera, pelvic_parallax

ULTRA_WIDE_MM: Final = 20.0
"""35 mm equivalent focal length below which a lens is an ultra-wide one; main cameras of phones
have 23 to 28 mm, their ultra-wide ones 12 to 17."""

FRAME_DIAGONAL_MM: Final = 43.27
"""Diagonal of a 35 mm frame, to which equivalent focal lengths refer."""

TRUNK_M: Final = 0.5
"""Trunk of an adult, from mid-shoulder to mid-hip."""

FRAME_CUT: Final = Finding(
    code="frame_cut",
    cost_deg=None,
    message="The photo was inside a screenshot or a frame; only the photo itself was read.",
    advice="Send the photo itself: it has more detail than a picture of the screen.",
)

LINES_DRAWN: Final = Finding(
    code="lines_drawn",
    cost_deg=0.8,
    message="Straight lines were drawn over the photo; they were taken out before it was read.",
    advice="Send the photo without a grid or a plumb line: the values need neither.",
)


APART: Final = 9
"""Distance in pixels at which colours are compared: beyond the 8 of a block of a JPEG, within which
strong compression evens out a photo as well."""

DRAWN_SHARE: Final = 0.36
"""Share of a body that has exactly the colour of what is nine pixels beside it, from which on it is
drawn: photos of people have up to 0.2, drawings 0.38 and more even as JPEG."""

EVERY: Final = 4
"""Every fourth row is plenty to see whether a body is drawn."""

LOOKS_DRAWN: Final = Finding(
    code="looks_drawn",
    cost_deg=None,
    message="This looks like a drawing, not a photo; its values say nothing about a person.",
    advice="Take a photo of the person from the side.",
)


def photo_findings(photo: Photo, mask: NDArray[np.float32], *, unit_px: float) -> list[Finding]:
    """Return what the picture itself costs, whoever is in it.

    Parameters
    ----------
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    unit_px : float
        Trunk length in pixels of ``photo.image``.
    """
    found = []
    if looks_drawn(photo.image, mask):
        found.append(LOOKS_DRAWN)
    if photo.framed:
        found.append(FRAME_CUT)
    if photo.lined:
        found.append(LINES_DRAWN)
    if photo.focal_35mm is not None and photo.focal_35mm < ULTRA_WIDE_MM:
        found.append(_ultra_wide(photo.focal_35mm, photo, unit_px))
    return found


def looks_drawn(image: NDArray[np.uint8], mask: NDArray[np.float32]) -> bool:
    """Tell whether a body is filled with even colours, as no camera sees skin and cloth.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    mask : ndarray of float32, shape (H, W)
    """
    body = mask[::EVERY] > 0.9
    columns = np.flatnonzero(body.any(axis=0))
    if not len(columns) or columns[-1] - columns[0] < APART:
        return False
    across = slice(columns[0], columns[-1] + 1)
    body, shown = body[:, across], image[::EVERY, across]
    change = cv2.absdiff(shown[:, :-APART], shown[:, APART:])
    even = cv2.inRange(change, (0, 0, 0), (0, 0, 0)) > 0
    both = body[:, :-APART] & body[:, APART:]
    return bool(even[both].mean() > DRAWN_SHARE) if both.any() else False


def lens_distance_m(focal_35mm: float, trunk_share: float) -> float:
    """Return how far away a lens was.

    Parameters
    ----------
    focal_35mm : float
        35 mm equivalent focal length in millimetres.
    trunk_share : float
        Trunk length as a share of the diagonal of the picture.
    """
    return TRUNK_M * focal_35mm / (FRAME_DIAGONAL_MM * trunk_share)


def _ultra_wide(focal_35mm: float, photo: Photo, unit_px: float) -> Finding:
    """Return the finding about an ultra-wide lens, which was close if the person is large.

    Its cost is what an unknown height of the lens costs at this distance beyond what it costs at
    the usual one, which has a finding of its own.
    """
    share = unit_px * photo.scale / float(np.hypot(*photo.source_size))
    near = Camera(distance_m=lens_distance_m(focal_35mm, share))
    usual = pelvic_parallax(Camera())[1]
    cost = float(np.sqrt(max(0.0, pelvic_parallax(near)[1] ** 2 - usual**2)))
    code = "ultra_wide_lens"
    return Finding(
        code=code,
        cost_deg=cost,
        message=message(MESSAGES[code], mm=f"{focal_35mm:.0f}"),
        advice="Use the main lens (1\u00d7) and step back to 3 to 4 metres.",
    )
