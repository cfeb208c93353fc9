"""Differences between two visits that are not in the person, but can look like a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from posture.comparison.visit_data import VisitData
from posture.inputs.protocol import Protocol

CAMERA_HEIGHT_CM: Final = 10.0
"""Difference in lens height worth a warning: at 3 m it tips the pelvis in the picture by 0.9
degrees (geometry, see docs/photo.md)."""

CAMERA_DISTANCE_CM: Final = 50.0
YAW_DEG: Final = 8.0
ROLL_DEG: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that was not the same at the two visits.

    Parameters
    ----------
    code : str
        Machine-readable name: ``arms``, ``clothing``, ``stance``, ``footwear``,
        ``camera_height``, ``camera_distance``, ``instruction``, ``facing``, ``yaw``, ``roll``,
        ``version``, ``told`` (sex or clothing was given for one visit only) or ``corrected``.
    message : str
        One sentence, with advice.
    """

    code: str
    message: str


def same_method(visits: Sequence[VisitData]) -> bool:
    """Return whether all results are comparable: same algorithm, pose model and estimator."""
    methods = {record.provenance.method for visit in visits for record in visit.records}
    return len(methods) <= 1 and not any(visit.unreadable for visit in visits)


def same_details(visits: Sequence[VisitData]) -> bool:
    """Return whether all estimates were made with the same details of the person.

    The kind of clothes may differ, as long as it was given: the estimator allows for it. An
    estimate without it is not comparable with one that has it.
    """
    details = {
        (record.provenance.sex, record.provenance.clothing is None)
        for visit in visits
        for record in visit.records
    }
    return len(details) <= 1


_WORDS: Final = {
    "arms": "The arms were held differently: repeat the visit as it was before.",
    "clothing": "The clothes were of another kind: repeat the visit as it was before.",
    "stance": "The stance was another one: repeat the visit as it was before.",
    "footwear": "Shoes were worn only once: repeat the visit as it was before.",
    "instruction": "Other words were said: repeat the visit as it was before.",
}


def differences_of(before: VisitData, after: VisitData) -> tuple[Difference, ...]:
    """Return what differed between two visits, other than the person."""
    found = [
        *_protocol(before, after),
        *_details(before, after),
        *_views(before, after),
        *_corrected(before, after),
    ]
    if not same_method((before, after)):
        found.insert(
            0,
            Difference(
                code="version",
                message="The two visits were computed by different versions: analyse their photos "
                "again with this one.",
            ),
        )
    return tuple(found)


def _protocol(before: VisitData, after: VisitData) -> list[Difference]:
    first, second = (_known_protocol(visit) for visit in (before, after))
    found = []
    for name, words in _WORDS.items():
        values = (getattr(first, name), getattr(second, name))
        if all(values) and values[0] != values[1]:
            found.append(Difference(code=name, message=words))
    for code, one, other, limit, words in (
        (
            "camera_height",
            first.camera_height_cm,
            second.camera_height_cm,
            CAMERA_HEIGHT_CM,
            "The camera stood at another height: put it where it was before.",
        ),
        (
            "camera_distance",
            first.camera_distance_cm,
            second.camera_distance_cm,
            CAMERA_DISTANCE_CM,
            "The camera stood at another distance: put it where it was before.",
        ),
    ):
        if one is not None and other is not None and abs(one - other) >= limit:
            found.append(Difference(code=code, message=words))
    return found


def _details(before: VisitData, after: VisitData) -> list[Difference]:
    """Estimates made with sex or clothing are not comparable with estimates made without."""
    if same_details((before, after)) and not any(map(_outdated, (before, after))):
        return []
    return [
        Difference(
            code="told",
            message="The two visits were not measured with the same knowledge of sex and clothes: "
            "write both down and analyse the photos again.",
        )
    ]


def _known_protocol(visit: VisitData) -> Protocol:
    """Return the protocol; where it has no clothing, that given with the photos is filled in."""
    given = {record.provenance.clothing for record in visit.records} - {None}
    if visit.protocol.clothing is not None or len(given) != 1:
        return visit.protocol
    return replace(visit.protocol, clothing=given.pop())


def _outdated(visit: VisitData) -> bool:
    """Whether the photos were measured with other clothing than the protocol has now."""
    worn = visit.protocol.clothing
    given = {record.provenance.clothing for record in visit.records}
    return worn is not None and bool(given - {None, worn})


def _views(before: VisitData, after: VisitData) -> list[Difference]:
    if not before.views or not after.views:
        return []
    found = []
    if {view.facing for view in before.views} != {view.facing for view in after.views}:
        found.append(
            Difference(
                code="facing",
                message="The person was seen from the other side: photograph the same side again.",
            )
        )
    sides = (before.views, after.views)
    yaw = [sum(abs(view.yaw_deg) for view in views) / len(views) for views in sides]
    roll = [sum(view.roll_deg for view in views) / len(views) for views in sides]
    if abs(yaw[0] - yaw[1]) >= YAW_DEG:
        found.append(
            Difference(
                code="yaw",
                message="The person was turned out of the side view more at one visit.",
            )
        )
    if abs(roll[0] - roll[1]) >= ROLL_DEG:
        found.append(
            Difference(code="roll", message="The camera was tilted differently: level it.")
        )
    return found


def _corrected(before: VisitData, after: VisitData) -> list[Difference]:
    if before.corrected == after.corrected:
        return []
    return [
        Difference(
            code="corrected",
            message="Other points were placed by hand: correct the same ones at both visits.",
        )
    ]
