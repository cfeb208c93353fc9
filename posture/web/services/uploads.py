"""Uploaded files: where our own components put them, how a page takes them, and their end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

_IN_FIELDS: Final = "uploads_in_fields"


def upload_address() -> str:
    """Return the address to which a component of this page puts a file, less the file's id."""
    return f"/_stcore/upload_file/{session_id()}/"


def taken_uploads(file_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the uploaded files that are there, by id, and free their place."""
    context = get_script_run_ctx()
    if context is None:
        return {}
    uploads = cast("MemoryUploadedFileManager", context.uploaded_file_mgr)
    session = context.session_id
    found = {record.file_id: record.data for record in uploads.get_files(session, list(file_ids))}
    for file_id in found:
        uploads.remove_file(session, file_id)
    return found


def free_left_uploads() -> None:
    """Free the files that have left all fields of the page; call it at the start of every run.

    Streamlit keeps what was uploaded until the session ends, although the field has been emptied,
    replaced or left with its page. A file that no field has held yet is still on its way.
    """
    held = {file.file_id for value in st.session_state.values() for file in _files_in(value)}
    taken_uploads(st.session_state.get(_IN_FIELDS, set()) - held)
    st.session_state[_IN_FIELDS] = held


def session_id() -> str:
    """Return the name of this page's session; empty outside of a page."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def _files_in(value: object) -> list[UploadedFile]:
    several = value if isinstance(value, list | tuple) else [value]
    return [each for each in several if isinstance(each, UploadedFile)]
