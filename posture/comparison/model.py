"""What is compared, and what comes out: plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from posture.analysis.record import Record
from posture.codec import stored_as
from posture.inputs.protocol import NOT_WRITTEN_DOWN, Protocol
from posture.quantity import Quantity

Z95: Final = 1.959963984540054
"""Half-width of a two-sided 95 % normal interval in standard deviations."""

Verdict = Literal["real_change", "no_change_larger_than", "cannot_tell"]
ErrorSource = Literal["estimator", "default", "studio", "own_repeats"]
Reason = Literal[
    "absent_before",
    "absent_after",
    "other_version",
    "no_error_known",
    "different_view",
    "told_differently",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a photo saw the person; part of a stored result."""

    facing: str
    yaw_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitData:
    """One visit as the statistics see it.

    Parameters
    ----------
    key : str
        Tells visits apart; the visit's id.
    day : date
    records : tuple of Record
        One per photo that this version can read.
    protocol : Protocol
    seen : tuple of Seen
    corrected : frozenset of str
        Points that were placed by hand in any of the photos.
    unreadable : int
        Photos whose results belong to another version.
    """

    key: str
    day: date
    records: tuple[Record, ...]
    protocol: Protocol = NOT_WRITTEN_DOWN
    seen: tuple[Seen, ...] = ()
    corrected: frozenset[str] = frozenset()
    unreadable: int = 0

    def values(self, name: str) -> tuple[float, ...]:
        """Return the values of a quantity over the photos that show it."""
        found = (quantities(record).get(name) for record in self.records)
        return tuple(item.value for item in found if item is not None and item.value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How far repeated readings of an unchanged person lie apart.

    Parameters
    ----------
    slope : float
        How much of a true change an estimate shows; 1 for plain measures.
    between_session_sd : float
        SD of what all photos of one visit share, in units of true change.
    within_session_sd : float
        SD of what differs from photo to photo, in units of true change.
    between_source, within_source : {"estimator", "default", "studio", "own_repeats"}
        Where the two come from. ``own_repeats``: pooled with the client's own photos.
    repeats : int
        Degrees of freedom of the client's own repeats in ``within_session_sd``.
    """

    slope: float
    between_session_sd: float = stored_as("day_sd")
    within_session_sd: float = stored_as("photo_sd")
    between_source: ErrorSource = stored_as("day_source")
    within_source: ErrorSource = stored_as("photo_source")
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One quantity at two visits.

    Parameters
    ----------
    name, unit : str
    before, after : float or None
        Means over the photos of each visit, as shown elsewhere.
    photos_before, photos_after : int
        Photos that show the quantity.
    change : float or None
        True change: difference of the means over the slope of the estimate.
    low, high : float or None
        95 % interval of the true change; it leaves out 0 exactly when the change is real.
    mdc95 : float or None
        Smallest change that would be real with these photos.
    verdict : {"real_change", "no_change_larger_than", "cannot_tell"}
    bound : float or None
        A true change, in either direction, is not larger than this (95 %).
    more_photos : int or None
        Further photos of the later visit that would make the present change a real one.
    photos_per_visit : int or None
        Photos at each of two visits that would; ``None`` when a full visit would not.
    errors : Errors or None
    reason : str or None
        Why nothing can be said.
    """

    name: str
    unit: str
    before: float | None
    after: float | None
    photos_before: int
    photos_after: int
    verdict: Verdict
    change: float | None = None
    low: float | None = None
    high: float | None = None
    mdc95: float | None = None
    bound: float | None = None
    more_photos: int | None = None
    photos_per_visit: int | None = None
    errors: Errors | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that was not the same at the two visits.

    Parameters
    ----------
    code : str
        Machine-readable name: ``arms``, ``clothing``, ``stance``, ``footwear``,
        ``camera_height``, ``camera_distance``, ``instruction``, ``facing``, ``yaw``, ``roll``,
        ``version``, ``told``, ``corrected`` or ``not_written_down``.
    message : str
        One sentence, with advice.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two visits against each other.

    Parameters
    ----------
    before, after : VisitData
    changes : mapping of str to Change
        By quantity, estimates first.
    differences : tuple of Difference
        What else differed between the visits.
    """

    before: VisitData
    after: VisitData
    changes: Mapping[str, Change]
    differences: tuple[Difference, ...]


def quantities(record: Record) -> dict[str, Quantity]:
    """Return every quantity of a photo by name, estimates first.

    Lordosis and depth come twice: read off the outline and estimated. The estimate counts.
    """
    estimates = record.estimates
    named = {
        "pelvic_tilt_deg": estimates.pelvic_tilt_deg,
        "lumbar_lordosis_deg": estimates.lumbar_lordosis_deg,
        "lumbar_depth_pct": estimates.lumbar_depth_pct,
    }
    return named | {name: item for name, item in record.measures.items() if name not in named}


def names_of(sessions: Sequence[VisitData]) -> tuple[str, ...]:
    """Return the names of all quantities in sessions, in the order in which people see them."""
    found: dict[str, None] = {}
    for session in sessions:
        for record in session.records:
            found |= dict.fromkeys(quantities(record))
    return tuple(found)


def unit_of(sessions: Sequence[VisitData], name: str) -> str:
    """Return the unit of a quantity in sessions."""
    units = (
        item.unit
        for session in sessions
        for record in session.records
        if (item := quantities(record).get(name)) is not None
    )
    return next(units, "")
