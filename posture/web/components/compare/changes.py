"""Changes between two visits: one plain sentence each, and folded below how sure they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import streamlit as st

from posture.case.retest import Retest
from posture.comparison.api import Change, Comparison, comparison_lines
from posture.comparison.sentences import amount
from posture.texts import label
from posture.web.components.markup import element, listing, plain
from posture.web.components.words import count_words
from posture.web.language import translated
from posture.web.texts import say


def show_differences(comparison: Comparison) -> None:
    """Warn of everything apart from the person that differed between the visits."""
    if not comparison.differences:
        return
    with st.container(key="po_differences"):
        items = listing(plain(translated(found.message)) for found in comparison.differences)
        head = element("b", plain(say("compare_differs")))
        st.html(element("section", head, items, css="po-stop po-differs"))


def show_changes(comparison: Comparison) -> None:
    """Show what changed, one sentence a change, the first one as the headline."""
    first, *rest = (translated(line) for line in comparison_lines(comparison))
    lines = (element("p", plain(line)) for line in rest)
    sentence = element("p", plain(first), css="po-sentence")
    st.html(element("section", sentence, *lines, css="po-headline po-calm po-changes"))


def show_tests(retest: Retest) -> None:
    """Show which tests of the trainer read differently; nothing if none was done twice."""
    if not retest.changes and not retest.unchanged:
        return
    st.header(say("compare_tests"), anchor=False)
    lines = [plain(translated(line)) for line in retest.lines]
    if retest.unchanged:
        lines.append(plain(count_words("compare_tests_same", retest.unchanged)))
    st.html(listing(lines, css="po-lines"))


def show_how(comparison: Comparison) -> None:
    """Show, folded, what a change is held against."""
    with st.expander(say("compare_how"), icon=":material/straighten:"):
        words = (say("change_explained"), say("change_drawn"))
        st.html(listing(plain(line) for line in chain(words, _limits(comparison))))
    if comparison.repeats_left_out:
        st.caption(count_words("change_restart", comparison.repeats_left_out))


def _limits(comparison: Comparison) -> Iterator[str]:
    """Yield from how much tilt and arch count as changed, and what that is based on."""
    for name in comparison.main:
        change = comparison.changes.get(name)
        if change is not None and change.mdc95 is not None:
            needed = amount(change.mdc95, change.unit)
            measure = translated(label(name))
            yield f"{say('change_needed', measure=measure, mdc=needed)} {_source(change)}".strip()


def _source(change: Change) -> str:
    if change.errors is None:
        return ""
    if change.errors.within_source == "own_repeats":
        return count_words("change_own", change.errors.repeats)
    return say(f"change_from_{change.errors.within_source}")
