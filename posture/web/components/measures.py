"""The table of all measures."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from posture.measures import MEASURES
from posture.quantity import Quantity, Reference
from posture.texts import label, range_text, reason_text, value_text
from posture.web.components.markup import element, plain, row
from posture.web.texts import say

_COLUMNS = ("column_measure", "column_value", "column_range", "column_band")


def show_measures(measures: Mapping[str, Quantity]) -> None:
    """Show each measure with its range and, where there is one, a published band."""
    with st.expander(say("measures_title"), icon=":material/straighten:"):
        st.caption(say("measures_intro"))
        head = element("thead", row(*(plain(say(column)) for column in _COLUMNS), head=True))
        body = element("tbody", *(_row(name, value) for name, value in measures.items()))
        st.html(element("table", head, body, css="po-table"))


def _row(name: str, quantity: Quantity) -> str:
    name_cell = plain(label(name)) + _meaning(name)
    if not quantity.present:
        reason = element("em", plain(reason_text(str(quantity.reason))))
        return row(name_cell, "–", reason, "")
    return row(
        name_cell,
        element("b", plain(value_text(quantity))),
        plain(range_text(quantity)),
        _band(quantity.reference),
    )


def _meaning(name: str) -> str:
    meaning = MEASURES[name].meaning if name in MEASURES else ""
    if not meaning or meaning.replace(" the ", " ") == label(name):
        return ""
    return element("small", plain(meaning))


def _band(reference: Reference | None) -> str:
    if reference is None:
        return ""
    name = element("span", plain(f"{say('column_band')}: "), css="po-narrow")
    ends = f"{reference.low:g} – {reference.high:g}"
    return name + plain(ends) + element("small", plain(f"{reference.group}; {reference.source}"))
