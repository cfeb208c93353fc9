"""One visit as the statistics see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis.record import Record
from posture.codec import open_ended
from posture.inputs.protocol import NO_PROTOCOL, Protocol
from posture.measures.catalogue import back_covered
from posture.quantity import Quantity

ARCH: Final = ("lumbar_lordosis_deg", "lumbar_depth_pct")
"""Estimates of the arch, which an arm over the low back hides."""


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    """Facing, turn and camera roll of one photo, as its stored result has them."""

    facing: str
    yaw_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitData:
    """The results of one visit, ready to be compared.

    Parameters
    ----------
    key : str
        Tells visits apart; the id of a stored one.
    day : date
    records : tuple of Record
        One per photo that this version can read.
    protocol : Protocol
    views : tuple of PhotoView
    corrected : frozenset of str
        Points placed by hand in any of the photos.
    unreadable : int
        Number of photos whose results belong to another version.
    """

    key: str
    day: date
    records: tuple[Record, ...]
    protocol: Protocol = NO_PROTOCOL
    views: tuple[PhotoView, ...] = ()
    corrected: frozenset[str] = frozenset()
    unreadable: int = 0

    def values(self, name: str) -> tuple[float, ...]:
        """Return the values of a quantity over the photos that show it."""
        return tuple(item.value for item in self.shown(name) if item.value is not None)

    def shown(self, name: str) -> tuple[Quantity, ...]:
        """Return a quantity as each photo has it that shows it.

        The arch behind an arm is known less well than one in view, so a photo with a covered back
        counts for the arch only where no photo of the visit shows the back.
        """
        records = self.records
        if name in ARCH and not self.back_covered:
            records = tuple(record for record in records if not back_covered(record.measures))
        found = (quantities(record).get(name) for record in records)
        return tuple(item for item in found if item is not None and item.present)

    @property
    def back_covered(self) -> bool:
        """Whether the back is covered in every photo."""
        return bool(self.records) and all(back_covered(item.measures) for item in self.records)


def quantities(record: Record) -> dict[str, Quantity]:
    """Return every quantity of a photo by name, estimates first.

    Lordosis and depth exist twice: read off the outline and estimated. The estimate counts.
    """
    estimates = record.estimates
    named = {
        "pelvic_tilt_deg": estimates.pelvic_tilt_deg,
        "lumbar_lordosis_deg": estimates.lumbar_lordosis_deg,
        "lumbar_depth_pct": estimates.lumbar_depth_pct,
    }
    return named | {name: item for name, item in record.measures.items() if name not in named}


def names_of(visits: Sequence[VisitData]) -> tuple[str, ...]:
    """Return the names of all quantities of the visits, in the order shown to people."""
    found: dict[str, None] = {}
    for visit in visits:
        for record in visit.records:
            found |= dict.fromkeys(quantities(record))
    return tuple(found)


def unit_of(visits: Sequence[VisitData], name: str) -> str:
    """Return the unit of a quantity; empty when none of the visits has it."""
    units = (
        item.unit
        for visit in visits
        for record in visit.records
        if (item := quantities(record).get(name)) is not None
    )
    return next(units, "")
