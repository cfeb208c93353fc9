"""Refusal of a photo: the reason, advice for the next one, and the way to it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.errors import ModelError, PhotoError, PoseError, PostureError, SettingsError
from posture.web import state
from posture.web.components.guidance import show_drawings
from posture.web.components.markup import element, listing, plain
from posture.web.language import translated
from posture.web.services.examine import PhotoFile
from posture.web.services.preview import preview_jpeg
from posture.web.services.turn import QUARTERS, turned
from posture.web.texts import TEXTS, say

_ADVICE: Final[tuple[tuple[type[PostureError], tuple[str, ...]], ...]] = (
    (PhotoError, ("retry_photo_1", "retry_photo_2")),
    (PoseError, ("retry_pose_1", "retry_pose_2", "retry_pose_3")),
    (ModelError, ("retry_model_1",)),
    (SettingsError, ("retry_setting_1",)),
)


def show_refusal(photo: PhotoFile, error: PostureError, *, blur: bool) -> None:
    """Show the reason, how to stand and a button for the next photo above the refused one."""
    st.html(_words(error, "h1"))
    quarters = QUARTERS.get(error.code)
    if quarters is not None:
        _offer_turn(photo, quarters)
    elif isinstance(error, PhotoError | PoseError):
        show_retake(photo)
    if isinstance(error, PoseError) and quarters is None:
        show_drawings()
    preview = preview_jpeg(photo.data, blurred=blur)
    if preview is not None:
        with st.container(key=f"po_refused_{photo.sha256[:12]}"):
            st.image(preview, width="stretch", alt=say("refused_alt"))


def show_refused_one(photo: PhotoFile, error: PostureError, *, blur: bool) -> None:
    """Show one refused photo among usable ones, where its picture would be."""
    st.html(_words(error, "h2"))
    quarters = QUARTERS.get(error.code)
    if quarters is not None:
        _offer_turn(photo, quarters)
    preview = preview_jpeg(photo.data, blurred=blur)
    if preview is not None:
        st.image(preview, width="stretch", alt=say("refused_alt"))


def _offer_turn(photo: PhotoFile, quarters: int) -> None:
    """Offer to turn a photo whose head is not at the top."""
    st.button(
        say("turn_photo"),
        key=f"turn_{photo.sha256[:12]}",
        type="primary",
        icon=":material/rotate_right:",
        width="stretch",
        on_click=lambda: state.exchange_photo(photo.sha256, turned(photo, quarters)),
    )


def show_retake(photo: PhotoFile) -> None:
    """Show the button that makes room for a better photo; what is known of the person stays."""
    st.button(
        say("next_retake"),
        key=f"retake_{photo.sha256[:12]}",
        type="primary",
        icon=":material/photo_camera:",
        width="stretch",
        on_click=state.retake,
    )


def advice_for(error: PostureError) -> list[str]:
    """Return what to do differently: about this very error, or in general if there is no such."""
    if error.code in QUARTERS:
        return [say("retry_turned")]
    own = f"retry_{error.code}"
    general = next((keys for kind, keys in _ADVICE if isinstance(error, kind)), ())
    return [say(key) for key in ((own,) if own in TEXTS else general)]


def _is_our_fault(error: PostureError) -> bool:
    return not isinstance(error, PhotoError | PoseError)


def _words(error: PostureError, level: str) -> str:
    advice = advice_for(error)
    tips = ""
    if advice:
        below = "h2" if level == "h1" else "h3"
        tips = element(below, plain(say("refused_try"))) + listing(map(plain, advice))
    return element(
        "section",
        element(level, plain(say("broken_title" if _is_our_fault(error) else "refused_title"))),
        element("p", plain(translated(error.message)), css="po-sentence"),
        tips,
        css="po-headline po-warm",
    )
