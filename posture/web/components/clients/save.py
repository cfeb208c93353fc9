"""Saving of checked photos as a visit of a client, offered below the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import streamlit as st

from posture.analysis.result import Analysis
from posture.clients import Client, ClientStore, Details
from posture.errors import PostureError
from posture.inputs.protocol import NO_PROTOCOL, Protocol
from posture.web.access import is_guest
from posture.web.components.clients.details import (
    EMPTY,
    Prefill,
    client_names,
    details_fields,
)
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.clients.protocol import protocol_fields
from posture.web.components.clients.unlock import unlocked_store
from posture.web.components.links import show_link
from posture.web.language import translated
from posture.web.services.clients import (
    LAST_CLIENT,
    captures,
    fingerprint,
    listed,
    renew_visit,
)
from posture.web.texts import say

_SAVED: Final = "saved_visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The visit that these photos were saved as, and their :func:`fingerprint` then."""

    client_id: str
    visit_id: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredVisit:
    """The visit as entered; ``who`` raises if the details of a new client are not valid."""

    who: Callable[[], str | Details]
    protocol: Callable[[], Protocol]
    day: date
    notes: str
    consented_on: date | None


def show_save(analyses: Sequence[Analysis], prefill: Prefill = EMPTY) -> None:
    """Offer to save the checked photos as one visit; nothing for guests.

    Parameters
    ----------
    analyses : sequence of Analysis
        Those of all usable photos, corrections included.
    prefill : Prefill
        Details entered with the photos.
    """
    if not analyses or is_guest():
        return
    photos = _photos(analyses)
    saved = _table().get(photos)
    with st.expander(say("save_title"), icon=":material/person_add:", expanded=saved is not None):
        try:
            store = unlocked_store()
            if store is None:
                return
            if saved is None:
                _show_form(store, analyses, prefill)
            else:
                _show_saved(store, saved, analyses, prefill)
        except PostureError as error:
            st.info(plain_markdown(translated(error.message)), icon=":material/lock:")


def _show_saved(
    store: ClientStore, saved: Saved, analyses: Sequence[Analysis], prefill: Prefill
) -> None:
    try:
        client, _ = store.get(saved.client_id), store.visit(saved.visit_id)
    except PostureError:
        # Deleted on the clients page meanwhile: it may be saved again.
        _remember(analyses, None)
        _show_form(store, analyses, prefill)
        return
    st.success(say("save_done", name=plain_markdown(client.name)), icon=":material/check:")
    if saved.values != fingerprint(analyses):
        st.caption(say("save_changed"))
        if st.button(say("save_renew"), icon=":material/save:", key="save_renew"):
            renew_visit(store, saved.visit_id, analyses)
            _remember(analyses, saved)
            st.rerun()
    with st.container(horizontal=True, gap="small"):
        show_link("clients", say("save_to_clients"))
        show_link("compare", say("save_to_compare"))


def _show_form(store: ClientStore, analyses: Sequence[Analysis], prefill: Prefill) -> None:
    st.caption(say("save_lead"))
    client = _choose(store)
    with st.form(f"save_form_{_key(client)}", border=False):
        entered = _fields(store, client, prefill, analyses[0].hints.setup())
        sent = st.form_submit_button(_button(client), type="primary", icon=":material/save:")
    if not sent:
        return
    try:
        who, protocol = entered.who(), entered.protocol()
        details = who if isinstance(who, Details) else store.get(who).details
        visit = store.add_visit(
            who,
            captures(analyses, details, protocol),
            day=entered.day,
            protocol=protocol,
            notes=entered.notes,
            consented_on=entered.consented_on,
        )
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")
        return
    _remember(analyses, Saved(client_id=visit.client_id, visit_id=visit.id, values=()))
    st.session_state[LAST_CLIENT] = visit.client_id
    st.rerun()


def _choose(store: ClientStore) -> Client | None:
    """Let the visitor choose the client to save to; return ``None`` for a new one."""
    known = listed(store)
    if not known:
        return None
    last = st.session_state.get(LAST_CLIENT)
    names = {"": say("save_new"), **client_names(known)}
    options = list(names)
    chosen = st.selectbox(
        say("save_whom"),
        options,
        index=options.index(last) if last in known else 0,
        format_func=names.__getitem__,
        key="save_client",
    )
    return known[chosen].client if chosen else None


def _fields(
    store: ClientStore, client: Client | None, prefill: Prefill, entered: Protocol
) -> EnteredVisit:
    key = f"save_{_key(client)}"
    new = details_fields(key, prefill) if client is None else None
    before = (store.last_protocol(client.id) if client else None) or NO_PROTOCOL
    if before != NO_PROTOCOL:
        st.caption(say("protocol_remembered"))
    # Under the same name, fields already on the page would keep their old starting values.
    parts = (entered.clothing, entered.camera_height_cm, entered.camera_distance_cm)
    name = key if entered == NO_PROTOCOL else "_".join((key, *map(str, parts)))
    # What was entered with the photo is newer than the protocol of last time.
    protocol = protocol_fields(name, entered.filled_from(before))
    today = date.today()
    day = st.date_input(
        say("visit_day"), today, max_value=today, key=f"{key}_day", format="YYYY-MM-DD", width=190
    )
    notes = st.text_area(say("visit_notes"), key=f"{key}_notes_today", height=70, max_chars=5000)
    consented = _consent(key, client)
    chosen = day if isinstance(day, date) else today
    return EnteredVisit(
        who=new or (lambda: _key(client)),
        protocol=protocol,
        day=chosen,
        notes=notes or "",
        consented_on=today if consented else None,
    )


def _button(client: Client | None) -> str:
    """Return the label of the button; it names the client, as the photo may show somebody else."""
    if client is None:
        return say("save_button")
    return say("save_for", name=plain_markdown(client.name))


def _consent(key: str, client: Client | None) -> bool:
    """Ask for consent to keeping photos, unless it is already in force."""
    if client is not None and client.consent is not None:
        st.caption(say("save_photos_kept"))
        return False
    st.caption(say("save_photos_not"))
    return bool(st.checkbox(say("save_consent"), key=f"{key}_consent"))


def _key(client: Client | None) -> str:
    return client.id if client else "new"


def _photos(analyses: Sequence[Analysis]) -> tuple[str, ...]:
    return tuple(analysis.provenance.photo_sha256 for analysis in analyses)


def _table() -> dict[tuple[str, ...], Saved]:
    table: dict[tuple[str, ...], Saved] = st.session_state.setdefault(_SAVED, {})
    return table


def _remember(analyses: Sequence[Analysis], saved: Saved | None) -> None:
    table = {key: value for key, value in _table().items() if key != _photos(analyses)}
    if saved is not None:
        table[_photos(analyses)] = Saved(
            client_id=saved.client_id, visit_id=saved.visit_id, values=fingerprint(analyses)
        )
    st.session_state[_SAVED] = table
