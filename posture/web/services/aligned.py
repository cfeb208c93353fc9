"""A visit made ready to be laid over another one: ankle at the origin, body height 100."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture.clients import ClientStore, Outline, Placing, Shot
from posture.comparison.api import aligned
from posture.geometry.stored_outline import Points

ORIGIN = np.zeros(2)
SIDE = np.array([1.0, 0.0])
UP = np.array([0.0, 1.0])

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One photo of a visit on the common scale.

    Parameters
    ----------
    outline : tuple of points
        Percent of body height, x anterior, y up, origin at the ankle; open at the face.
    picture : bytes
        JPEG: the photo where it was kept, else the person without face and room.
    size : tuple of int
        Width and height of the picture in pixels.
    placement : tuple of float
        Matrix (a, b, c, d, e, f) that takes pixels of the picture to the scale, y down.
    """

    outline: Points
    picture: bytes
    size: tuple[int, int]
    placement: Matrix


def layer_of(store: ClientStore, shot: Shot, *, hide_face: bool) -> Layer | None:
    """Return a photo on the common scale.

    Parameters
    ----------
    store : ClientStore
    shot : Shot
    hide_face : bool
        Take the picture without a face also where the photo was kept.

    Returns
    -------
    Layer or None
        ``None`` when ankle, head or feet are not in the picture: there is no scale then.
    """
    body = aligned(shot.outline)
    if body is None:
        return None
    photo = None if hide_face else store.photo(shot.id)
    picture = photo or store.thumbnail(shot.id)
    if picture is None:
        return None
    placing = shot.outline.in_photo if photo else shot.outline.in_thumbnail
    return Layer(
        outline=body.contour,
        picture=picture,
        size=placing.size,
        placement=placement(shot.outline, placing),
    )


def placement(outline: Outline, placing: Placing) -> Matrix:
    """Return the matrix from the pixels of a picture to the common scale, y down.

    Raises
    ------
    KeyError
        If the outline has no ankle; see :func:`posture.comparison.api.aligned`.
    """
    frame = placing.frame
    ankle = np.asarray(outline.joints["ankle"])
    scale = 100.0 / (outline.stature or 1.0)
    corners: NDArray[np.float64] = np.array([ORIGIN, SIDE, UP])
    at = (frame.to_body(corners) - ankle) * scale * (1.0, -1.0)
    (a, b), (c, d), (e, f) = at[1] - at[0], at[2] - at[0], at[0]
    return float(a), float(b), float(c), float(d), float(e), float(f)
