"""Table of all measures, each drawn on its axis with its range and any published band."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity, Reference
from posture.texts import label, range_text, reason_text, value_text
from posture.web.components.markup import element, plain, row
from posture.web.components.strip import strip, strip_legend
from posture.web.language import number_words, translated
from posture.web.services.axes import axis_of
from posture.web.texts import say

_COLUMNS = ("column_measure", "column_plot", "column_value")


def show_measures(measures: Mapping[str, Quantity], *, count: int = 1) -> None:
    """Show each measure on its axis.

    Parameters
    ----------
    measures : mapping of str to Quantity
    count : int
        Number of photos that the values are the mean of.
    """
    intro = say("measures_one") if count == 1 else say("measures_mean", count=count)
    intro += " " + say("measures_intro") + " " + say("measures_position")
    with st.expander(say("measures_title"), icon=":material/straighten:"):
        st.caption(intro)
        head = element("thead", row(*(plain(say(column)) for column in _COLUMNS), head=True))
        body = element("tbody", *(_row(name, value) for name, value in measures.items()))
        table = element("table", head, body, css="po-table po-measures")
        st.html(strip_legend() + table)


def _row(name: str, quantity: Quantity) -> str:
    name_cell = plain(translated(label(name))) + _meaning(name)
    if not quantity.present:
        reason = element("em", plain(translated(reason_text(str(quantity.reason)))))
        return row(name_cell, reason, "–")
    value = element("b", plain(number_words(value_text(quantity))))
    reach = element("small", plain(number_words(range_text(quantity))))
    plot = strip(quantity, axis_of(name, quantity)) + _band(quantity.reference)
    return row(name_cell, plot, value + reach)


def _meaning(name: str) -> str:
    meaning = MEASURES[name].meaning if name in MEASURES else ""
    if not meaning or meaning.replace(" the ", " ") == label(name):
        return ""
    return element("small", plain(translated(meaning)))


def _band(reference: Reference | None) -> str:
    if reference is None:
        return ""
    ends = number_words(f"{reference.low:g} to {reference.high:g}")
    whose = f"{translated(reference.group)}; {reference.source}"
    return element("small", plain(say("column_band") + f": {ends} ({whose})"))
