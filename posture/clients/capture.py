"""Capture of an analysed photo for the client file, and the hints for a client's photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.result import Analysis, Geometry
from posture.case.result_file import result_of
from posture.clients.model import Capture, Details
from posture.draw.encode import encode_jpeg
from posture.draw.face import SURE, in_head, without_face, without_others
from posture.geometry.edges import Edge
from posture.geometry.proportions import JOINTS
from posture.geometry.stored_outline import Outline, Placing, Points
from posture.inputs.hints import NO_HINTS, Hints
from posture.inputs.protocol import Protocol

THUMBNAIL_HEIGHT: Final = 640
THUMBNAIL_QUALITY: Final = 85
PHOTO_QUALITY: Final = 95

KEPT_MARGIN: Final = 0.04
"""Margin kept around the person, in trunk lengths (2 cm): enough not to cut into clothes where the
outline errs."""

BODY: Final = 0.2
"""Probability from which a pixel may be the person's."""

BACKDROP: Final = 232
"""Grey level that replaces the room and everyone else in it."""

CONTOUR_POINTS: Final = 400
"""With this many points, the outline of a two-metre body is off by less than half a millimetre."""

NECK_LEVEL: Final = 1.2
"""Height above the mid-hip, in trunk lengths, at which the edges of the trunk end."""

DECIMALS: Final = 4


def hints_of(details: Details, protocol: Protocol, *, given: Hints = NO_HINTS) -> Hints:
    """Return the hints for analysing a client's photo.

    Parameters
    ----------
    details : Details
        Recorded details of the client.
    protocol : Protocol
        Recorded set-up of the visit.
    given : Hints
        Hints given for this photo alone; they count where nothing is recorded.
    """
    height_cm = given.height_cm if details.height_cm is None else details.height_cm
    known = replace(given, sex=details.sex or given.sex, height_cm=height_cm)
    return known.with_setup(protocol)


def capture(analysis: Analysis) -> Capture:
    """Return the capture of an analysed photo.

    It includes the photo itself, which the client file drops unless the client consented; for
    anybody else in it nobody did.
    """
    cutout = cutout_of(analysis.geometry)
    return Capture(
        # Where the photo lay on this computer is no part of a client's file.
        result={**result_of(analysis), "path": None},
        outline=outline_of(analysis, thumbnail=cutout.placing),
        thumbnail=encode_jpeg(cutout.image, quality=THUMBNAIL_QUALITY),
        photo=encode_jpeg(without_others(analysis.geometry, BACKDROP), quality=PHOTO_QUALITY),
    )


