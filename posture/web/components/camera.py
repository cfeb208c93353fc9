"""Form fields for height and distance of the camera."""

from __future__ import annotations

import streamlit as st

from posture.inputs.protocol import CAMERA_DISTANCE_RANGE_CM, CAMERA_HEIGHT_RANGE_CM
from posture.web.texts import say


def camera_height(key: str, before: float | None = None, *, keep: bool = False) -> float | None:
    """Show the field for the height of the lens, in centimetres; return it.

    Parameters
    ----------
    key : str
    before : float, optional
        Starting value of the field.
    keep : bool
        Keep the answer while other pages are open.
    """
    return _number("camera_height", key, before, CAMERA_HEIGHT_RANGE_CM, step=1.0, keep=keep)


def camera_distance(key: str, before: float | None = None, *, keep: bool = False) -> float | None:
    """Show the field for the distance to the lens, in centimetres; see :func:`camera_height`."""
    return _number("camera_distance", key, before, CAMERA_DISTANCE_RANGE_CM, step=10.0, keep=keep)


def _number(
    name: str,
    key: str,
    before: float | None,
    span: tuple[float, float],
    *,
    step: float,
    keep: bool,
) -> float | None:
    low, high = span
    return st.number_input(
        say(name),
        min_value=low,
        max_value=high,
        value=before,
        step=step,
        format="%.0f",
        key=key,
        help=say("camera_place_help"),
        placeholder="–",
        width=200,
        persist_state="session" if keep else None,
    )
