"""What else differed between two visits: then a difference may not be one of the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from posture.comparison.model import Difference, VisitData
from posture.inputs.protocol import Protocol

CAMERA_HEIGHT_CM: Final = 10.0
"""Difference of lens height worth a warning: at 3 m it tips the picture of the pelvis by 0.9
degrees (geometry, see docs/photo.md)."""

CAMERA_DISTANCE_CM: Final = 50.0
YAW_DEG: Final = 8.0
ROLL_DEG: Final = 2.0


def same_version(sessions: Sequence[VisitData]) -> bool:
    """Return whether all results were computed in the same way."""
    ways = {
        (
            record.provenance.package_version,
            record.provenance.model_sha256,
            record.provenance.estimator,
            record.provenance.settings_sha256,
        )
        for session in sessions
        for record in session.records
    }
    return len(ways) <= 1 and not any(session.unreadable for session in sessions)


def told_alike(sessions: Sequence[VisitData]) -> bool:
    """Return whether all estimates were made with the same details of the person.

    Which clothes they were may differ, as long as they were told: estimates know of it. With and
    without are other estimates.
    """
    ways = {
        (record.provenance.sex, record.provenance.clothing is None)
        for session in sessions
        for record in session.records
    }
    return len(ways) <= 1


_WORDS: Final = {
    "arms": "The arms were held differently",
    "clothing": "The clothes were of another kind",
    "stance": "The stance was another one",
    "footwear": "Shoes were worn only once",
    "instruction": "Other words were said",
}


def differences_of(before: VisitData, after: VisitData) -> tuple[Difference, ...]:
    """Return what differed between two visits apart from the person."""
    found = [
        *_written_down(before, after),
        *_told(before, after),
        *_seen(before, after),
        *_corrected(before, after),
    ]
    if not same_version((before, after)):
        found.insert(
            0,
            Difference(
                code="version",
                message="The two visits were computed by different versions: analyse their photos "
                "again with this one.",
            ),
        )
    return tuple(found)


def _written_down(before: VisitData, after: VisitData) -> list[Difference]:
    first, second = (_as_known(session) for session in (before, after))
    found = []
    for name, words in _WORDS.items():
        values = (getattr(first, name), getattr(second, name))
        if all(values) and values[0] != values[1]:
            found.append(
                Difference(code=name, message=f"{words}: repeat the visit as it was before.")
            )
    for code, one, other, limit, what in (
        (
            "camera_height",
            first.camera_height_cm,
            second.camera_height_cm,
            CAMERA_HEIGHT_CM,
            "The camera stood at another height",
        ),
        (
            "camera_distance",
            first.camera_distance_cm,
            second.camera_distance_cm,
            CAMERA_DISTANCE_CM,
            "The camera stood at another distance",
        ),
    ):
        if one is not None and other is not None and abs(one - other) >= limit:
            found.append(Difference(code=code, message=f"{what}: put it where it was before."))
    return found


def _told(before: VisitData, after: VisitData) -> list[Difference]:
    """Estimates with sex or clothing told are other estimates than those without."""
    if told_alike((before, after)) and not any(map(_outdated, (before, after))):
        return []
    return [
        Difference(
            code="told",
            message="The two visits were not measured with the same knowledge of sex and clothes: "
            "write both down and analyse the photos again.",
        )
    ]


def _as_known(session: VisitData) -> Protocol:
    """Return the protocol; clothes that are not written down as they were said beside a photo."""
    said = {record.provenance.clothing for record in session.records} - {None}
    if session.protocol.clothing is not None or len(said) != 1:
        return session.protocol
    return replace(session.protocol, clothing=said.pop())


def _outdated(session: VisitData) -> bool:
    """Whether other clothes are written down than the photos were measured with."""
    worn = session.protocol.clothing
    told = {record.provenance.clothing for record in session.records}
    return worn is not None and bool(told - {None, worn})


def _seen(before: VisitData, after: VisitData) -> list[Difference]:
    if not before.seen or not after.seen:
        return []
    found = []
    if {item.facing for item in before.seen} != {item.facing for item in after.seen}:
        found.append(
            Difference(
                code="facing",
                message="The person was seen from the other side: photograph the same side again.",
            )
        )
    yaw = [sum(abs(item.yaw_deg) for item in s.seen) / len(s.seen) for s in (before, after)]
    roll = [sum(item.roll_deg for item in s.seen) / len(s.seen) for s in (before, after)]
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
