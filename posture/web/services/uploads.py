"""Files that our own components upload: to where, and how a page takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager


def upload_address() -> str:
    """Return the address to which a component of this page puts a file, less the file's id."""
    return f"/_stcore/upload_file/{session_id()}/"


def taken_uploads(file_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the uploaded files that are there, by id, and free their place."""
    uploads = cast("MemoryUploadedFileManager", get_instance().uploaded_file_mgr)
    session = session_id()
    found = {record.file_id: record.data for record in uploads.get_files(session, list(file_ids))}
    for file_id in found:
        uploads.remove_file(session, file_id)
    return found


def session_id() -> str:
    """Return the name of this page's session; empty outside of a page."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id
