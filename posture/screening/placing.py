"""Where a value lies among adults, as far as its interval allows to say: one rule for all."""

from __future__ import annotations

from typing import Final, Literal

from posture.quantity import Quantity

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
