"""Downloads of the photo check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from posture.web.components.links import show_link
from posture.web.texts import say


def show_downloads(
    photo: str, *, document: Callable[[], str], picture: Callable[[], bytes] | None
) -> None:
    """Offer picture and values, written only on request, and the way to the sheet on the plan."""
    st.header(say("files_title"), anchor=False)
    stem = Path(photo).stem or "photo"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if picture is not None:
            st.download_button(
                say("file_picture"),
                picture,
                file_name=f"{stem}.posture.png",
                mime="image/png",
                key="file_picture",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            say("file_values"),
            document,
            file_name=f"{stem}.posture.json",
            mime="application/json",
            key="file_values",
            icon=":material/download:",
            on_click="ignore",
        )
        show_link("plan", say("files_plan"))
