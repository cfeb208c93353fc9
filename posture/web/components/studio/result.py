"""Result of the repeatability measurement, and whether comparisons use it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from posture.analysis.result import Method
from posture.clients import ClientStore
from posture.clients.repeatability_store import (
    SETTING,
    StoredRepeatability,
    save_repeatability,
)
from posture.comparison.api import say_repeatability
from posture.comparison.repeatability import Repeatability, Study
from posture.estimator.model import LINE
from posture.texts import UNIT_SIGNS, number_text, trainer_label
from posture.web.components.clients.notices import submit_in_callback
from posture.web.components.clients.visits import SHOWN_VALUES
from posture.web.components.markup import element, listing, plain, row
from posture.web.components.words import day_words
from posture.web.language import translated
from posture.web.texts import say

_COLUMNS: Final = ("column_measure", "studio_sem", "studio_mdc_1", "studio_mdc_3", "studio_icc")


def show_result(store: ClientStore, study: Study, *, measured_on: date, method: Method) -> None:
    """Show the result for all quantities, with a button to use it in comparisons."""
    main = [study.found[name] for name in (LINE, *SHOWN_VALUES) if name in study.found]
    if main:
        st.html(
            listing((plain(translated(say_repeatability(found))) for found in main), css="po-lines")
        )
    else:
        st.info(say("studio_not_seen"), icon=":material/visibility_off:")
    st.button(
        say("studio_use"),
        icon=":material/check:",
        type="primary",
        on_click=partial(_use, store, study, measured_on, method),
    )
    with st.expander(say("studio_table"), icon=":material/straighten:", expanded=True):
        st.html(_table(list(study.found.values())))
        st.caption(say("studio_table_notes"))


def show_stored(store: ClientStore, stored: StoredRepeatability | None) -> None:
    """Show what comparisons currently use."""
    if stored is None:
        st.caption(say("studio_unused"))
        return
    day = day_words(stored.measured_on)
    if stored.outdated:
        st.warning(say("studio_outdated", day=day), icon=":material/restart_alt:")
    else:
        st.success(say("studio_used", day=day, count=stored.people), icon=":material/check:")
    st.button(say("studio_stop"), icon=":material/undo:", on_click=partial(_stop, store))


def _use(store: ClientStore, study: Study, measured_on: date, method: Method) -> None:
    submit_in_callback(
        partial(save_repeatability, store, study, measured_on=measured_on, method=method),
        say("studio_use_done"),
    )


def _stop(store: ClientStore) -> None:
    submit_in_callback(partial(store.save_setting, SETTING, None), say("studio_stop_done"))


def _table(found: list[Repeatability]) -> str:
    head = element("thead", row(*(plain(say(column)) for column in _COLUMNS), head=True))
    return element("table", head, element("tbody", *map(_row, found)), css="po-table po-study")


def _row(found: Repeatability) -> str:
    one, *_, three = found.means
    numbers = [_amount(each, found.unit) for each in (three.sem, one.mdc95, three.mdc95)]
    numbers.append(f"{three.icc:.2f}")
    cells = (
        element("span", plain(f"{say(column)}: "), css="po-narrow") + plain(translated(number))
        for column, number in zip(_COLUMNS[1:], numbers, strict=True)
    )
    return row(plain(translated(trainer_label(found.name))), *cells)


def _amount(number: float, unit: str) -> str:
    return number_text(number, "%trunk") + UNIT_SIGNS.get(unit, "")
