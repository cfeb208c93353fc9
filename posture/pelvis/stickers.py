"""Detection of coloured round stickers that mark ASIS and PSIS.

A sticker is a small round spot of one saturated colour that stands out from everything around it.
Only exactly two of the same colour that can be ASIS and PSIS are accepted; otherwise a sentence
says why there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.geometry.frame import BodyFrame
from posture.pelvis.line import PELVIS_LEVELS, TRUNK_MM, PelvisLine, line_problem
from posture.types import FloatArray, Point
from posture.view.findings import Finding

Window = tuple[slice, slice]
Problem = Literal["none_found", "only_one", "too_many", "no_pair", "too_small"]

DIAMETER_MM: Final = (8.0, 30.0)
"""Smallest and largest diameter of stickers sold as dots."""

SIZE_SLACK: Final = 1.35
"""Factor by which the scale of a body of unknown height may be off."""

USUAL_MM: Final = 15.0
MIN_DIAMETER_PX: Final = 4.0
"""Fewer pixels have no shape that could be called round. A person so small that a usual sticker has
fewer is not searched at all."""

MIN_CHROMA: Final = 28.0
MIN_CONTRAST: Final = 26.0
"""Distance from grey, and from the colour all around, in CIELAB units. Skin, the most saturated
thing without a sticker, has a chroma of 15 to 30 but is nowhere a dot on another colour."""

MAX_ELONGATION: Final = 1.75
"""Ratio of long to short axis: a dot on the curve of the flank is seen at up to 55 degrees."""

MIN_FILL: Final = 0.80
"""Share that a blob covers of the ellipse with the same moments; letters and folds cover less."""

MIN_RING: Final = 0.85
"""Share of the ring around a dot that differs from the dot in colour."""

MIN_CONFIDENCE: Final = 0.5

SAME_COLOUR: Final = 16.0
SAME_SIZE: Final = 1.9
"""Distance in the a*b* plane up to which two dots have the same colour, and ratio of diameters up
to which they have the same size: one of the two may be seen at an angle."""

MARGIN: Final = 0.08
"""Stretch beside the body that is also searched, in trunk lengths: dots may sit on the outline."""

SENTENCES: Final[dict[Problem, tuple[str, str]]] = {
    "none_found": (
        "No coloured stickers were found on the pelvis; the tilt is the estimate.",
        "Use round stickers of 15 to 20 mm in a bright colour that the clothes do not have.",
    ),
    "only_one": (
        "Only one sticker was found on the pelvis; the tilt is the estimate.",
        "See that arms and clothes cover neither the ASIS nor the PSIS.",
    ),
    "too_many": (
        "More than two dots could be the stickers, so none was taken; the tilt is the estimate.",
        "Leave only ASIS and PSIS marked in that colour, or mark the two points by hand.",
    ),
    "no_pair": (
        "Dots were found, but no two of one colour lie as ASIS and PSIS do; the tilt is the "
        "estimate.",
        "Use two stickers of the same colour, or mark the two points by hand.",
    ),
    "too_small": (
        "The person is too small in the picture to see stickers; the tilt is the estimate.",
        "Fill most of the height of the picture with the body.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One spot that looks like a sticker.

    Parameters
    ----------
    at_px : (x, y)
        Centre in pixels of the image.
    diameter_mm : float
        Approximate, from the scale of the body.
    lab : (L, a, b)
        Colour.
    confidence : float
        From 0 to 1, the higher the rounder, more saturated and more distinct the dot is.
    """

    at_px: Point
    diameter_mm: float
    lab: tuple[float, float, float]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StickerSearch:
    """Result of a search: both points, or the reason why there are none.

    Parameters
    ----------
    dots : tuple of Dot
        Everything that looks like a sticker, the most confident first.
    asis_px, psis_px : (x, y) or None
        Both or neither.
    problem : str or None
        Machine-readable reason; ``None`` if and only if both points were found.
    """

    dots: tuple[Dot, ...]
    asis_px: Point | None = None
    psis_px: Point | None = None
    problem: Problem | None = None

    @property
    def finding(self) -> Finding | None:
        """The problem as a finding about the photo."""
        if self.problem is None:
            return None
        message, advice = SENTENCES[self.problem]
        return Finding(
            code=f"stickers_{self.problem}", cost_deg=None, message=message, advice=advice
        )


