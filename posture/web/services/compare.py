"""Two visits of one client, ready to be shown against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posture.clients import ClientStore, Visit
from posture.clients.visit_data import visit_data
from posture.comparison.api import Comparison, Errors, VisitData, aligned, compare
from posture.geometry.stored_outline import Points
from posture.web.services.aligned import Layer, layer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two visits, the earlier one first, with all visits around them.

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


def pair_of(
    visits: Sequence[Visit], one: str, other: str, *, studio: Mapping[str, Errors] | None = None
) -> Pair:
    """Compare two visits by their ids, whichever is named first.

    Raises
    ------
    KeyError
        If there is no such visit.
    """
    numbered = {visit.id: number for number, visit in enumerate(visits)}
    first, second = sorted((numbered[one], numbered[other]))
    data = tuple(visit_data(visit) for visit in visits)
    return Pair(
        before=visits[first],
        after=visits[second],
        comparison=compare(data[first], data[second], history=data, studio=studio),
        visits=data,
    )


def layer(store: ClientStore, visit: Visit, *, hide_face: bool) -> Layer | None:
    """Return the first photo of a visit that shows the body from head to ankle."""
    found = (layer_of(store, shot, hide_face=hide_face) for shot in visit.shots)
    return next((each for each in found if each is not None), None)


def outline(visit: Visit) -> Points | None:
    """Return the first outline of a visit that reaches from head to ankle."""
    found = (aligned(shot.outline) for shot in visit.shots)
    return next((each.contour for each in found if each is not None), None)
