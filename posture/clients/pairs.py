"""Two visits compared: their changes, and their pictures and outlines on one scale.

On the common scale the ankle is the origin and body height is 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.clients.model import Shot, Visit
from posture.clients.store import ClientStore
from posture.clients.visit_data import visit_data
from posture.comparison.api import Comparison, Errors, VisitData, aligned, compare
from posture.geometry.stored_outline import Outline, Placing, Points

Matrix = tuple[float, float, float, float, float, float]

_CORNERS: Final[NDArray[np.float64]] = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
"""Origin, one pixel to the right and one pixel down: three points fix an affine matrix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPair:
    """Two visits of a client, the earlier one first, and their comparison.

    Parameters
    ----------
    before, after : Visit
    comparison : Comparison
    visits : tuple of VisitData
        All visits of the client, oldest first.
    """

    before: Visit
    after: Visit
    comparison: Comparison
    visits: tuple[VisitData, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One photo of a visit on the common scale.

    Parameters
    ----------
    outline : tuple of points
        Percent of body height, x anterior, y up, origin at the ankle; open at the face.
    picture : bytes
        JPEG: the photo if it was kept, else the person without face and room.
    size : tuple of int
        Width and height of the picture in pixels.
    placement : tuple of float
        Matrix (a, b, c, d, e, f) from pixels of the picture to the common scale, y down.
    """

    outline: Points
    picture: bytes
    size: tuple[int, int]
    placement: Matrix


def pair_of(
    visits: Sequence[Visit], one: str, other: str, *, studio: Mapping[str, Errors] | None = None
) -> VisitPair:
    """Compare two visits by their ids, in the order of their days.

    Raises
    ------
    KeyError
        If there is no such visit.
    """
    numbered = {visit.id: number for number, visit in enumerate(visits)}
    first, second = sorted((numbered[one], numbered[other]))
    data = tuple(visit_data(visit) for visit in visits)
    return VisitPair(
        before=visits[first],
        after=visits[second],
        comparison=compare(data[first], data[second], history=data, studio=studio),
        visits=data,
    )


def outline_of(visit: Visit) -> Points | None:
    """Return the first outline of a visit that reaches from head to ankle."""
    found = (aligned(shot.outline) for shot in visit.shots)
    return next((each.contour for each in found if each is not None), None)


def layer_of(store: ClientStore, visit: Visit, *, hide_face: bool) -> Layer | None:
    """Return the first photo of a visit that shows the body from head to ankle."""
    found = (layer_of_shot(store, shot, hide_face=hide_face) for shot in visit.shots)
    return next((each for each in found if each is not None), None)


def layer_of_shot(store: ClientStore, shot: Shot, *, hide_face: bool) -> Layer | None:
    """Return a photo on the common scale.

    Parameters
    ----------
    store : ClientStore
    shot : Shot
    hide_face : bool
        Take the picture without a face even if the photo was kept.

    Returns
    -------
    Layer or None
        ``None`` when ankle, head or feet are not in the picture: then there is no scale.
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
    ankle = np.asarray(outline.joints["ankle"])
    scale = 100.0 / (outline.stature or 1.0)
    at = (placing.frame.to_body(_CORNERS) - ankle) * scale * (1.0, -1.0)
    (a, b), (c, d), (e, f) = at[1] - at[0], at[2] - at[0], at[0]
    return float(a), float(b), float(c), float(d), float(e), float(f)
