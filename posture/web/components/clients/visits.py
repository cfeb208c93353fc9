"""Visits of a client: day, pictures, values, notes, and the form to change them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from posture.case.retest import readings
from posture.clients import Client, ClientStore, Visit
from posture.clients.answers import answers_of, readable
from posture.clients.documents import visit_screening
from posture.clients.reanalysis import analyze_again
from posture.clients.visit_data import visit_data
from posture.comparison.api import Average, VisitData, average
from posture.comparison.visit_data import BONE_LINES, names_of
from posture.inputs.protocol import Protocol
from posture.messages import listed
from posture.quantity import Quantity
from posture.screening.grade import Screening
from posture.texts import label, range_text, reason_text, value_text
from posture.web.components.clients.documents import EDITING, show_documents
from posture.web.components.clients.notices import submit, submit_in_callback
from posture.web.components.clients.protocol import protocol_fields, protocol_words
from posture.web.components.headline import badge
from posture.web.components.markup import element, image, plain
from posture.web.components.words import count_words, day_words
from posture.web.language import current_language, translated
from posture.web.services.analyzer import shared_analyzer
from posture.web.texts import say

PAGE: Final = 6
SHOWN_VALUES: Final = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")
_MORE: Final = "visits_shown"


def show_visits(store: ClientStore, client: Client, visits: tuple[Visit, ...]) -> None:
    """Show the visits of a client, newest first, or how to add one."""
    st.header(say("visits_title"), anchor=False)
    if not visits:
        st.info(say("visits_empty"), icon=":material/add_a_photo:")
        return
    limit = st.session_state.get(_MORE, PAGE)
    known = store.answers(client.id)
    for visit in reversed(visits[-limit:]):
        with st.container(border=True, key=f"po_visit_{visit.id}", gap="small"):
            screening = visit_screening(client, visit, answers_of(visit, visits, known))
            st.html(_card(store, visit, screening))
            show_documents(store, visits, visit)
            if st.session_state.get(EDITING) == visit.id:
                _show_edit(store, visit)
    if len(visits) > limit:
        st.button(say("visits_older"), icon=":material/expand_more:", on_click=_show_older)


def _card(store: ClientStore, visit: Visit, screening: Screening | None) -> str:
    photos = count_words("photos", len(visit.shots))
    head = element("h3", plain(day_words(visit.day)), " ", element("small", plain(photos)))
    lines = [element("p", plain(line), css="po-fine") for line in _lines(visit)]
    words = element("div", head, _values(visit, screening), *lines)
    return element("div", _pictures(store, visit), words, css="po-visit")


def _lines(visit: Visit) -> Iterator[str]:
    how = protocol_words(visit.protocol)
    if how:
        yield how
    if any(shot.photo_kept for shot in visit.shots):
        yield say("visit_photos_kept")
    if any(record.old for record in visit_data(visit).records):
        kept = all(shot.photo_kept for shot in visit.shots)
        yield say("visit_old_again" if kept else "visit_old_lost")
    tested = {reading.test.name: None for reading in readings(readable(visit.answers))}
    if tested:
        yield say("visit_tested", tests=listed(map(translated, tested), current_language()))
    if visit.notes:
        yield visit.notes


def _pictures(store: ClientStore, visit: Visit) -> str:
    alt = say("visit_alt", day=day_words(visit.day))
    found = (store.thumbnail(shot.id) for shot in visit.shots)
    pictures = (image(jpeg_url(jpeg), alt=alt) for jpeg in found if jpeg is not None)
    return element("div", *pictures, css="po-thumbs")


def jpeg_url(jpeg: bytes) -> str:
    """Return a JPEG as a data URL, so that no other visitor can ask the server for it."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _values(visit: Visit, screening: Screening | None) -> str:
    session = visit_data(visit)
    if not session.records:
        return element("p", plain(say("visit_unreadable")), css="po-fine")
    means = average(session)
    values = (_value(name, means[name]) for name in _shown(session))
    return element("dl", "" if screening is None else _grade(screening), *values, css="po-facts")


def _grade(screening: Screening) -> str:
    """Return the grade in the words of the sheet; one of an earlier rule says that it is."""
    what = element("b", plain(badge(screening)))
    if screening.earlier_rule:
        rule = say("visit_grade_earlier")
        what += element("small", plain(f" ({rule})"))
    return element("dt", plain(say("visit_grade"))) + element("dd", what)


def _shown(session: VisitData) -> tuple[str, ...]:
    """Return the values to show: a bone line first, placed or as version 0.1 estimated it."""
    lines = (name for name in names_of([session]) if name in BONE_LINES)
    return (*lines, *SHOWN_VALUES)


def _value(name: str, mean: Average) -> str:
    quantity: Quantity = mean.quantity
    if quantity.present:
        what = element("b", plain(translated(value_text(quantity)))) + element(
            "small", plain(f" ({translated(range_text(quantity))})")
        )
    else:
        what = element("small", plain(translated(reason_text(str(quantity.reason)))))
    return element("dt", plain(translated(label(name)))) + element("dd", what)


def _show_edit(store: ClientStore, visit: Visit) -> None:
    key = f"visit_{visit.id}"
    with st.form(f"{key}_form", border=False):
        day = st.date_input(
            say("visit_day"),
            visit.day,
            max_value=date.today(),
            key=f"{key}_day",
            format="YYYY-MM-DD",
            width=190,
        )
        protocol = protocol_fields(key, visit.protocol)
        notes = st.text_area(say("visit_notes"), visit.notes, key=f"{key}_notes", height=70)
        with st.container(horizontal=True, gap="small"):
            sent = st.form_submit_button(say("visit_save"), icon=":material/save:", type="primary")
            stop = st.form_submit_button(say("visit_cancel"), on_click=_close)
    if sent and isinstance(day, date):
        submit(
            lambda: _change(store, visit.id, day=day, protocol=protocol, notes=notes or ""),
            say("visit_saved"),
        )
    if stop:
        st.rerun()
    _show_again(store, visit)
    _show_delete(store, visit)


def _change(
    store: ClientStore, visit_id: str, *, day: date, protocol: Callable[[], Protocol], notes: str
) -> None:
    store.edit_visit(visit_id, day=day, protocol=protocol(), notes=notes)
    _close()


def _show_delete(store: ClientStore, visit: Visit) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        sure = st.checkbox(say("visit_delete_sure"), key=f"sure_{visit.id}")
        st.button(
            say("visit_delete"),
            icon=":material/delete_forever:",
            key=f"delete_visit_{visit.id}",
            disabled=not sure,
            on_click=partial(_delete, store, visit.id),
        )


def _show_again(store: ClientStore, visit: Visit) -> None:
    """Offer to measure again, after an update for example, if all photos were kept."""
    if all(shot.photo_kept for shot in visit.shots):
        st.button(
            say("visit_again"),
            icon=":material/refresh:",
            key=f"again_{visit.id}",
            help=say("visit_again_help"),
            on_click=partial(_again, store, visit.id),
        )


def _again(store: ClientStore, visit_id: str) -> None:
    submit_in_callback(
        lambda: analyze_again(store, visit_id, shared_analyzer()), say("visit_again_done")
    )


def _delete(store: ClientStore, visit_id: str) -> None:
    submit_in_callback(partial(store.delete_visit, visit_id), say("visit_deleted"))
    _close()


def _close() -> None:
    st.session_state.pop(EDITING, None)


def _show_older() -> None:
    st.session_state[_MORE] = st.session_state.get(_MORE, PAGE) + PAGE
