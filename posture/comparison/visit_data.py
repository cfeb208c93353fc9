"""One visit as the statistics see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis.record import Record
from posture.codec import open_ended
from posture.estimator.model import LINE, OLD_LINE, POSITION
from posture.inputs.protocol import NO_PROTOCOL, Protocol
from posture.measures.catalogue import back_covered
from posture.quantity import Quantity

ARCH: Final = ("lumbar_lordosis_deg", "lumbar_depth_pct")
"""Estimates of the arch, which an arm over the low back hides."""

LEADING: Final = (POSITION, "lumbar_lordosis_deg")
"""Position of the pelvis and arch, the two by which photos of a person are weighed."""

BONE_LINES: Final = frozenset({LINE, OLD_LINE})
"""Quantities that only some photos have: a placed line, and the estimate of version 0.1."""


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
        return _values(self.shown(name))

    def readings(self, name: str) -> tuple[float, ...]:
        """Return the values by which visits are compared, over the photos that show them.

        The position counts as the outline alone has it. Otherwise the shape of a person's bones,
        which a placed line brings in, would pass for a change where only one visit has a line.
        """
        return _values(_reading(record, name) for record in self._counting(name))

    def shown(self, name: str) -> tuple[Quantity, ...]:
        """Return a quantity as each photo has it that shows it.

        The arch behind an arm is known less well than one in view, so a photo with a covered back
        counts for the arch only where no photo of the visit shows the back.
        """
        found = (quantities(record).get(name) for record in self._counting(name))
        return tuple(item for item in found if item is not None and item.present)

    def _counting(self, name: str) -> tuple[Record, ...]:
        if name not in ARCH or self.back_covered:
            return self.records
        return tuple(record for record in self.records if not back_covered(record.measures))

    @property
    def back_covered(self) -> bool:
        """Whether the back is covered in every photo."""
        return bool(self.records) and all(back_covered(item.measures) for item in self.records)

    @property
    def line_placed(self) -> bool:
        """Whether at least one photo has the ASIS-PSIS line."""
        return any(record.estimates.line_placed for record in self.records)


def _values(found: Iterable[Quantity | None]) -> tuple[float, ...]:
    return tuple(item.value for item in found if item is not None and item.value is not None)


def _reading(record: Record, name: str) -> Quantity | None:
    alone = record.estimates.outline_position_deg
    if name == POSITION and alone is not None:
        return alone
    return quantities(record).get(name)


def quantities(record: Record) -> dict[str, Quantity]:
    """Return every quantity of a photo by name, estimates first.

    Lordosis and depth exist twice: read off the outline and estimated. The estimate counts.
    """
    estimates = record.estimates
    named = {
        "pelvic_tilt_deg": estimates.pelvic_tilt_deg,
        "lumbar_lordosis_deg": estimates.lumbar_lordosis_deg,
        "lumbar_depth_pct": estimates.lumbar_depth_pct,
        "asis_psis_deg": estimates.asis_psis_deg,
    }
    if estimates.bone_line_estimate_deg is not None:
        named["bone_line_estimate_deg"] = estimates.bone_line_estimate_deg
    return named | {name: item for name, item in record.measures.items() if name not in named}


def names_of(visits: Sequence[VisitData]) -> tuple[str, ...]:
    """Return the names of all quantities of the visits, in the order shown to people.

    The bone line is among them only where somebody placed it, or an old result estimates it.
    """
    found: dict[str, None] = {}
    for visit in visits:
        for record in visit.records:
            found |= {
                name: None
                for name, item in quantities(record).items()
                if item.present or name not in BONE_LINES
            }
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
