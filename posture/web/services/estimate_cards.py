"""Estimates as cards: value, meaning in words, place among adults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from posture.estimator.model import LINE
from posture.quantity import Quantity
from posture.screening.norms import Norm, compare_with_norm, norm_of
from posture.texts import lower_end, number_text, value_text
from posture.types import Sex
from posture.web.services.axes import Axis
from posture.web.services.visit import TARGETS, CheckedVisit
from posture.web.texts import say

CARDS: Final[Mapping[str, tuple[str, float, float]]] = {
    LINE: ("line", -20, 45),
    "pelvic_tilt_deg": ("tilt", -20, 45),
    "lumbar_lordosis_deg": ("lordosis", 0, 90),
    "lumbar_depth_pct": ("depth", 0, 25),
}
"""Prefix of the texts' keys, and the ends of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateCard:
    """One estimate, ready to be shown.

    Parameters
    ----------
    name : str
        Prefix of its texts' keys.
    quantity : Quantity
    axis : Axis
    meaning : str
        One sentence; empty when the value is absent.
    spread : str
        How much several photos differ, in words; empty for one photo.
    before : str
        The value before points were moved by hand, in words; empty when none was.
    """

    name: str
    quantity: Quantity
    axis: Axis
    meaning: str
    spread: str = ""
    before: str = ""


def estimate_cards(
    visit: CheckedVisit, *, sex: Sex | None, height_cm: float | None
) -> list[EstimateCard]:
    """Return tilt, arch and depth as cards, in this order, after the bone line if it was placed."""
    estimates = visit.record.estimates
    names = (LINE, *TARGETS) if estimates.line_placed else TARGETS
    cards = [_card(name, getattr(estimates, name), norm_of(name, sex)) for name in names]
    centimetres = _depth_in_cm(visit, height_cm)
    if centimetres:
        cards[-1] = replace(cards[-1], meaning=f"{centimetres} {cards[-1].meaning}")
    return [
        replace(card, spread=spread_words(visit, name), before=_before(visit, name, card.quantity))
        for card, name in zip(cards, names, strict=True)
    ]


def spread_words(visit: CheckedVisit, name: str) -> str:
    """Say how much the photos of a visit differ in one estimate."""
    if name not in visit.spreads:
        return ""
    quantity: Quantity = getattr(visit.record.estimates, name)
    spread = number_text(visit.spreads[name], quantity.unit)
    if float(spread) == 0:
        return say("spread_alike")
    sign = "°" if quantity.unit == "deg" else " %"
    count = len(visit.analyses)
    return say(
        f"spread_{count}" if count <= 3 else "spread_many", count=count, spread=spread + sign
    )


def _before(visit: CheckedVisit, name: str, now: Quantity) -> str:
    if visit.untouched is None:
        return ""
    before: Quantity = getattr(visit.untouched.estimates, name)
    if name == LINE and not before.present:
        return ""
    same = value_text(before) == value_text(now)
    return "" if same else say("hand_was", value=value_text(before))


def _card(name: str, quantity: Quantity, norm: Norm | None) -> EstimateCard:
    short, low, high = CARDS[name]
    band = None if norm is None else norm.band
    axis = Axis(low=low, high=high, common=band)
    return EstimateCard(
        name=short, quantity=quantity, axis=axis, meaning=_meaning(short, quantity, norm)
    )


def _meaning(name: str, quantity: Quantity, norm: Norm | None) -> str:
    if norm is None:
        return say(f"{name}_common") if quantity.present else ""
    compared = compare_with_norm(quantity, norm)
    if compared is None:
        return ""
    low, high = norm.band
    return say(f"{name}_{compared.position}", low=round(low), high=round(high))


def _depth_in_cm(visit: CheckedVisit, height_cm: float | None) -> str:
    """Say the depth in centimetres, if the whole body is in the picture and its height known."""
    depth = visit.record.estimates.lumbar_depth_pct
    found = [each.geometry.silhouette.stature(each.view.parts) for each in visit.analyses]
    statures = [stature for stature in found if stature is not None]
    if height_cm is None or not statures or depth.value is None:
        return ""
    cm_per_pct = height_cm / fmean(statures) / 100.0
    numbers = [depth.value, lower_end(depth), depth.high or 0.0]
    value, low, high = (f"{number * cm_per_pct:.1f}" for number in numbers)
    return say("in_cm", value=value, low=low, high=high)
