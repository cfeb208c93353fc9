"""Sending a sheet: by the share sheet of the device, or by the visitor's own mail program."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from posture.web.texts import say

_HERE: Final = Path(__file__).resolve().parent


def show_share(pdf: bytes, file_name: str, *, day: str) -> None:
    """Show the ways to send a PDF file; it never leaves through a server of ours.

    Parameters
    ----------
    pdf : bytes
    file_name : str
    day : str
        Day of the visit, in words.
    """
    _element()(
        key=f"share_{file_name}",
        data={
            "pdf": base64.b64encode(pdf).decode(),
            "name": file_name,
            "subject": say("share_subject", day=day),
            "body": say("share_body", file=file_name),
            "share": say("share_device"),
            "mail": say("share_mail"),
            "hint": say("share_hint"),
        },
    )


@cache
def _element() -> ComponentRenderer:
    """Return the component, the same for all visitors; what differs is passed as data."""
    html, css, js = (
        (_HERE / f"share.{ending}").read_text(encoding="utf-8") for ending in ("html", "css", "js")
    )
    return st.components.v2.component("posture_share", html=html, css=css, js=js)
