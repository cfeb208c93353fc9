"""Choose a photo: upload one or try a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from posture.web import state
from posture.web.services.examine import PhotoFile
from posture.web.services.samples import Sample, find_samples, thumbnail
from posture.web.texts import say

TYPES: Final = ("jpg", "jpeg", "png", "webp", "heic", "heif")
LIMIT_MB: Final = 25


def show_upload() -> None:
    """Show the upload field; a photo put there becomes the chosen one."""
    key = state.upload_key()
    st.file_uploader(
        say("upload"),
        type=TYPES,
        key=key,
        help=say("upload_help"),
        max_upload_size=LIMIT_MB,
        on_change=_take_upload,
        args=(key,),
    )


def show_samples() -> None:
    """Show thumbnails of the samples; nothing when this copy carries none."""
    samples = find_samples()
    if not samples:
        return
    st.caption(say("samples"))
    with st.container(horizontal=True, gap="small", key="po_samples"):
        for sample in samples:
            _show_sample(sample)


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


def _take_upload(key: str) -> None:
    file = st.session_state.get(key)
    if file is not None:
        state.choose(PhotoFile(name=Path(file.name).name, data=file.getvalue()))


def _take_sample(sample: Sample) -> None:
    state.choose(PhotoFile(name=_name(sample), data=sample.path.read_bytes()))


def _name(sample: Sample) -> str:
    if sample.kind == "good":
        return say("sample", number=sample.number)
    return say(f"sample_{sample.kind}")


@st.cache_data(show_spinner=False)
def _thumbnail(path: Path) -> bytes:
    """Keep thumbnails for all visitors: samples belong to the program, not to one of them."""
    return thumbnail(path)