def outline_of(analysis: Analysis, *, thumbnail: Placing) -> Outline:
    """Return the outline of a body in its own frame, without the profile of the face."""
    geometry = analysis.geometry
    silhouette, joints = geometry.silhouette, geometry.joints
    found = {name: joints.get(name) for name in JOINTS}
    stature = silhouette.stature(analysis.view.parts)
    return Outline(
        back=_edge(geometry, silhouette.back),
        front=_edge(geometry, silhouette.front),
        contour=_contour(geometry),
        joints={name: _pair(point) for name, point in found.items() if point is not None},
        stature=None if stature is None else round(stature, DECIMALS),
        in_photo=Placing(frame=geometry.frame, size=_size(geometry.image)),
        in_thumbnail=thumbnail,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cutout:
    """A person without face and surroundings.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    placing : Placing
        Position of the body frame in it.
    """

    image: NDArray[np.uint8]
    placing: Placing


def cutout_of(geometry: Geometry) -> Cutout:
    """Cut the person out of the photo, without face and surroundings, at most 640 pixels high."""
    image = without_face(geometry)
    margin = max(KEPT_MARGIN * geometry.frame.unit_px, 1.0)
    inside = _kept(geometry, margin)
    share = (cv2.GaussianBlur(inside, (0, 0), margin / 3) / 255.0)[..., None]
    alone = np.round(image * share + BACKDROP * (1 - share)).astype(np.uint8)
    # Cropped to the person: the rest of the picture is plain grey by now.
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    cut = alone[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = min(1.0, THUMBNAIL_HEIGHT / cut.shape[0])
    small = np.asarray(
        cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    x, y = geometry.frame.origin_px
    frame = replace(
        geometry.frame,
        # Pixel centres lie at whole numbers, so scaling starts half a pixel outside.
        origin_px=((x - columns[0] + 0.5) * factor - 0.5, (y - rows[0] + 0.5) * factor - 0.5),
        unit_px=geometry.frame.unit_px * factor,
    )
    return Cutout(image=small, placing=Placing(frame=frame, size=_size(small)))


def _kept(geometry: Geometry, margin: float) -> NDArray[np.uint8]:
    """Return what is kept of the photo: 255 on the person and just around, 0 elsewhere."""
    inside = np.zeros(geometry.image.shape[:2], dtype=np.uint8)
    contour = np.round(geometry.silhouette.contour_px).astype(np.int32)
    cv2.fillPoly(inside, [contour], 255)
    # A wide brush on the outline itself adds the margin.
    cv2.polylines(inside, [contour], isClosed=True, color=255, thickness=round(2 * margin))
    # What shows between arms and trunk is not the person either.
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(margin) + 1,) * 2)
    body = cv2.dilate((geometry.mask > BODY).astype(np.uint8), reach)
    inside[body == 0] = 0
    for other in geometry.others:
        # Of somebody who touches the person, a rim as wide as the outline errs goes, too.
        theirs = cv2.dilate(other.area.astype(np.uint8), reach).astype(bool)
        inside[theirs & (other.area | (geometry.mask < SURE))] = 0
    return inside


def blank_thumbnail(outline: Outline) -> bytes:
    """Return a thumbnail of nothing, for an outline whose own one is lost."""
    width, height = (min(side, THUMBNAIL_HEIGHT) for side in outline.in_thumbnail.size)
    image = np.full((height, width, 3), BACKDROP, dtype=np.uint8)
    return encode_jpeg(image, quality=THUMBNAIL_QUALITY)


def _size(image: NDArray[np.uint8]) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def _contour(geometry: Geometry) -> Points:
    """Return the outline of the body as one open line that begins and ends at the head."""
    contour = geometry.silhouette.contour_px
    hidden = in_head(geometry, contour)
    shown = geometry.frame.to_body(contour[_longest_run(~hidden)])
    step = max(1, -(-len(shown) // CONTOUR_POINTS))
    return tuple(_pair(point) for point in shown[::step])


def _longest_run(wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the indices of the longest stretch of a closed line, in order.

    A bun or a hat may stick out of the head's ellipse; such short stretches are dropped.
    """
    count = len(wanted)
    if wanted.all() or not wanted.any():
        return np.flatnonzero(wanted)
    first = int(np.flatnonzero(~wanted)[0])
    order = (first + np.arange(count)) % count
    ends = np.flatnonzero(np.diff(np.concatenate([[0], wanted[order].astype(int), [0]])))
    starts, stops = ends[::2], ends[1::2]
    longest = int(np.argmax(stops - starts))
    return order[starts[longest] : stops[longest]]


def _edge(geometry: Geometry, edge: Edge) -> Points:
    """Return the visible part of one edge of trunk and legs, without the profile of the face."""
    rows = edge.seen & np.isfinite(edge.x)
    points = np.column_stack([edge.x[rows], geometry.silhouette.levels[rows]])
    below = ~in_head(geometry, geometry.frame.to_image(points))
    return tuple(_pair(point) for point in points[below & (points[:, 1] <= NECK_LEVEL)])


def _pair(point: NDArray[np.float64]) -> tuple[float, float]:
    return round(float(point[0]), DECIMALS), round(float(point[1]), DECIMALS)
