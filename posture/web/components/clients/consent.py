"""Consent to keeping photos, which is given on a day and withdrawn at any time."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from posture.clients import Client, ClientStore
from posture.web.components.clients.notices import submit, submit_in_callback
from posture.web.components.words import count_words, day_words
from posture.web.texts import say


def consent_box(key: str) -> date | None:
    """Ask for the consent of a new client; return today's date if it is given."""
    st.caption(say("save_photos_not"))
    given = st.checkbox(say("save_consent"), key=f"{key}_consent")
    return date.today() if given else None


def show_consent(store: ClientStore, client: Client, photos: int) -> None:
    """Show the consent, past and present, and let it be changed.

    Parameters
    ----------
    store : ClientStore
    client : Client
    photos : int
        Number of stored photos of the client.
    """
    with st.expander(say("consent_title"), icon=":material/photo_library:"):
        for past in client.consents:
            if past.withdrawn_on is not None:
                given, withdrawn = day_words(past.given_on), day_words(past.withdrawn_on)
                st.caption(say("consent_past", given=given, withdrawn=withdrawn))
        if client.consent is None:
            _show_absent(store, client)
        else:
            _show_given(store, client, client.consent.given_on, photos)


def _show_absent(store: ClientStore, client: Client) -> None:
    st.write(say("consent_absent"))
    today = date.today()
    with st.form(f"consent_{client.id}", border=False):
        day = st.date_input(
            say("consent_day"), today, max_value=today, format="YYYY-MM-DD", width=190
        )
        sent = st.form_submit_button(say("consent_give"), icon=":material/check:")
    if sent and isinstance(day, date):
        submit(partial(store.give_consent, client.id, day), say("consent_given"))


def _show_given(store: ClientStore, client: Client, given_on: date, photos: int) -> None:
    st.write(say("consent_since", day=day_words(given_on)))
    st.write(count_words("consent_photos", photos))
    st.button(
        say("consent_withdraw"),
        icon=":material/delete:",
        key=f"withdraw_{client.id}",
        on_click=partial(_withdraw, store, client.id),
    )


def _withdraw(store: ClientStore, client_id: str) -> None:
    submit_in_callback(
        lambda: store.withdraw_consent(client_id, date.today()), say("consent_withdrawn")
    )
