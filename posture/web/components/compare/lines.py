"""Time lines of the values that matter, and of any other measure on demand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from posture.comparison.api import VisitData, timeline
from posture.texts import label, range_text, value_text
from posture.web.components.clients.visits import SHOWN_VALUES
from posture.web.components.compare.timeline import Point, time_line
from posture.web.components.markup import element, plain
from posture.web.components.words import day_words
from posture.web.language import translated
from posture.web.services.compare import Pair
from posture.web.texts import say


def show_lines(pair: Pair) -> None:
    """Show tilt, arch and depth over all visits, and one more measure to choose."""
    st.header(say("lines_title"), anchor=False)
    st.caption(say("lines_intro"))
    chosen = {pair.before.id, pair.after.id}
    st.html(_cards(SHOWN_VALUES, pair.visits, chosen))
    others = [name for name in pair.comparison.changes if name not in SHOWN_VALUES]
    other = st.selectbox(
        say("lines_other"),
        others,
        index=None,
        format_func=lambda name: translated(label(name)),
        key="compare_other",
        placeholder=say("lines_choose"),
    )
    if other is not None:
        st.html(_cards((other,), pair.visits, chosen))


def _cards(names: Sequence[str], visits: Sequence[VisitData], chosen: set[str]) -> str:
    return element("div", *(_card(name, visits, chosen) for name in names), css="po-lines-grid")


def _card(name: str, visits: Sequence[VisitData], chosen: set[str]) -> str:
    head = element("h3", plain(translated(label(name))))
    points = [
        Point(day=found.day, quantity=found.quantity, chosen=found.key in chosen)
        for found in timeline(visits, name)
        if found.quantity.present
    ]
    if not points:
        return element("section", head, element("p", plain(say("lines_none"))), css="po-card")
    words = "; ".join(_words(point) for point in points)
    return element("section", head, time_line(points, alt=words), css="po-card")


def _words(point: Point) -> str:
    value, span = translated(value_text(point.quantity)), translated(range_text(point.quantity))
    return f"{day_words(point.day)}: {value} ({span})"
