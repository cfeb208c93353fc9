"""Norms of pelvic tilt and lumbar arch in adults, and the comparison of a value with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, Final, Literal, TypeAlias

from posture.codec import Rounded, Table, encode_record, not_stored
from posture.estimator.model import TARGETS, Estimates
from posture.quantity import Quantity
from posture.screening.definition import Spread, definition
from posture.types import Sex

BAND_SHARE: Final = 0.80
"""Middle share of adults whose values are called common: one in ten lies beyond either end."""

SURE: Final = 0.75
LIKELY: Final = 0.5
"""Probabilities from which a value is called high, common or low, and most likely common. A
convention of ours: three to one is where people call a thing likely and rarely feel misled."""

Band = tuple[float, float]
"""Lower and upper end, in the unit of the quantity."""

Position = Literal["high", "edge_high", "common", "perhaps", "open", "edge_low", "low"]
Verdict = Literal["within", "above", "below", "cannot_tell"]

_VERDICTS: Final[Mapping[Position, Verdict]] = {"high": "above", "common": "within", "low": "below"}
"""Positions that are at least ``SURE``; of the others a verdict cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """The normal distribution of one quantity in a group of adults.

    Parameters
    ----------
    mean, sd : float
        In the unit of the quantity.
    group, source : str
        Who is compared with, and where that comes from.
    """

    mean: float
    sd: float
    group: str
    source: str

    @property
    def band(self) -> Band:
        """What is common among adults: the middle 80 % of the group."""
        adults = NormalDist(self.mean, self.sd)
        return adults.inv_cdf((1 - BAND_SHARE) / 2), adults.inv_cdf((1 + BAND_SHARE) / 2)

    def percentile(self, value: float) -> float:
        """Return the share of the group, in percent, that lies below a value."""
        return 100 * NormalDist(self.mean, self.sd).cdf(value)


def _pooled(one: Spread, other: Spread) -> Spread:
    """Return the spread of two groups of the same size taken together."""
    apart = (one.mean - other.mean) / 2.0
    return Spread(
        mean=(one.mean + other.mean) / 2.0,
        sd=math.sqrt((one.sd**2 + other.sd**2) / 2.0 + apart**2),
    )


def _norms(
    quantity: Literal["position", "arch"], group: str, source: str
) -> Mapping[Sex | None, Norm]:
    women, men = (getattr(definition().groups[sex], quantity) for sex in ("female", "male"))
    spreads: dict[Sex | None, tuple[str, Spread]] = {
        "female": ("women", women),
        "male": ("men", men),
        None: ("both sexes", _pooled(women, men)),
    }
    return {
        sex: Norm(
            mean=round(spread.mean, 1),
            sd=round(spread.sd, 1),
            group=f"{group} ({who})",
            source=source,
        )
        for sex, (who, spread) in spreads.items()
    }


NORMS: Final[Mapping[str, Mapping[Sex | None, Norm]]] = {
    "pelvic_tilt_deg": _norms(
        "position",
        "rendered adults whose mean and spread follow surveys of standing adults",
        "calibration/README.md; Levine & Whittle 1996, Herrington 2011",
    ),
    "lumbar_lordosis_deg": _norms(
        "arch",
        "rendered adults whose spread and sex difference follow 659 adults",
        "calibration/README.md; Lang-Tapia 2011 (surface, not Cobb)",
    ),
}
"""Norms by quantity and sex; without a stated sex, both sexes pooled. They are the spread of the
definition's adults (:mod:`posture.screening.definition`).

Position of the pelvis: rendered adults whose means and spread follow surveys of standing adults
(calibration/README.md).

Arch: surface lordosis *as this program defines it*, in rendered adults whose spread and sex
difference follow Lang-Tapia 2011 (659 adults; calibration/README.md). Their Spinal Mouse gives
means 12 to 14 degrees lower, because its curve does not take in the buttock's slope: scales are
never mixed.

The depth of the arch has no reference of its own definition, and so no norm."""


def norm_of(name: str, sex: Sex | None) -> Norm | None:
    """Return the norm of a quantity, or ``None`` where there is none.

    Parameters
    ----------
    name : str
        An estimate, such as ``"pelvic_tilt_deg"``.
    sex : {"female", "male"} or None
        As the user told it.
    """
    norms = NORMS.get(name)
    return None if norms is None else norms[sex]


Tenth: TypeAlias = Annotated[float, Rounded(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormComparison:
    """One value beside the norm of its quantity.

    Parameters
    ----------
    percentile, percentile_low, percentile_high : float
        Share of the group, in percent, that lies below the value and below the ends of its 90 %
        interval.
    band_low, band_high : float
        What is common in the group, in the unit of the quantity.
    verdict : {"within", "above", "below", "cannot_tell"}
        The position in the four words of files.
    group, source : str
        Of the norm.
    position : {"high", "edge_high", "common", "perhaps", "open", "edge_low", "low"}
        Where the value lies, see :func:`position_in`.
    """

    percentile: Tenth
    percentile_low: Tenth
    percentile_high: Tenth
    band_low: Tenth
    band_high: Tenth
    verdict: Verdict
    group: str
    source: str
    position: Position = not_stored()

    def to_dict(self) -> Table:
        """Return the JSON form; numbers are rounded to a tenth."""
        return encode_record(self)


def compare_with_norm(quantity: Quantity, norm: Norm) -> NormComparison | None:
    """Compare a value with a norm; ``None`` when the value is absent."""
    low, high = norm.band
    position = position_in((low, high), quantity)
    if position is None or quantity.value is None or quantity.low is None or quantity.high is None:
        return None
    return NormComparison(
        percentile=norm.percentile(quantity.value),
        percentile_low=norm.percentile(quantity.low),
        percentile_high=norm.percentile(quantity.high),
        band_low=low,
        band_high=high,
        verdict=verdict_of(position),
        group=norm.group,
        source=norm.source,
        position=position,
    )


def compare_estimates(estimates: Estimates, *, sex: Sex | None) -> dict[str, NormComparison | None]:
    """Compare the estimates that have a norm with it; ``None`` for what is absent."""
    return {
        name: compare_with_norm(getattr(estimates, name), NORMS[name][sex])
        for name in TARGETS
        if name in NORMS
    }


def position_in(band: Band, quantity: Quantity) -> Position | None:
    """Return where a value lies, as far as its interval allows to say.

    This is the one rule for pages, sheets and files.

    Parameters
    ----------
    band : tuple of float
    quantity : Quantity

    Returns
    -------
    {"high", "edge_high", "common", "perhaps", "open", "edge_low", "low"} or None
        ``"high"``, ``"common"`` and ``"low"`` when that has a probability of 75 % or more;
        ``"perhaps"`` for most likely common, ``"open"`` when the interval spans all three;
        ``None`` when the value is absent.
    """
    above, not_below = (quantity.probability_above(end) for end in reversed(band))
    if above is None or not_below is None:
        return None
    below, inside = 1.0 - not_below, not_below - above
    if max(above, below, inside) >= SURE:
        return "common" if inside >= SURE else _side(above, below, "high", "low")
    if inside >= LIKELY:
        return "perhaps"
    if min(above, below) > 1.0 - SURE:
        return "open"
    return _side(above, below, "edge_high", "edge_low")


def verdict_of(position: Position) -> Verdict:
    """Return a position in the four words of files."""
    return _VERDICTS.get(position, "cannot_tell")


def _side(above: float, below: float, high: Position, low: Position) -> Position:
    return high if above >= below else low
