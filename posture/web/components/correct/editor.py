"""Point editor beside the photo: a Streamlit component (v2) of the project's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from posture.inputs.corrections import PELVIS_POINTS
from posture.types import Point
from posture.web.components.script import script
from posture.web.services.correct import EditorPhoto
from posture.web.texts import say

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE: Final = Path(__file__).resolve().parent
_WORDS: Final = {
    "help": "fix_help",
    "stage": "fix_stage",
    "views": "fix_views",
    "view_whole": "fix_view_whole",
    "view_near": "fix_view_near",
    "chips": "fix_chips",
    "role": "fix_role",
    "found": "fix_found",
    "moved": "fix_moved",
    "pending": "fix_pending",
    "absent": "fix_absent",
    "none": "fix_none",
    "keep": "fix_keep",
    "reset": "fix_reset",
    "remove": "fix_remove",
    "reset_all": "fix_reset_all",
    "all_reset": "fix_all_reset",
}
_WITH_NAME: Final = {
    "placed": "fix_placed",
    "next": "fix_next",
    "was_reset": "fix_was_reset",
    "ArrowLeft": "fix_left",
    "ArrowRight": "fix_right",
    "ArrowUp": "fix_up",
    "ArrowDown": "fix_down",
}


def show_editor(
    photo: EditorPhoto,
    placed: Mapping[str, Point],
    *,
    proposal: Mapping[str, Point],
    values: Sequence[str],
    seq: int,
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """Show the photo with its points.

    Parameters
    ----------
    photo : EditorPhoto
    placed : mapping of str to (x, y)
        Points that the visitor placed, in pixels of the photo.
    proposal : mapping of str to (x, y)
        Points found for the visitor, yet to be confirmed.
    values : sequence of str
        The current values in words: on a phone the cards beside the photo are out of sight.
    seq : int
        Number of the last edit contained in ``placed``.
    key : str
        Different for each photo and facing, so that no point is carried over.
    on_edit : callable
        Called after a point was moved; :func:`last_edit` then returns all moved points.
    """
    data = {
        "key": key,
        "seq": seq,
        "image": photo.image,
        "window": photo.window,
        "near": photo.near,
        "outline": photo.outline,
        "points": photo.points,
        "pelvis": PELVIS_POINTS,
        "moved": dict(placed),
        "proposal": dict(proposal),
        "values": list(values),
        "texts": _texts(),
    }
    _element()(key=key, data=data, on_edit_change=on_edit)


def last_edit(key: str) -> object:
    """Return the last message of the editor: a number, and all moved points by name."""
    values = st.session_state.get(key)
    return values.get("edit") if isinstance(values, Mapping) else None


@cache
def _element() -> ComponentRenderer:
    css = (_HERE / "editor.css").read_text(encoding="utf-8")
    return st.components.v2.component("posture.points", css=css, js=script(_HERE / "editor.js"))


def _texts() -> dict[str, str]:
    named = {name: say(key, name="{name}") for name, key in _WITH_NAME.items()}
    gaps = {gap: f"{{{gap}}}" for gap in ("name", "state", "x", "y")}
    plain = {name: say(key) for name, key in _WORDS.items()}
    return {**plain, **named, "described": say("fix_described", **gaps)}
