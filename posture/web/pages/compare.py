"""Compare page: two visits of one client, what really changed, values over time."""

from __future__ import annotations

from functools import partial

import streamlit as st

from posture.case.retest import compare_tests
from posture.clients import ClientStore, Visit
from posture.clients.answers import readable
from posture.clients.archive import file_stem
from posture.clients.pairs import VisitPair, pair_of
from posture.clients.repeatability_store import load_repeatability
from posture.errors import PostureError
from posture.web.components.clients.details import client_names
from posture.web.components.clients.documents import change_pdf
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.clients.unlock import unlocked_store
from posture.web.components.compare.changes import (
    show_changes,
    show_differences,
    show_how,
    show_tests,
)
from posture.web.components.compare.pictures import show_pictures
from posture.web.components.compare.timeline import show_timelines
from posture.web.components.frame import show_style
from posture.web.components.links import show_link
from posture.web.components.words import count_words, day_words
from posture.web.language import current_language, translated
from posture.web.services.clients import LAST_CLIENT, listed
from posture.web.services.studio import repeatability_of
from posture.web.texts import say


def show() -> None:
    """Draw the page for the client and visits chosen on it."""
    show_style("clients/clients.css")
    st.title(say("compare_title"), anchor=False)
    st.write(say("compare_lead"))
    try:
        store = unlocked_store()
        if store is None:
            return
        client_id = _choose_client(store)
        if client_id is None:
            return
        pair = _choose_visits(store, client_id)
        if pair is not None:
            _show_pair(store, pair)
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")


def _choose_client(store: ClientStore) -> str | None:
    known = listed(store)
    if not known:
        st.info(say("compare_nobody"), icon=":material/group_add:")
        show_link("check", say("clients_check"))
        return None
    last = st.session_state.get(LAST_CLIENT)
    several = [key for key, found in known.items() if found.visits > 1]
    start = last if last in known else next(iter(several), None)
    chosen = st.selectbox(
        say("save_whom"),
        tuple(known),
        index=None if start is None else list(known).index(start),
        format_func=client_names(known).__getitem__,
        key="compare_client",
        placeholder=say("compare_choose"),
    )
    if chosen is not None:
        st.session_state[LAST_CLIENT] = chosen
    return chosen


def _choose_visits(store: ClientStore, client_id: str) -> VisitPair | None:
    visits = store.visits(client_id)
    if len(visits) < 2:
        st.info(count_words("compare_needs", len(visits)), icon=":material/add_a_photo:")
        show_link("check", say("clients_check"))
        return None
    names = {visit.id: _visit_words(visit, visits) for visit in visits}
    with st.container(horizontal=True, gap="medium"):
        first = _visit("before", names, 0, client_id)
        second = _visit("after", names, len(visits) - 1, client_id)
    if first == second:
        st.info(say("compare_same"), icon=":material/compare:")
        return None
    studio = repeatability_of(store, visits)
    return pair_of(visits, first, second, studio=studio.errors if studio else None)


def _visit(side: str, names: dict[str, str], start: int, client_id: str) -> str:
    keys = list(names)
    chosen = st.selectbox(
        say(f"change_{side}"),
        keys,
        index=start,
        format_func=names.__getitem__,
        key=f"compare_{side}_{client_id}_{len(keys)}",
    )
    return str(chosen)


def _visit_words(visit: Visit, visits: tuple[Visit, ...]) -> str:
    """Return the day; with the number of photos only if another visit was on the same day."""
    day = day_words(visit.day)
    if sum(other.day == visit.day for other in visits) == 1:
        return day
    return f"{day}, {count_words('photos', len(visit.shots))}"


def _show_pair(store: ClientStore, pair: VisitPair) -> None:
    show_changes(pair.comparison)
    show_differences(pair.comparison)
    left, right = st.columns([5, 6], gap="large")
    with right:
        show_tests(compare_tests(readable(pair.before.answers), readable(pair.after.answers)))
        _show_sheet(store, pair)
        show_how(pair.comparison)
        _show_outdated_studio(store)
    with left:
        show_pictures(store, pair)
    show_timelines(pair)


def _show_sheet(store: ClientStore, pair: VisitPair) -> None:
    """Offer the before/after sheet of the two visits that are chosen."""
    visits = store.visits(pair.after.client_id)
    client, change = file_stem(store.get(pair.after.client_id)), say("file_stem_change")
    st.download_button(
        say("visit_change"),
        partial(change_pdf, store, visits, pair.before, pair.after, current_language()),
        file_name=f"{client}-{change}.pdf",
        mime="application/pdf",
        key="compare_sheet",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_outdated_studio(store: ClientStore) -> None:
    """Say that a measurement of an earlier version no longer counts, if there is one."""
    stored = load_repeatability(store)
    if stored is not None and stored.outdated:
        st.caption(say("studio_outdated", day=day_words(stored.measured_on)))
