"""Live camera on the page: a Streamlit component (v2) of the project's own.

The browser sends small frames to :mod:`posture.web.camera`, shows and speaks the answers, and takes
a burst when the answer says so. The picture chosen travels as an upload, like any other photo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from posture.codec import try_decode
from posture.guidance.instructions import SENTENCES
from posture.web import state
from posture.web.camera.cameras import shared_cameras
from posture.web.components.script import script
from posture.web.language import current_language, translated
from posture.web.services.examine import PhotoFile
from posture.web.services.uploads import taken_uploads, upload_address
from posture.web.texts import say
from posture.web.visit import BurstNote

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

KEY: Final = "po_live"
_CAMERA: Final = "po_camera_key"
_HERE: Final = Path(__file__).resolve().parent
_WORDS: Final = {
    "start": "live_start",
    "stop": "live_stop",
    "voice": "live_voice",
    "device": "live_device",
    "count": "live_count",
    "once": "live_once",
    "again": "live_twice",
    "sides": "live_sides",
    "opening": "live_opening",
    "reading": "live_reading",
    "restless": "live_again",
    "hold": "live_hold",
    "stage": "live_stage",
    "done": "live_done",
    "denied": "live_denied",
    "none": "live_none",
    "busy": "live_busy",
    "closed": "live_closed",
    "local": "live_local",
}


def show_live() -> None:
    """Show the camera; a photo that it takes is added to the visit."""
    # With these comes the pose network, which no page should wait for.
    from posture.guidance.burst import BURST_S, PICTURES
    from posture.guidance.live import FRAME_HEIGHT

    st.caption(say("live_lead"))
    data = {
        "look": f"/camera/{_camera()}/look",
        "burst": f"/camera/{_camera()}/burst",
        "upload": upload_address(),
        "rows": FRAME_HEIGHT,
        "pictures": PICTURES,
        "seconds": BURST_S,
        "language": current_language(),
        "texts": {name: say(key) for name, key in _WORDS.items()},
        "sentences": {code: translated(sentence) for code, sentence in SENTENCES.items()},
    }
    _element()(key=KEY, data=data, on_taken_change=_take)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What the browser says of a burst.

    Parameters
    ----------
    file : str
        Id of the upload: the picture that stands for the burst.
    kept : int
        Number of good pictures.
    spread : mapping of str to float
        Standard deviation of each target between them, degrees.
    """

    file: str
    kept: int
    spread: Mapping[str, float]


def _take() -> None:
    """Add the pictures that the browser uploaded, and free their places."""
    values = st.session_state.get(KEY)
    taken = values.get("taken") if isinstance(values, Mapping) else None
    if not isinstance(taken, list):
        return
    bursts = [each for one in taken if (each := try_decode(_Taken, one)) is not None]
    uploads = taken_uploads(burst.file for burst in bursts)
    for burst in bursts:
        if burst.file in uploads:
            number = len(state.photos()) + 1
            photo = PhotoFile(name=say("live_photo", number=number), data=uploads[burst.file])
            state.add_photos([photo])
            sway_deg = burst.spread.get("pelvic_tilt_deg")
            state.keep_burst(photo.sha256, BurstNote(kept=burst.kept, sway_deg=sway_deg))


def _camera() -> str:
    """Return the key of this page's camera, which stays while it is used."""
    key = st.session_state.get(_CAMERA)
    if not isinstance(key, str) or not shared_cameras().knows(key):
        key = shared_cameras().open()
        st.session_state[_CAMERA] = key
    return key


@cache
def _element() -> ComponentRenderer:
    css = (_HERE / "live.css").read_text(encoding="utf-8")
    return st.components.v2.component("posture_live", css=css, js=script(_HERE / "live.js"))
