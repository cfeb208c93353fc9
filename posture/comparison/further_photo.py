"""Gain of one more photo of the same visit, before it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posture.comparison.average import error_parts
from posture.comparison.measurement_error import errors_of
from posture.comparison.visit_data import LEADING, VisitData
from posture.quantity import Z90

LITTLE: Final = 0.1
"""A range that gets narrower by less than this share is hardly worth another photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPhoto:
    """Half-width of a 90 % interval now, and after one more photo like those there are.

    Parameters
    ----------
    name, unit : str
        The quantity.
    now, then : float
        In its unit; ``then`` is what to expect if the next photo differs as others do.
    """

    name: str
    unit: str
    now: float
    then: float

    @property
    def is_little(self) -> bool:
        """Whether the range would stay almost as wide."""
        return self.then > (1.0 - LITTLE) * self.now


def further_photo(visit: VisitData) -> FurtherPhoto | None:
    """Return the gain of one more photo; ``None`` if the visit shows neither pelvis nor arch."""
    # The first of these that a visit shows stands for it.
    name = next((name for name in LEADING if visit.shown(name)), None)
    if name is None:
        return None
    shown = visit.shown(name)
    parts = error_parts(shown, errors_of(name, [visit]))
    now, then = (Z90 * parts.sd(len(shown) + more) for more in (0, 1))
    return FurtherPhoto(name=name, unit=shown[0].unit, now=now, then=then)
