"""Keeper of the visit in the browser: a Streamlit component (v2) of the project's own.

It draws nothing. It writes the visit to the browser's own storage (IndexedDB), and sends what it
kept when the server knows less: after a reload, in another tab, after the server was started anew.
Photos travel by the server's own addresses for pictures and uploads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.runtime import get_instance

from posture.codec import try_decode
from posture.program import AnswersError, parse_answers
from posture.web import state
from posture.web.access import current_owner, is_guest
from posture.web.components.script import script
from posture.web.lan.sessions import shared_sessions
from posture.web.services.examine import PhotoFile
from posture.web.services.uploads import session_id, taken_uploads, upload_address
from posture.web.visit import Visit, answer_name

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

KEY: Final = "po_keeper"
_HERE: Final = Path(__file__).resolve().parent


def keep_visit() -> None:
    """Hand the visit to the browser; call it once on every page, before the page is drawn."""
    visit, photos = state.visit(), state.photos()
    shared_sessions().hold(session_id(), sum(len(photo.data) for photo in photos))
    data = {
        "owner": _owner_tag(),
        "visit": visit.to_dict(),
        "settled": state.is_settled(),
        "photos": {photo.sha256: _address(photo) for photo in photos},
        "upload": upload_address(),
    }
    with st.container(key="po_keeper_place"):
        _element()(key=KEY, data=data, on_kept_change=_take_kept)


def _take_kept() -> None:
    """Merge what the browser sent into the visit; a record that cannot be read changes nothing."""
    values = st.session_state.get(KEY)
    message = values.get("kept") if isinstance(values, Mapping) else None
    if not isinstance(message, Mapping):
        return
    kept = try_decode(Visit, message.get("visit"))
    if kept is not None:
        kept = _readable(kept)
        state.take_over(kept, _uploaded(kept), adopt=message.get("adopt") is True)


def _readable(kept: Visit) -> Visit:
    """Return the copy without answers that this version does not know."""
    entries = dict(kept.entries)
    for path, value in kept.answers.items():
        try:
            parse_answers({path: value})
        except AnswersError:
            del entries[answer_name(path)]
    return replace(kept, entries=entries)


def _uploaded(kept: Visit) -> dict[str, PhotoFile]:
    """Return the photos that the browser uploaded for its copy, and free their place."""
    names = {photo.sha256: photo.name for photo in kept.photos}
    found = {}
    for file_id, data in taken_uploads(names).items():
        photo = PhotoFile(name=names[file_id], data=data)
        if photo.sha256 == file_id:
            found[photo.sha256] = photo
    return found


def _address(photo: PhotoFile) -> str:
    """Return where the browser finds the photo; the bytes are held once, not copied."""
    return get_instance().media_file_mgr.add(
        photo.data, "application/octet-stream", f"{KEY}.{photo.sha256}"
    )


def _owner_tag() -> str:
    """Return a name for whose visit this is, so that people who share a browser share no visit."""
    owner = "guest" if is_guest() else current_owner()
    return hashlib.sha256(owner.encode()).hexdigest()[:16]


@cache
def _element() -> ComponentRenderer:
    return st.components.v2.component("posture_keeper", js=script(_HERE / "keeper.js"))
