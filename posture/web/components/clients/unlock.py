"""Passphrase of an encrypted client file: asked for once in a session, set, changed, removed."""

from __future__ import annotations

import streamlit as st

from posture.clients import ClientsError, ClientStore, Passphrase
from posture.clients.encryption import change_passphrase
from posture.clients.library import looks_encrypted
from posture.web.components.clients.notices import plain_markdown, submit
from posture.web.language import translated
from posture.web.services.clients import own_store, remember_passphrase
from posture.web.texts import say


def unlocked_store(*, title: str = "") -> ClientStore | None:
    """Return the clients of the current visitor; ``None`` after asking for the passphrase.

    Parameters
    ----------
    title : str
        Heading above the question; empty on a page that has its heading already.

    Raises
    ------
    SettingsError
        See :func:`posture.web.services.clients.own_store`.
    """
    store = own_store()
    if not store.locked:
        return store
    if title:
        st.title(title, anchor=False)
    with st.form("unlock", border=True, clear_on_submit=True, width=560):
        st.write(say("unlock_lead"))
        typed = st.text_input(say("unlock_field"), type="password", autocomplete="off")
        sent = st.form_submit_button(say("unlock_button"), icon=":material/lock_open:")
    if sent:
        _unlock(store, typed or "")
    return None


def _unlock(store: ClientStore, typed: str) -> None:
    try:
        passphrase = Passphrase(typed)
        with ClientStore(store.path, owner=store.owner, passphrase=passphrase).opened():
            remember_passphrase(passphrase)
    except ClientsError as error:
        st.error(plain_markdown(translated(error.message)), icon=":material/error:")
        return
    st.rerun()


def show_encryption(store: ClientStore) -> None:
    """Offer to encrypt the client file, or to change or remove its passphrase."""
    encrypted = store.passphrase is not None
    st.write(say("encrypt_is" if encrypted else "encrypt_lead"))
    with st.form("encrypt", border=False, clear_on_submit=True):
        words = st.text_input(say("encrypt_field"), type="password", autocomplete="new-password")
        again = st.text_input(say("encrypt_again"), type="password", autocomplete="new-password")
        label = say("encrypt_change" if encrypted else "encrypt_button")
        sent = st.form_submit_button(label, icon=":material/lock:")
    if sent and words != again:
        st.error(say("encrypt_differ"), icon=":material/error:")
    elif sent:
        submit(lambda: _encrypt(store, words or ""), say("encrypt_done"), stays=True)
    if encrypted and st.button(say("encrypt_remove"), icon=":material/lock_open:", key="decrypt"):
        submit(lambda: _decrypt(store), say("encrypt_removed"))


def file_passphrase(head: bytes, key: str) -> Passphrase | None:
    """Ask for the passphrase of an encrypted file that was chosen, if it is one of its own."""
    if not looks_encrypted(head):
        return None
    typed = st.text_input(
        say("unlock_file"), type="password", key=key, autocomplete="off", help=say("unlock_same")
    )
    return Passphrase(typed) if typed else None


def _encrypt(store: ClientStore, words: str) -> None:
    passphrase = Passphrase.new(words)
    change_passphrase(store, passphrase)
    remember_passphrase(passphrase)


def _decrypt(store: ClientStore) -> None:
    change_passphrase(store, None)
    remember_passphrase(None)
