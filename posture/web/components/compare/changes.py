"""Changes between two visits, each with a verdict in words."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.comparison.api import Change, Comparison
from posture.comparison.sentences import amount, at_most
from posture.comparison.visit_data import BONE_LINES
from posture.texts import UNIT_SIGNS, label, number_text, trainer_label
from posture.web.components.clients.visits import SHOWN_VALUES
from posture.web.components.markup import element, listing, plain, row
from posture.web.components.words import count_words
from posture.web.language import translated
from posture.web.texts import say

_TONE: Final = {"real_change": "real", "cannot_tell": "open", "no_change_larger_than": "none"}
SLOPE_TOLERANCE: Final = 0.05
"""A slope this close to 1 does not alter any figure as it is shown."""

_COLUMNS: Final = ("column_measure", "change_before", "change_after", "change_column")


def show_differences(comparison: Comparison) -> None:
    """Warn of everything apart from the person that differed between the visits."""
    if not comparison.differences:
        return
    with st.container(key="po_differences"):
        items = listing(plain(translated(found.message)) for found in comparison.differences)
        head = element("b", plain(say("compare_differs")))
        st.html(element("section", head, items, css="po-stop po-differs"))


def show_main_changes(comparison: Comparison) -> None:
    """Show tilt, arch angle and arch depth as cards, each with its verdict."""
    cards = (
        _card(comparison.changes[name]) for name in comparison.main if name in comparison.changes
    )
    st.html(element("div", *cards, css="po-changes"))
    st.caption(say("change_explained"))
    if comparison.repeats_left_out:
        st.caption(count_words("change_restart", comparison.repeats_left_out))


def show_all_changes(comparison: Comparison) -> None:
    """Show all other measures in one table."""
    main = comparison.main
    others = [change for name, change in comparison.changes.items() if name not in main]
    with st.expander(say("compare_others"), icon=":material/straighten:"):
        st.caption(say("compare_many"))
        head = element("thead", row(*(plain(say(column)) for column in _COLUMNS), head=True))
        st.html(element("table", head, element("tbody", *map(_row, others)), css="po-table"))


def headline(comparison: Comparison) -> str:
    """Return one sentence on what really changed."""
    changes = comparison.changes
    found = [changes[name] for name in comparison.main if name in changes]
    real = [change for change in found if change.verdict == "real_change"]
    if not real:
        others = sum(change.verdict == "real_change" for change in changes.values())
        return count_words("compare_no_real", others)
    parts = (f"{translated(label(change.name))}: {amount_words(change)}" for change in real)
    return say("compare_real", changes="; ".join(parts))


def verdict_words(change: Change) -> str:
    """Return the verdict in words, with what to do if it is open."""
    if change.reason is not None:
        return say(f"change_reason_{change.reason}")
    if change.verdict == "real_change":
        return say("verdict_real", amount=amount_words(change))
    if change.verdict == "no_change_larger_than":
        # Rounded up so that the bound still holds.
        return say("verdict_none", bound=at_most(change.bound or 0.0, change.unit))
    if change.more_photos is not None:
        return count_words("verdict_more", change.more_photos)
    if change.photos_per_visit is not None:
        return say("verdict_each", count=change.photos_per_visit)
    return say("verdict_open")


def amount_words(change: Change) -> str:
    """Return the change in words: how much more or less, and of what."""
    much = change.change or 0.0
    way = "more" if much > 0 else "less"
    known = change.name in BONE_LINES or change.name in SHOWN_VALUES
    key = f"amount_{change.name}_{way}" if known else f"amount_{way}"
    return say(key, amount=amount(abs(much), change.unit))


def slope_words(change: Change) -> str:
    """Say why the change is not simply the difference of the two values; empty if it is."""
    if (
        change.errors is None
        or change.change is None
        or abs(change.errors.slope - 1) < SLOPE_TOLERANCE
    ):
        return ""
    seen = abs(change.change) * change.errors.slope
    return say(
        "change_slope",
        seen=amount(seen, change.unit),
        amount=amount(abs(change.change), change.unit),
    )


def _card(change: Change) -> str:
    tone = "open" if change.reason is not None else _TONE[change.verdict]
    facts = [
        _fact("change_before", _value_text(change.before, change.unit), change.photos_before),
        _fact("change_after", _value_text(change.after, change.unit), change.photos_after),
    ]
    lines = [slope_words(change), _range(change), _needed(change), _source(change)]
    return element(
        "section",
        element("h3", plain(translated(trainer_label(change.name)))),
        element("p", plain(verdict_words(change)), css=f"po-call po-call-{tone}"),
        element("dl", *facts, css="po-facts"),
        *(element("p", plain(line), css="po-fine") for line in lines if line),
        css="po-card",
    )


def _fact(key: str, value: str, photos: int) -> str:
    small = element("small", plain(f" ({count_words('photos', photos)})"))
    return element("dt", plain(say(key))) + element("dd", element("b", plain(value)), small)


def _range(change: Change) -> str:
    if change.low is None or change.high is None:
        return ""
    return say(
        "change_range",
        low=amount(change.low, change.unit),
        high=amount(change.high, change.unit),
    )


def _needed(change: Change) -> str:
    if change.mdc95 is None:
        return ""
    return say("change_needed", mdc=amount(change.mdc95, change.unit))


def _source(change: Change) -> str:
    if change.errors is None:
        return ""
    if change.errors.within_source == "own_repeats":
        return count_words("change_own", change.errors.repeats)
    return say(f"change_from_{change.errors.within_source}")


def _row(change: Change) -> str:
    narrow = (
        element("span", plain(f"{say(column)}: "), css="po-narrow") for column in _COLUMNS[1:3]
    )
    values = (_value_text(value, change.unit) for value in (change.before, change.after))
    call = plain(verdict_words(change)) + element("small", plain(_needed(change)))
    cells = (name + plain(value) for name, value in zip(narrow, values, strict=True))
    return row(plain(translated(label(change.name))), *cells, call)


def _value_text(value: float | None, unit: str) -> str:
    """Return a value with as many decimals as elsewhere."""
    return "–" if value is None else translated(number_text(value, unit) + UNIT_SIGNS.get(unit, ""))