def find_stickers(
    image: NDArray[np.uint8],
    mask: NDArray[np.floating],
    frame: BodyFrame,
    *,
    trunk_mm: float = TRUNK_MM,
) -> StickerSearch:
    """Search for two stickers that mark ASIS and PSIS.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        RGB.
    mask : ndarray, shape (H, W)
        Probability that a pixel belongs to the person.
    trunk_mm : float
        Trunk length in millimetres.

    Returns
    -------
    StickerSearch
        Never a guess: more than one possible pair is a problem too.
    """
    mm_per_px = trunk_mm / frame.unit_px
    if USUAL_MM / mm_per_px < MIN_DIAMETER_PX:
        return StickerSearch(dots=(), problem="too_small")
    window = _pelvis_window(frame, mask.shape)
    near = _near_body(mask[window], frame)
    dots = _dots(image[window], near, window, mm_per_px=mm_per_px)
    if len(dots) < 2:
        return StickerSearch(dots=dots, problem="only_one" if dots else "none_found")
    pairs = [pair for two in combinations(dots, 2) if (pair := _as_pair(*two, frame, trunk_mm))]
    if len(pairs) != 1:
        return StickerSearch(dots=dots, problem="too_many" if pairs else "no_pair")
    asis, psis = pairs[0]
    rivals = [dot for dot in dots if dot not in (asis, psis) and _alike(dot, asis)]
    if rivals:
        return StickerSearch(dots=dots, problem="too_many")
    return StickerSearch(dots=dots, asis_px=asis.at_px, psis_px=psis.at_px)


def _pelvis_window(frame: BodyFrame, shape: tuple[int, ...]) -> Window:
    """Return the rows and columns of the picture that contain the pelvis, whatever the roll."""
    corners = np.array([[x, y] for x in (-0.6, 0.6) for y in PELVIS_LEVELS])
    at = frame.to_image(corners)
    low = np.clip(np.floor(at.min(axis=0)), 0, None).astype(int)
    high = np.ceil(at.max(axis=0)).astype(int) + 1
    return slice(low[1], min(high[1], shape[0])), slice(low[0], min(high[0], shape[1]))


