"""Cards of tilt, arch angle and arch depth: value, range and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from posture.analysis.result import Analysis
from posture.draw.lines import build_few_marks
from posture.quantity import Quantity
from posture.texts import (
    UNIT_WORDS,
    flag_text,
    lower_end,
    number_text,
    range_text,
    reason_text,
    value_text,
)
from posture.web.components.markup import element, plain
from posture.web.language import number_words, translated
from posture.web.services.axes import Axis
from posture.web.services.estimate_cards import EstimateCard
from posture.web.texts import say

_SAID: Final = ("corrected", "manual_points")
"""Flags that the page shows in a better place."""

_LINES: Final[Mapping[str, set[str]]] = {
    "tilt": {"tilt"},
    "lordosis": {"back", "back_unseen"},
    "plumb": {"plumb"},
}
"""Line of the key to the marks of the picture that it names."""


def show_figures(cards: list[EstimateCard]) -> None:
    """Show each value with its range in a few words, beside the picture on wide screens."""
    st.html(element("div", *map(_figure, cards), css="po-figures"))


def show_line_key(analysis: Analysis) -> None:
    """Say in one line what the lines in the picture are; only what is drawn is named."""
    drawn = {mark.name for mark in build_few_marks(analysis)}
    parts = (
        element("span", element("i", css=f"po-line-{name}"), plain(say(f"line_key_{name}")))
        for name, marks in _LINES.items()
        if marks & drawn
    )
    st.html(element("p", *parts, css="po-line-key"))


def show_values(cards: list[EstimateCard], *, suggest_hints: bool) -> None:
    """Show the estimates as folded cards, and explain once what a range is.

    Parameters
    ----------
    cards : list of EstimateCard
    suggest_hints : bool
        Whether to say that sex and clothing would make ranges narrower.
    """
    parts = [_card(card) for card in cards]
    if any(card.quantity.present for card in cards):
        words = [say("range_level"), *([say("range_narrower")] if suggest_hints else [])]
        parts.append(element("p", plain(" ".join(words)), css="po-fine"))
    with st.expander(say("values_title"), icon=":material/speed:"):
        st.html(element("div", *parts, css="po-cards"))


def _figure(card: EstimateCard) -> str:
    quantity = card.quantity
    head = element("h2", element("i", css=f"po-line-{card.name}"), plain(say(f"{card.name}_name")))
    if not quantity.present:
        reason = plain(translated(reason_text(str(quantity.reason))))
        return element("section", head, element("p", reason, css="po-fine"), css="po-figure")
    value = element("p", plain(translated(value_text(quantity))), css="po-number")
    reach = element("p", plain(number_words(range_text(quantity))), css="po-fine")
    return element(
        "section", head, value, _before(card), reach, _bar(quantity, card.axis), css="po-figure"
    )


def _card(card: EstimateCard) -> str:
    head = element("h2", plain(say(f"{card.name}_name")))
    what = element("p", plain(say(f"{card.name}_what")), css="po-fine")
    body = _present(card) if card.quantity.present else _absent(card.quantity)
    return element("section", head, body, what, css="po-card")


def _absent(quantity: Quantity) -> str:
    return "".join(
        (
            element("p", plain(say("absent")), css="po-value po-none"),
            element("p", plain(translated(reason_text(str(quantity.reason)))), css="po-meaning"),
        )
    )


def _present(card: EstimateCard) -> str:
    quantity = card.quantity
    words = translated(UNIT_WORDS[quantity.unit]) if quantity.unit.startswith("%") else ""
    value = element(
        "p",
        plain(translated(value_text(quantity))),
        element("small", plain(f" {words}")),
        css="po-value",
    )
    between = say(
        "range", low=_end(lower_end(quantity), quantity), high=_end(quantity.high, quantity)
    )
    flags = [flag for flag in quantity.flags if flag not in _SAID]
    remarks = (element("p", plain(translated(flag_text(flag))), css="po-fine") for flag in flags)
    return "".join(
        (
            value,
            _before(card),
            element("p", plain(f"{between}."), css="po-range"),
            _bar(quantity, card.axis),
            element("p", plain(card.meaning), css="po-meaning"),
            element("p", plain(card.spread), css="po-meaning") if card.spread else "",
            *remarks,
        )
    )


def _before(card: EstimateCard) -> str:
    return element("p", plain(card.before), css="po-was") if card.before else ""


def _end(number: float | None, quantity: Quantity) -> str:
    sign = "°" if quantity.unit == "deg" else " %"
    return number_text(number or 0.0, quantity.unit) + sign


def _bar(quantity: Quantity, axis: Axis) -> str:
    """Draw the interval as a bar on its axis, with the band of common values behind it."""
    low, value, high = (
        _percent(number or 0.0, axis)
        for number in (lower_end(quantity), quantity.value, quantity.high)
    )
    band = ""
    if axis.common is not None:
        start, end = (_percent(number, axis) for number in axis.common)
        name = element("span", plain(say("common")))
        band = element("div", name, css="po-band", style=_span(start, end))
    return element(
        "div",
        band,
        element("div", css="po-interval", style=_span(low, high)),
        element("div", css="po-dot", style=f"left:{value:.1f}%"),
        css="po-bar" if band else "po-bar po-bare",
        label=say(
            "bar_alt",
            value=value_text(quantity),
            low=_end(lower_end(quantity), quantity),
            high=_end(quantity.high, quantity),
        ),
    )


def _percent(number: float, axis: Axis) -> float:
    share = (number - axis.low) / (axis.high - axis.low)
    return 100.0 * min(1.0, max(0.0, share))


def _span(start: float, end: float) -> str:
    return f"left:{start:.1f}%;width:{end - start:.1f}%"
