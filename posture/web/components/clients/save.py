"""Saving of checked photos as a visit of a client, offered below the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.analysis.result import Analysis
from posture.case.retest import only_tests
from posture.clients import Client, ClientStore, Details, Visit
from posture.clients.answers import readable
from posture.clients.likeness import looks_like_another
from posture.clients.model import provenance_of
from posture.codec import Json, encode
from posture.errors import PostureError
from posture.inputs.protocol import NO_PROTOCOL, Protocol
from posture.web import state
from posture.web.access import is_guest
from posture.web.components.clients.begin import begun_for, end_begun
from posture.web.components.clients.details import (
    EMPTY,
    Prefill,
    client_names,
    name_field,
    rest_fields,
)
from posture.web.components.clients.documents import show_report
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.clients.protocol import protocol_fields
from posture.web.components.clients.roster import open_client
from posture.web.components.clients.unlock import unlocked_store
from posture.web.components.clients.visit_tests import open_tests
from posture.web.components.links import open_page
from posture.web.language import translated
from posture.web.services.clients import (
    LAST_CLIENT,
    captures,
    fingerprint,
    listed,
    own_store,
    renew_visit,
)
from posture.web.texts import say
from posture.web.visit import CLIENT, SAVED

_SAVED: Final = "saved_visits"
_ASKED: Final = "same_person_asked"
"""Key of the client and photos about which the question was asked."""


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
    with _place(open_=begun_for() is not None):
        try:
            store = unlocked_store()
            if store is None:
                return
            saved = _table().get(_photos(analyses)) or _saved_before(store, analyses)
            if saved is None:
                _show_form(store, analyses, prefill)
            else:
                _show_saved(store, saved, analyses, prefill)
        except PostureError as error:
            st.info(plain_markdown(translated(error.message)), icon=":material/lock:")


def _place(*, open_: bool) -> DeltaGenerator:
    """Return the box to draw in: in sight for a client's visit, folded for everybody else."""
    if open_:
        return st.container(border=True, key="po_save")
    return st.expander(say("save_title"), icon=":material/person_add:")


def _show_saved(
    store: ClientStore, saved: Saved, analyses: Sequence[Analysis], prefill: Prefill
) -> None:
    try:
        client, visit = store.get(saved.client_id), store.visit(saved.visit_id)
    except PostureError:
        # Deleted on the clients page meanwhile: it may be saved again.
        _remember(analyses, None)
        _show_form(store, analyses, prefill)
        return
    _keep_answers(store, visit)
    st.success(say("save_done", name=plain_markdown(client.name)), icon=":material/check:")
    if saved.values != fingerprint(analyses):
        st.caption(say("save_changed"))
        if st.button(say("save_renew"), icon=":material/save:", key="save_renew"):
            renew_visit(store, saved.visit_id, analyses)
            _remember(analyses, saved)
            st.rerun()
    with st.container(horizontal=True, gap="small"):
        show_report(store, visit)
        if st.button(say("visit_tests"), icon=":material/fact_check:", key="save_tests"):
            open_client(client.id)
            open_tests(visit)
        if st.button(say("save_to_clients"), icon=":material/arrow_forward:", key="save_to_client"):
            open_client(client.id)
            open_page("clients")
        if len(store.visits(client.id)) > 1 and st.button(
            say("save_to_compare"), icon=":material/compare:", key="save_to_compare"
        ):
            open_page("compare")


def _show_form(store: ClientStore, analyses: Sequence[Analysis], prefill: Prefill) -> None:
    if begun_for() is None:
        st.caption(say("save_lead"))
    client = _choose(store)
    asked = client is not None and st.session_state.get(_ASKED) == (client.id, _photos(analyses))
    with st.form(f"save_form_{_key(client)}", border=False):
        entered, sent = _fields(store, client, prefill, analyses[0].hints.setup(), asked=asked)
        no = asked and st.form_submit_button(say("same_person_no"))
    if no:
        _another()
    if sent:
        _save(store, analyses, entered, asked=asked)


def _save(
    store: ClientStore, analyses: Sequence[Analysis], entered: EnteredVisit, *, asked: bool
) -> None:
    try:
        who, protocol = entered.who(), entered.protocol()
        details = who if isinstance(who, Details) else store.get(who).details
        found = captures(analyses, details, protocol)
        if not asked and isinstance(who, str) and looks_like_another(store, who, found):
            st.session_state[_ASKED] = (who, _photos(analyses))
            st.rerun()
        visit = store.add_visit(
            who,
            found,
            day=entered.day,
            protocol=protocol,
            notes=entered.notes,
            consented_on=entered.consented_on,
            answers=_answers() or None,
        )
    except PostureError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")
        return
    _remember(analyses, Saved(client_id=visit.client_id, visit_id=visit.id, values=()))
    state.fill({CLIENT: visit.client_id, SAVED: visit.id})
    st.session_state[LAST_CLIENT] = visit.client_id
    st.rerun()


