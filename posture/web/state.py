"""What the page remembers of one visitor, for as long as their tab is open.

Everything of a visitor lives here, in the session state of their own tab, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar, cast

import streamlit as st

from posture.analysis.analyzer import Hints
from posture.analysis.result import Analysis
from posture.inputs.protocol import MOST_PHOTOS
from posture.types import Point
from posture.web.services.examine import Examined, PhotoFile

_PHOTOS: Final = "photos"
_FOUND: Final = "found"
_CHOSEN: Final = "chosen_photo"
_LEFT_OUT: Final = "photos_left_out"
_PLACED: Final = "placed_points"
_KEPT: Final = "kept_work"
_UPLOADS: Final = "uploads"
_CLIENTS: Final = "clients"


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Points that are being moved on one photo, good or not yet.

    Parameters
    ----------
    points : mapping of str to (x, y)
    seq : int
        Number of the last edit; an older answer must not undo a newer one.
    problem : str
        Why the points cannot be where they are; empty when they can.
    proposal : mapping of str to (x, y)
        Stickers that were found and are not confirmed yet.
    note : str
        Why no stickers were found; empty when nobody looked.
    """

    points: Mapping[str, Point] = field(default_factory=dict)
    seq: int = 0
    problem: str = ""
    proposal: Mapping[str, Point] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An outcome with the question it answers, and its pictures with and without blur."""

    sha256: str
    hints: Hints
    outcome: Examined
    pictures: dict[bool, bytes | None] = field(default_factory=dict)


def photos() -> tuple[PhotoFile, ...]:
    """Return the photos that the visitor chose, all of the same person."""
    return cast("tuple[PhotoFile, ...]", st.session_state.get(_PHOTOS, ()))


def choose(files: Iterable[PhotoFile]) -> None:
    """Work on these photos from now on; the same photo twice counts once."""
    for key in (_PHOTOS, _FOUND, _CHOSEN, _PLACED, _KEPT):
        st.session_state.pop(key, None)
    add(files)


def add(files: Iterable[PhotoFile]) -> None:
    """Add photos of the same person, as far as a visit holds them, and look at the last one."""
    unique = {file.sha256: file for file in (*photos(), *files)}
    st.session_state[_PHOTOS] = tuple(unique.values())[:MOST_PHOTOS]
    st.session_state[_LEFT_OUT] = len(unique) > MOST_PHOTOS
    _empty_upload()


def left_out() -> bool:
    """Return whether photos were left out because a visit was full."""
    return bool(st.session_state.get(_LEFT_OUT))


def chosen() -> int:
    """Return which of the photos is looked at."""
    number = int(st.session_state.get(_CHOSEN, 0))
    return number if number < len(photos()) else 0


def look_at(number: int) -> None:
    """Look at one of the photos."""
    st.session_state[_CHOSEN] = number


def forget() -> None:
    """Drop the photos, everything that was found in them, and the answers that go with them."""
    for key in (_PHOTOS, _FOUND, _CHOSEN, _LEFT_OUT, _PLACED, _KEPT):
        st.session_state.pop(key, None)
    _empty_upload()
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


def known(photo: PhotoFile) -> Shown | None:
    """Return what is known of this very photo, whatever was asked about it."""
    return _table().get(photo.sha256)


def remember(photo: PhotoFile, hints: Hints, outcome: Examined) -> Shown:
    """Keep an outcome for the next interaction; its pictures have yet to be drawn."""
    shown = Shown(sha256=photo.sha256, hints=hints, outcome=outcome)
    st.session_state[_FOUND] = {**_table(), photo.sha256: shown}
    return shown


def shown(sha256: str) -> Shown | None:
    """Return what is known of the photo with this hash."""
    return _table().get(sha256)


def correct(sha256: str, analysis: Analysis) -> None:
    """Put a corrected analysis in the place of the one before."""
    before = _table()[sha256]
    outcome = replace(before.outcome, analysis=analysis, dropped="")
    after = Shown(sha256=sha256, hints=before.hints, outcome=outcome)
    st.session_state[_FOUND] = {**_table(), sha256: after}


def placed(sha256: str) -> Placed | None:
    """Return the points that are being moved on a photo, if any are."""
    return cast("dict[str, Placed]", st.session_state.get(_PLACED, {})).get(sha256)


def place(sha256: str, points: Placed) -> None:
    """Keep the points that are being moved on a photo."""
    st.session_state[_PLACED] = {**st.session_state.get(_PLACED, {}), sha256: points}


def let_go() -> None:
    """Forget points that are being moved; what was measured with them stays."""
    st.session_state.pop(_PLACED, None)


def kept(name: str, key: object, make: Callable[[], T]) -> T:
    """Return the last result under a name while its key stays the same, or make it anew.

    What changes with every moved point would otherwise wait for what does not.
    """
    table = st.session_state.setdefault(_KEPT, {})
    if name not in table or table[name][0] != key:
        table[name] = (key, make())
    return cast("T", table[name][1])


def found_all() -> list[Shown]:
    """Return what was found in the present photos, in their order, without the refused ones."""
    shown = (_table().get(photo.sha256) for photo in photos())
    return [each for each in shown if each is not None and each.outcome.analysis is not None]


def found() -> Shown | None:
    """Return what was found in the photo that is looked at, or else in the first good one."""
    good = found_all()
    if not good:
        return None
    at = photos()[chosen()].sha256
    return next((each for each in good if each.sha256 == at), good[0])


def _empty_upload() -> None:
    # A new key gives an empty upload field; the old file leaves the server's memory with it.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


def _table() -> dict[str, Shown]:
    return cast("dict[str, Shown]", st.session_state.get(_FOUND, {}))
