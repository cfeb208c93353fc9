"""Hints on the photo: optional details about person and picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, get_args

import streamlit as st

from posture.inputs.hints import HEIGHT_RANGE_CM, Hints
from posture.inputs.protocol import CAMERA_DISTANCE_RANGE_CM, CAMERA_HEIGHT_RANGE_CM
from posture.types import Clothing, Facing, Sex
from posture.web import state
from posture.web.components.camera import camera_distance, camera_height
from posture.web.texts import say
from posture.web.visit import hint_name

_FACINGS: Final[dict[str, Facing | None]] = {"auto": None, "left": "left", "right": "right"}
_SEXES: Final[dict[str, Sex | None]] = {"none": None, "female": "female", "male": "male"}
_CLOTHES: Final[dict[str, Clothing | None]] = {
    "none": None,
    **{name: name for name in get_args(Clothing)},
}


def show_hints() -> tuple[Hints, bool]:
    """Show the choice of sex, and the fields for the optional details.

    Returns
    -------
    hints : Hints
    blur_face : bool
        Whether the face is to be blurred in pictures.
    """
    sex = show_sex()
    hints, blur = show_details()
    return replace(hints, sex=sex), blur


def show_sex() -> Sex | None:
    """Show the choice of sex, one tap beside the photo because it changes the verdict."""
    return _SEXES[_choice("sex", tuple(_SEXES))]


def show_details() -> tuple[Hints, bool]:
    """Show the fields for all hints except the sex; see :func:`show_hints`."""
    with st.expander(say("details"), icon=":material/tune:"):
        with st.container(horizontal=True, gap="medium"):
            facing = _FACINGS[_choice("facing", tuple(_FACINGS))]
            height = _height()
        clothing = _CLOTHES[_choice("clothing", tuple(_CLOTHES))]
        with st.container(horizontal=True, gap="medium"):
            lens_height = camera_height(
                _field("camera_height", accepts=partial(_within, CAMERA_HEIGHT_RANGE_CM)),
                keep=True,
            )
            lens_distance = camera_distance(
                _field("camera_distance", accepts=partial(_within, CAMERA_DISTANCE_RANGE_CM)),
                keep=True,
            )
        blur = st.toggle(
            say("blur"),
            key=_field("blur", empty=False, accepts=lambda value: isinstance(value, bool)),
            persist_state="session",
        )
    hints = Hints(
        facing=facing,
        clothing=clothing,
        height_cm=height,
        camera_height_cm=lens_height,
        camera_distance_cm=lens_distance,
    )
    return hints, bool(blur)


def blur_wanted() -> bool:
    """Return whether the face is to be blurred, for pages without that switch."""
    return bool(st.session_state.get("hint_blur", False))


def _field(name: str, *, empty: object = None, accepts: Callable[[object], bool]) -> str:
    return state.field_key(f"hint_{name}", hint_name(name), empty=empty, accepts=accepts)


def _within(span: tuple[float, float], value: object) -> bool:
    return isinstance(value, float) and span[0] <= value <= span[1]


def prefill_hints(hints: Hints) -> None:
    """Fill the fields with what is known of the person and of the set-up."""
    state.fill(
        {
            hint_name("sex"): hints.sex,
            hint_name("clothing"): hints.clothing,
            hint_name("height"): hints.height_cm,
            hint_name("camera_height"): hints.camera_height_cm,
            hint_name("camera_distance"): hints.camera_distance_cm,
        }
    )


def _choice(name: str, options: tuple[str, ...]) -> str:
    chosen = st.segmented_control(
        say(name),
        options,
        required=True,
        format_func=lambda option: say(f"{name}_{option}"),
        key=_field(name, empty=options[0], accepts=options.__contains__),
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
        key=_field("height", accepts=partial(_within, HEIGHT_RANGE_CM)),
        help=say("height_help"),
        placeholder="–",
        width=170,
        persist_state="session",
    )