def keep_answers() -> None:
    """Keep answers that were given after the visit was saved with it, too."""
    saved = state.visit().get(SAVED)
    if isinstance(saved, str) and not is_guest():
        with suppress(PostureError):
            store = own_store()
            _keep_answers(store, store.visit(saved))


def _keep_answers(store: ClientStore, visit: Visit) -> None:
    """Keep the answers of this page with the stored visit, beside tests that were done there."""
    given = _answers()
    tests = only_tests(readable(visit.answers)).to_dict()
    kept = {**tests, **given}
    if given and kept != visit.answers:
        store.save_visit_answers(visit.id, kept)


def _answers() -> dict[str, Json]:
    """Return the answers of this visit as the client file keeps them."""
    return readable({path: encode(value) for path, value in state.answers().items()}).to_dict()


def _saved_before(store: ClientStore, analyses: Sequence[Analysis]) -> Saved | None:
    """Return the stored visit of these photos that an earlier session saved, if there is one."""
    visit_id = state.visit().get(SAVED)
    if not isinstance(visit_id, str):
        return None
    try:
        visit = store.visit(visit_id)
    except PostureError:
        # Deleted meanwhile.
        return None
    told = [provenance_of(shot.result) for shot in visit.shots]
    hashes = tuple(each.photo_sha256 for each in told if each is not None)
    if hashes != _photos(analyses):
        return None
    return Saved(client_id=visit.client_id, visit_id=visit.id, values=fingerprint(analyses))


def _another() -> None:
    """Let another client be chosen: the photos show somebody else."""
    end_begun()
    for key in (_ASKED, LAST_CLIENT, "save_client"):
        st.session_state.pop(key, None)
    st.rerun()


def _choose(store: ClientStore) -> Client | None:
    """Let the visitor choose the client to save to; return ``None`` for a new one."""
    known = listed(store)
    begun = begun_for()
    if begun in known:
        return known[begun].client
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
    store: ClientStore,
    client: Client | None,
    prefill: Prefill,
    entered: Protocol,
    *,
    asked: bool,
) -> tuple[EnteredVisit, bool]:
    """Show the button among what has to be said; everything else is folded below it."""
    key, today = f"save_{_key(client)}", date.today()
    name = name_field(key, prefill) if client is None else ""
    consented = _consent(key, client)
    if asked and client is not None:
        st.warning(say("same_person", name=plain_markdown(client.name)), icon=":material/group:")
    words = say("same_person_yes") if asked else _button(client)
    sent = st.form_submit_button(words, type="primary", icon=":material/save:")
    with st.expander(say("save_more"), icon=":material/tune:"):
        rest = rest_fields(_fresh(key, prefill), prefill) if client is None else None
        protocol = _setup(store, client, entered)
        day = st.date_input(
            say("visit_day"),
            today,
            max_value=today,
            key=f"{key}_day",
            format="YYYY-MM-DD",
            width=190,
        )
        notes = st.text_area(
            say("visit_notes"), key=f"{key}_notes_today", height=70, max_chars=5000
        )
    visit = EnteredVisit(
        who=(lambda: _key(client)) if rest is None else partial(rest, name),
        protocol=protocol,
        day=day if isinstance(day, date) else today,
        notes=notes or "",
        consented_on=today if consented else None,
    )
    return visit, sent


def _fresh(key: str, prefill: Prefill) -> str:
    """Return another name for fields whenever what they start with is entered anew.

    Under the same name, fields already on the page would keep their old starting values.
    """
    parts = (prefill.sex, prefill.height_cm)
    return key if not any(parts) else "_".join((key, *map(str, parts)))


def _setup(store: ClientStore, client: Client | None, entered: Protocol) -> Callable[[], Protocol]:
    """Show the set-up, filled as it was last time and with what was entered with the photo."""
    key = f"save_{_key(client)}"
    before = (store.last_protocol(client.id) if client else None) or NO_PROTOCOL
    if before != NO_PROTOCOL:
        st.caption(say("protocol_remembered"))
    # Under the same name, fields already on the page would keep their old starting values.
    parts = (entered.clothing, entered.camera_height_cm, entered.camera_distance_cm)
    name = key if entered == NO_PROTOCOL else "_".join((key, *map(str, parts)))
    # What was entered with the photo is newer than the protocol of last time.
    return protocol_fields(name, entered.filled_from(before))


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
