"""Hints on the photo: optional details about person and picture."""

from __future__ import annotations

from typing import Final, get_args

import streamlit as st

from posture.inputs.hints import HEIGHT_RANGE_CM, Hints
from posture.types import Clothing, Facing, Sex
from posture.web.components.camera import camera_distance, camera_height
from posture.web.texts import say

_FACINGS: Final[dict[str, Facing | None]] = {"auto": None, "left": "left", "right": "right"}
_SEXES: Final[dict[str, Sex | None]] = {"none": None, "female": "female", "male": "male"}
_CLOTHES: Final[dict[str, Clothing | None]] = {
    "none": None,
    **{name: name for name in get_args(Clothing)},
}
_KEYS: Final = (
    "hint_facing",
    "hint_sex",
    "hint_clothing",
    "hint_height",
    "hint_camera_height",
    "hint_camera_distance",
)


def show_hints() -> tuple[Hints, bool]:
    """Show the choice of sex, and the fields for the optional details.

    Returns
    -------
    hints : Hints
    blur_face : bool
        Whether the face is to be blurred in pictures.
    """
    # Beside the photo and one tap away, because it changes the verdict.
    sex = _SEXES[_choice("sex", tuple(_SEXES))]
    with st.expander(say("details"), icon=":material/tune:"):
        with st.container(horizontal=True, gap="medium"):
            facing = _FACINGS[_choice("facing", tuple(_FACINGS))]
            height = _height()
        clothing = _CLOTHES[_choice("clothing", tuple(_CLOTHES))]
        with st.container(horizontal=True, gap="medium"):
            lens_height = camera_height("hint_camera_height", keep=True)
            lens_distance = camera_distance("hint_camera_distance", keep=True)
        blur = st.toggle(say("blur"), key="hint_blur", persist_state="session")
    hints = Hints(
        facing=facing,
        sex=sex,
        clothing=clothing,
        height_cm=height,
        camera_height_cm=lens_height,
        camera_distance_cm=lens_distance,
    )
    return hints, bool(blur)


def blur_wanted() -> bool:
    """Return whether the face is to be blurred, for pages without that switch."""
    return bool(st.session_state.get("hint_blur", False))


def reset_hints() -> None:
    """Clear the details; the next photo may show another person."""
    for key in _KEYS:
        st.session_state.pop(key, None)


def prefill_hints(hints: Hints) -> None:
    """Fill the fields with what is known, before they are shown."""
    st.session_state["hint_sex"] = hints.sex or "none"
    st.session_state["hint_clothing"] = hints.clothing or "none"
    st.session_state["hint_height"] = hints.height_cm
    st.session_state["hint_camera_height"] = hints.camera_height_cm
    st.session_state["hint_camera_distance"] = hints.camera_distance_cm


def _choice(name: str, options: tuple[str, ...]) -> str:
    chosen = st.segmented_control(
        say(name),
        options,
        # A field that was filled in beforehand must have no default as well.
        default=None if f"hint_{name}" in st.session_state else options[0],
        required=True,
        format_func=lambda option: say(f"{name}_{option}"),
        key=f"hint_{name}",
        help=say(f"{name}_help"),
        persist_state="session",
    )
    return str(chosen or options[0])


def _height() -> float | None:
    low, high = HEIGHT_RANGE_CM
    return st.number_input(
        say("height"),
        min_value=low,
        max_value=high,
        value=None,
        step=1.0,
        format="%.0f",
        key="hint_height",
        help=say("height_help"),
        placeholder="–",
        width=170,
        persist_state="session",
    )
