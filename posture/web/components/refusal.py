"""Refusal of a photo: the reason, and advice for the next one."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.errors import ModelError, PhotoError, PoseError, PostureError, SettingsError
from posture.web import state
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
    """Show the reason and the advice beside the photo."""
    preview = preview_jpeg(photo.data, blurred=blur)
    if preview is None:
        st.html(_words(error, "h1"))
        return
    picture, words = st.columns([2, 3], gap="large")
    with picture:
        st.image(preview, width="stretch", alt=say("refused_alt"))
    with words:
        st.html(_words(error, "h1"))
        _offer_turn(photo, error)


def show_refused_one(photo: PhotoFile, error: PostureError, *, blur: bool) -> None:
    """Show one refused photo among usable ones, where its picture would be."""
    st.html(_words(error, "h2"))
    _offer_turn(photo, error)
    preview = preview_jpeg(photo.data, blurred=blur)
    if preview is not None:
        st.image(preview, width="stretch", alt=say("refused_alt"))


def _offer_turn(photo: PhotoFile, error: PostureError) -> None:
    """Offer to turn a photo whose head is not at the top."""
    quarters = QUARTERS.get(error.code)
    if quarters is None:
        return
    st.button(
        say("turn_photo"),
        icon=":material/rotate_right:",
        type="primary",
        key=f"turn_{photo.sha256}",
        on_click=lambda: state.exchange_photo(photo.sha256, turned(photo, quarters)),
    )


def advice_for(error: PostureError) -> list[str]:
    """Return what to do differently, advice for this very error first."""
    if error.code in QUARTERS:
        return [say("retry_turned")]
    own = f"retry_{error.code}"
    general = next((keys for kind, keys in _ADVICE if isinstance(error, kind)), ())
    keys = ([own] if own in TEXTS else []) + list(general)
    return [say(key) for key in keys]


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
