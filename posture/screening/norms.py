"""Norms, and where a value stands among adults: the one place for both."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal, TypedDict

from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.signs import LORDOSIS_NORMS, TILT_NORM
from posture.types import Sex

BAND_SHARE: Final = 0.80
"""Middle share of adults that a band holds: beyond it lies one adult in ten on either side."""

Verdict = Literal["within", "above", "below", "cannot_tell"]

TILT_GROUP: Final = "rendered adults whose mean and spread follow surveys of standing adults"
ARCH_GROUP: Final = "rendered adults whose spread and sex difference follow 659 adults"
SOURCES: Final = {
    "pelvic_tilt_deg": "calibration/README.md; Levine & Whittle 1996, Herrington 2011",
    "lumbar_lordosis_deg": "calibration/README.md; Lang-Tapia 2011 (surface, not Cobb)",
}


class StandingDict(TypedDict):
    """JSON form of :class:`Standing`."""

    percentile: float
    percentile_low: float
    percentile_high: float
    band_low: float
    band_high: float
    verdict: Verdict
    group: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one estimate lies among adults.

    Parameters
    ----------
    percentile, percentile_low, percentile_high : float
        Share of the reference group, in percent, that lies below the value and below the ends of
        its 90 % interval.
    band_low, band_high : float
        Middle 80 % of the group, in the unit of the quantity.
    verdict : {"within", "above", "below", "cannot_tell"}
        Stated only when the whole interval agrees.
    group, source : str
        Who is compared with, and where that comes from.
    """

    percentile: float
    percentile_low: float
    percentile_high: float
    band_low: float
    band_high: float
    verdict: Verdict
    group: str
    source: str

    def to_dict(self) -> StandingDict:
        """Return the JSON form; numbers are rounded to a tenth."""
        return {
            "percentile": round(self.percentile, 1),
            "percentile_low": round(self.percentile_low, 1),
            "percentile_high": round(self.percentile_high, 1),
            "band_low": round(self.band_low, 1),
            "band_high": round(self.band_high, 1),
            "verdict": self.verdict,
            "group": self.group,
            "source": self.source,
        }


def standings(estimates: Estimates, *, sex: Sex | None) -> dict[str, Standing | None]:
    """Return where tilt and arch stand among adults; ``None`` for what is absent.

    Depth has no reference of its own definition and is not compared.

    Parameters
    ----------
    estimates : Estimates
    sex : {"female", "male"} or None
        Chooses the group for the arch; tilt has one for both sexes.
    """
    who = {"female": " (women)", "male": " (men)", None: " (both sexes)"}[sex]
    return {
        "pelvic_tilt_deg": standing(
            estimates.pelvic_tilt_deg,
            TILT_NORM,
            group=TILT_GROUP + " (both sexes)",
            source=SOURCES["pelvic_tilt_deg"],
        ),
        "lumbar_lordosis_deg": standing(
            estimates.lumbar_lordosis_deg,
            LORDOSIS_NORMS[sex],
            group=ARCH_GROUP + who,
            source=SOURCES["lumbar_lordosis_deg"],
        ),
    }


def standing(
    quantity: Quantity, norm: tuple[float, float], *, group: str, source: str
) -> Standing | None:
    """Return where one value lies in a normal distribution of adults.

    Parameters
    ----------
    quantity : Quantity
    norm : tuple of float
        Mean and standard deviation of the group.
    group, source : str
        Passed on.
    """
    if quantity.value is None or quantity.low is None or quantity.high is None:
        return None
    adults = NormalDist(*norm)
    band = adults.inv_cdf((1 - BAND_SHARE) / 2), adults.inv_cdf((1 + BAND_SHARE) / 2)
    return Standing(
        percentile=100 * adults.cdf(quantity.value),
        percentile_low=100 * adults.cdf(quantity.low),
        percentile_high=100 * adults.cdf(quantity.high),
        band_low=band[0],
        band_high=band[1],
        verdict=_verdict(quantity.low, quantity.high, band),
        group=group,
        source=source,
    )


def _verdict(low: float, high: float, band: tuple[float, float]) -> Verdict:
    if low > band[1]:
        return "above"
    if high < band[0]:
        return "below"
    return "within" if band[0] <= low and high <= band[1] else "cannot_tell"


SURE: Final = 0.75
LIKELY: Final = 0.5
"""Probabilities from which a value is called high, common or low, and most likely common. A
convention of ours: three to one is where people call a thing likely and rarely feel misled."""

Place = Literal["high", "edge_high", "common", "perhaps", "open", "edge_low", "low"]


def place_among_adults(quantity: Quantity, common: tuple[float, float]) -> Place:
    """Return where a present value lies, as far as its interval allows to say.

    Parameters
    ----------
    quantity : Quantity
    common : tuple of float
        Ends of what is common among healthy adults, in the unit of the quantity.

    Returns
    -------
    {"high", "edge_high", "common", "perhaps", "open", "edge_low", "low"}
        ``"perhaps"`` for most likely common, ``"open"`` when the interval spans all three.
    """
    above = quantity.probability_above(common[1]) or 0.0
    not_below = quantity.probability_above(common[0])
    below = 0.0 if not_below is None else 1.0 - not_below
    inside = 1.0 - above - below
    if max(above, below, inside) >= SURE:
        return "common" if inside >= SURE else _side(above, below, "high", "low")
    if inside >= LIKELY:
        return "perhaps"
    if min(above, below) > 1.0 - SURE:
        return "open"
    return _side(above, below, "edge_high", "edge_low")


def _side(above: float, below: float, high: Place, low: Place) -> Place:
    return high if above >= below else low
