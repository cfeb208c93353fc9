"""Photo picker: upload, camera or samples."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from posture.web import state
from posture.web.components.live.live import show_live
from posture.web.services.examine import PhotoFile
from posture.web.services.samples import Sample, find_samples, thumbnail
from posture.web.texts import say

LIMIT_MB: Final = 25
_SOURCES: Final = ("file", "camera")
_THIS_COMPUTER: Final = ("localhost", "127.0.0.1", "::1")


def show_upload() -> None:
    """Show the field for files or the camera; photos given there are added to the visit."""
    source = st.segmented_control(
        say("source"),
        _SOURCES,
        default=_SOURCES[0],
        required=True,
        format_func=lambda name: say(f"source_{name}"),
        key="photo_source",
        label_visibility="collapsed",
    )
    if source == "camera":
        _show_camera()
    else:
        _show_files()


def show_samples() -> None:
    """Show thumbnails of the samples; nothing if this copy has none."""
    samples = find_samples()
    if not samples:
        return
    st.caption(say("samples"))
    with st.container(horizontal=True, gap="small", key="po_samples"):
        for sample in samples:
            _show_sample(sample)


def camera_opens(url: str | None) -> bool:
    """Return whether browsers let a page at this address use the camera.

    They do over https and on the computer itself; an unknown address is left to the browser.
    """
    parts = urlsplit(url or "")
    return parts.scheme != "http" or parts.hostname in _THIS_COMPUTER


def _show_files() -> None:
    # Any file may be chosen: photos are judged by content, as endings are often wrong or missing.
    key = state.upload_key()
    more = bool(state.photos())
    st.file_uploader(
        say("upload_one_more" if more else "upload_some"),
        accept_multiple_files=True,
        key=key,
        help=say("upload_help"),
        max_upload_size=LIMIT_MB,
        on_change=_take_uploads,
        args=(key,),
    )


def _show_camera() -> None:
    if not camera_opens(st.context.url):
        st.info(say("camera_closed"), icon=":material/lock:")
        return
    show_live()


def _show_sample(sample: Sample) -> None:
    with st.container(key=f"po_sample_{sample.number}", gap="xxsmall", width="content"):
        st.image(
            _thumbnail(sample.path),
            width="stretch",
            alt=say("sample_alt", number=sample.number),
        )
        st.button(
            _name(sample),
            key=f"sample_{sample.number}",
            type="tertiary",
            on_click=_take_sample,
            args=(sample,),
        )


def _take_uploads(key: str) -> None:
    files = st.session_state.get(key) or []
    state.add_photos(_read(file) for file in files)


def _read(file: UploadedFile) -> PhotoFile:
    return PhotoFile(name=Path(file.name).name, data=file.getvalue())


def _take_sample(sample: Sample) -> None:
    state.start_with([PhotoFile(name=_name(sample), data=sample.path.read_bytes())])


def _name(sample: Sample) -> str:
    if sample.kind == "good":
        return say("sample", number=sample.number)
    return say(f"sample_{sample.kind}")


@st.cache_data(show_spinner=False)
def _thumbnail(path: Path) -> bytes:
    """Cache thumbnails for all visitors; samples belong to the program, not to a visitor."""
    return thumbnail(path)