def _near_body(mask: NDArray[np.floating], frame: BodyFrame) -> NDArray[np.bool_]:
    reach = 2 * round(MARGIN * frame.unit_px / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    near: NDArray[np.bool_] = cv2.dilate((mask > 0.5).astype(np.uint8), kernel) > 0
    return near


def _dots(
    picture: NDArray[np.uint8], near: NDArray[np.bool_], window: Window, *, mm_per_px: float
) -> tuple[Dot, ...]:
    """Return the blobs of a window that pass for stickers, the most confident first."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float64)
    contrast = np.linalg.norm(lab - _surround(picture, mm_per_px), axis=2)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    distinct = (chroma > MIN_CHROMA) & (contrast > MIN_CONTRAST) & near
    count, labels, stats, _ = cv2.connectedComponentsWithStats(distinct.astype(np.uint8))
    areas = np.pi / 4 * (np.array(DIAMETER_MM) / mm_per_px) ** 2
    low, high = areas[0] / SIZE_SLACK**2 / MAX_ELONGATION, areas[1] * SIZE_SLACK**2
    sized = np.flatnonzero((stats[:, 4] >= low) & (stats[:, 4] <= high))
    found = [
        _dot(labels == label, lab, contrast, window, mm_per_px=mm_per_px)
        for label in sized
        if 0 < label < count
    ]
    sure = [dot for dot in found if dot is not None and dot.confidence >= MIN_CONFIDENCE]
    return tuple(sorted(sure, key=lambda dot: -dot.confidence))


def _surround(picture: NDArray[np.uint8], mm_per_px: float) -> FloatArray:
    """Return the colour around each pixel: a median over an area that no dot fills by half."""
    reach = 2 * round(0.8 * DIAMETER_MM[1] * SIZE_SLACK / mm_per_px) + 1
    around = cv2.medianBlur(np.ascontiguousarray(picture), min(reach, 255))
    lab = cv2.cvtColor(around.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab, dtype=np.float64)


def _dot(
    blob: NDArray[np.bool_],
    lab: FloatArray,
    contrast: FloatArray,
    window: Window,
    *,
    mm_per_px: float,
) -> Dot | None:
    """Return a blob as a dot; ``None`` when it is not round or not distinct on all sides."""
    rows, columns = np.nonzero(blob)
    weight = contrast[rows, columns]
    points = np.column_stack([columns, rows]).astype(np.float64)
    middle = (weight[:, None] * points).sum(axis=0) / weight.sum()
    # A pixel is a square with a variance of 1/12 of its own, which belongs to the shape.
    variances = np.linalg.eigvalsh(np.cov(points.T) + np.eye(2) / 12)
    long, short = 4 * np.sqrt(variances[1]), 4 * np.sqrt(variances[0])
    fill = len(points) / (np.pi / 4 * long * short)
    colour = np.median(lab[rows, columns], axis=0)
    ring = _ring_share(blob, lab, colour)
    if short < MIN_DIAMETER_PX or long / short > MAX_ELONGATION or min(fill, 1.0) < MIN_FILL:
        return None
    if ring < MIN_RING or not _sized(long * mm_per_px):
        return None
    chroma = float(np.hypot(colour[1], colour[2]))
    confidence = (
        min(chroma / 50.0, 1.0)
        * min(float(np.median(weight)) / 45.0, 1.0)
        * min(fill, 1.0)
        * (1.2 - 0.2 * long / short)
    )
    left, top = window[1].start, window[0].start
    return Dot(
        at_px=(float(middle[0]) + left, float(middle[1]) + top),
        diameter_mm=float(long * mm_per_px),
        lab=(float(colour[0]), float(colour[1]), float(colour[2])),
        confidence=float(confidence),
    )


def _sized(diameter_mm: float) -> bool:
    return DIAMETER_MM[0] / SIZE_SLACK <= diameter_mm <= DIAMETER_MM[1] * SIZE_SLACK


def _ring_share(blob: NDArray[np.bool_], lab: FloatArray, colour: FloatArray) -> float:
    """Return the share of the ring around a blob that differs from the blob in colour."""
    solid = blob.astype(np.uint8)
    inner = cv2.dilate(solid, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    outer = cv2.dilate(solid, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    ring = (outer > 0) & (inner == 0)
    if not ring.any():
        return 0.0
    away = np.linalg.norm(lab[ring] - colour, axis=1) > 0.6 * MIN_CONTRAST
    return float(away.mean())


def _alike(one: Dot, other: Dot) -> bool:
    """Tell whether two dots have the same colour; lightness varies with the light in the room."""
    return bool(np.hypot(*np.subtract(one.lab[1:], other.lab[1:])) <= SAME_COLOUR)


def _as_pair(one: Dot, other: Dot, frame: BodyFrame, trunk_mm: float) -> tuple[Dot, Dot] | None:
    """Return two dots as ASIS and PSIS if they can be these; ``None`` otherwise."""
    sizes = sorted((one.diameter_mm, other.diameter_mm))
    if not _alike(one, other) or sizes[1] > SAME_SIZE * sizes[0]:
        return None
    at = {dot.at_px: frame.to_body(np.array(dot.at_px)) for dot in (one, other)}
    back, front = sorted((one, other), key=lambda dot: float(at[dot.at_px][0]))
    line = PelvisLine(asis=at[front.at_px], psis=at[back.at_px], marked=True)
    return None if line_problem(line, trunk_mm=trunk_mm) else (front, back)
