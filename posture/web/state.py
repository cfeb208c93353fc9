"""What the page remembers of one visitor, for as long as their tab is open.

Everything of a visitor lives here, in the session state of their own tab, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

import streamlit as st

from posture.analysis import Hints
from posture.web.services.examine import Outcome, PhotoFile

_PHOTO: Final = "photo"
_SHOWN: Final = "shown"
_UPLOADS: Final = "uploads"
_CLIENTS: Final = "clients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An outcome with the question it answers, and its pictures with and without blur."""

    sha256: str
    hints: Hints
    outcome: Outcome
    pictures: dict[bool, bytes | None] = field(default_factory=dict)


def photo() -> PhotoFile | None:
    """Return the photo that the visitor chose."""
    return cast("PhotoFile | None", st.session_state.get(_PHOTO))


def choose(photo: PhotoFile) -> None:
    """Work on ``photo`` from now on."""
    st.session_state[_PHOTO] = photo


def forget() -> None:
    """Drop the photo, everything that was found in it, and the answers that go with it."""
    st.session_state.pop(_PHOTO, None)
    st.session_state.pop(_SHOWN, None)
    # A new key gives an empty upload field; the old file leaves the server's memory with it.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    forget_answers()


def forget_answers() -> None:
    """Start with an empty questionnaire: the next photo may show another person."""
    prefix = answer_key("")
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        st.session_state.pop(key, None)
    # New keys give empty fields, whatever the browser still shows.
    st.session_state[_CLIENTS] = st.session_state.get(_CLIENTS, 0) + 1


def answer_key(path: str) -> str:
    """Return the key of the field that answers a question."""
    return f"po_answer_{st.session_state.get(_CLIENTS, 0)}_{path.replace('.', '_')}"


def upload_key() -> str:
    """Return the key of the present upload field."""
    return f"upload_{st.session_state.get(_UPLOADS, 0)}"


def known_outcome(photo: PhotoFile, hints: Hints) -> Outcome | None:
    """Return the outcome for this very photo and these hints, if it is there already."""
    shown = cast("Shown | None", st.session_state.get(_SHOWN))
    if shown is None or (shown.sha256, shown.hints) != (photo.sha256, hints):
        return None
    return shown.outcome


def remember(photo: PhotoFile, hints: Hints, outcome: Outcome) -> None:
    """Keep an outcome for the next interaction."""
    st.session_state[_SHOWN] = Shown(sha256=photo.sha256, hints=hints, outcome=outcome)


def pictures() -> dict[bool, bytes | None]:
    """Return the pictures of the present outcome by whether the face is blurred."""
    shown = cast("Shown | None", st.session_state.get(_SHOWN))
    return {} if shown is None else shown.pictures


def found() -> Shown | None:
    """Return what was found in the present photo, when it could be analysed."""
    photo, shown = st.session_state.get(_PHOTO), st.session_state.get(_SHOWN)
    if photo is None or shown is None or shown.outcome.analysis is None:
        return None
    return cast("Shown", shown) if shown.sha256 == photo.sha256 else None
