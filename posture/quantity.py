"""A number with its 90 % interval, or absent with a reason: the form of every result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Final

from posture.codec import Rounded, Table, decode, encode_record

INTERVAL_LEVEL: Final = 0.90
"""Probability that the interval from ``low`` to ``high`` contains the true value."""

Z90: Final = 1.6448536269514722
"""Half-width of a two-sided 90 % normal interval in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A published reference band to compare a value with.

    Parameters
    ----------
    low, high : float
        The band, in the unit of the quantity.
    group : str
        Who was measured, and which share of them lies within the band.
    source : str
        Publication that the band comes from.
    """

    low: float
    high: float
    group: str
    source: str

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, data: object) -> Reference:
        """Rebuild a reference from its JSON form; raises ``ValueError``."""
        return decode(cls, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value with its 90 % interval, or no value and the reason.

    Parameters
    ----------
    value : float or None
        Best estimate; ``None`` when there is none.
    unit : str
        ``"deg"``, ``"%trunk"`` (percent of trunk length), ``"%height"`` and so on.
    low, high : float or None
        Ends of the interval that contains the true value with probability ``level``.
    level : float
        Coverage probability of the interval.
    reference : Reference or None
        Published band to compare with, if there is one for exactly this definition.
    flags : tuple of str
        Machine-readable remarks such as ``"roll_unknown"``.
    reason : str or None
        Machine-readable reason for absence; ``None`` if and only if there is a value.

    Raises
    ------
    ValueError
        If value and reason contradict each other, or the interval does not contain the value.
    """

    value: Annotated[float | None, Rounded(3)]
    unit: str
    low: Annotated[float | None, Rounded(3)]
    high: Annotated[float | None, Rounded(3)]
    level: float = INTERVAL_LEVEL
    reference: Reference | None = None
    flags: tuple[str, ...] = ()
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            if self.reason is None or self.low is not None or self.high is not None:
                raise ValueError("an absent quantity needs a reason and has no interval")
            return
        if self.reason is not None or self.low is None or self.high is None:
            raise ValueError("a present quantity has an interval and no reason for absence")
        if not all(map(math.isfinite, (self.value, self.low, self.high))):
            raise ValueError("a present quantity is finite")
        if not self.low <= self.value <= self.high:
            raise ValueError("the interval must contain the value")

    @classmethod
    def known(
        cls,
        value: float,
        sd: float,
        *,
        unit: str,
        reference: Reference | None = None,
        flags: tuple[str, ...] = (),
    ) -> Quantity:
        """Build a present quantity from a value and the standard deviation of its error."""
        half = Z90 * sd
        return cls(
            value=value,
            unit=unit,
            low=value - half,
            high=value + half,
            reference=reference,
            flags=flags,
        )

    @classmethod
    def absent(cls, reason: str, *, unit: str, flags: tuple[str, ...] = ()) -> Quantity:
        """Build an absent quantity with a machine-readable reason."""
        return cls(value=None, unit=unit, low=None, high=None, flags=flags, reason=reason)

    @property
    def present(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def sd(self) -> float | None:
        """Standard deviation of a normal error whose 90 % interval is this wide."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / (2 * Z90)

    def probability_above(self, threshold: float) -> float | None:
        """Return the probability that the true value exceeds ``threshold``.

        The error is assumed to be normal, with the SD given by the interval; ``None`` when absent.
        """
        if self.value is None or self.sd is None:
            return None
        if self.sd == 0:
            return float(self.value > threshold)
        return 0.5 * math.erfc((threshold - self.value) / (self.sd * math.sqrt(2)))

    def to_dict(self) -> Table:
        """Return the JSON form, with numbers rounded to a thousandth of the unit."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, data: object) -> Quantity:
        """Rebuild a quantity from its JSON form; raises ``ValueError``."""
        return decode(cls, data)
