"""Transfer of files: export and import of a client, backup and restore of the client file."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from posture.clients import LOCAL_OWNER, Client, ClientStore, Passphrase
from posture.clients.archive import export_client, file_name
from posture.clients.archive_import import import_client
from posture.clients.backup import backup, restore
from posture.clients.leftovers import workplace
from posture.clients.library import PAGE_BYTES
from posture.web.components.clients.notices import submit
from posture.web.components.clients.roster import open_client
from posture.web.components.clients.unlock import file_passphrase, show_encryption
from posture.web.components.picker import LIMIT_MB
from posture.web.language import current_language
from posture.web.texts import say

_TAKEN: Final = "clients_taken_in"


def show_export(store: ClientStore, client: Client) -> None:
    """Offer everything about a client as a ZIP file, packed only on request."""
    st.download_button(
        say("client_export"),
        partial(export_client, store, client.id, language=current_language()),
        file_name=file_name(client, encrypted=store.passphrase is not None),
        mime="application/zip" if store.passphrase is None else "application/octet-stream",
        key=f"export_{client.id}",
        help=say("client_export_help"),
        icon=":material/download:",
        on_click="ignore",
    )
    if store.passphrase is not None:
        st.download_button(
            say("client_export_plain"),
            partial(export_client, store, client.id, plain=True, language=current_language()),
            file_name=file_name(client),
            mime="application/zip",
            key=f"export_plain_{client.id}",
            help=say("client_export_plain_help"),
            icon=":material/download:",
            on_click="ignore",
        )


def show_files(store: ClientStore) -> None:
    """Offer import and, on the trainer's own computer, backup and restore."""
    with st.expander(say("files_clients"), icon=":material/folder_open:"):
        _show_import(store)
        if store.owner == LOCAL_OWNER:
            st.divider()
            _show_backup(store)
            st.divider()
            _show_restore(store)
            st.divider()
            show_encryption(store)
        st.caption(say("files_large", limit=LIMIT_MB))


def _show_import(store: ClientStore) -> None:
    file = st.file_uploader(say("import_file"), type=("zip", "posture"), key=_key("import"))
    passphrase = _passphrase_of(file, "import_phrase")
    copy = st.checkbox(say("import_copy"), key=_key("import_copy"))
    if (
        st.button(
            say("import_button"),
            icon=":material/upload:",
            key=_key("import_go"),
            disabled=file is None,
        )
        and file is not None
    ):
        data = file.getvalue()
        submit(
            partial(_import, store, data, as_copy=bool(copy), passphrase=passphrase),
            say("import_done"),
        )


def _show_backup(store: ClientStore) -> None:
    st.write(say("backup_lead"))
    st.download_button(
        say("backup_button"),
        partial(_backup_bytes, store),
        file_name=f"posture-clients-{date.today():%Y-%m-%d}.sqlite",
        mime="application/vnd.sqlite3",
        key="backup",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_restore(store: ClientStore) -> None:
    file = st.file_uploader(
        say("restore_file"), type=("sqlite", "db"), key=_key("restore"), help=say("restore_help")
    )
    passphrase = _passphrase_of(file, "restore_phrase")
    sure = st.checkbox(say("restore_sure"), key=_key("restore_sure"))
    if (
        st.button(
            say("restore_button"),
            icon=":material/settings_backup_restore:",
            key=_key("restore_go"),
            disabled=file is None or not sure,
        )
        and file is not None
    ):
        restored = partial(_restore_bytes, store, file.name, file.getvalue(), passphrase)
        submit(restored, say("restore_done"), stays=True)


def _empty_fields() -> None:
    """Give the fields new keys; the files leave the server's memory with the old ones."""
    st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1


def _passphrase_of(file: UploadedFile | None, name: str) -> Passphrase | None:
    return None if file is None else file_passphrase(file.getvalue()[:PAGE_BYTES], _key(name))


def _import(
    store: ClientStore, data: bytes, *, as_copy: bool, passphrase: Passphrase | None
) -> None:
    client = import_client(store, data, as_copy=as_copy, passphrase=passphrase)
    _empty_fields()
    open_client(client.id)


def _backup_bytes(store: ClientStore) -> bytes:
    with workplace(store.path) as folder:
        return backup(store, folder / "backup.sqlite").read_bytes()


def _restore_bytes(
    store: ClientStore, name: str, content: bytes, passphrase: Passphrase | None
) -> None:
    store.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with workplace(store.path) as folder:
        # In a folder of its own, so that no name collides; it is shown if the file is refused.
        source = folder / "upload" / (Path(name).name[-100:] or "backup.sqlite")
        source.parent.mkdir(mode=0o700)
        source.write_bytes(content)
        restore(store, source, passphrase=passphrase)
    _empty_fields()


def _key(name: str) -> str:
    return f"files_{name}_{st.session_state.get(_TAKEN, 0)}"
