"""Session state: everything the app remembers of one visitor while their tab is open.

Nothing of a visitor is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar, cast

import streamlit as st

from posture.analysis.result import Analysis
from posture.inputs.hints import Hints
from posture.inputs.protocol import MOST_PHOTOS
from posture.types import Point
from posture.web.services.examine import ExaminedPhoto, PhotoFile

_PHOTOS: Final = "photos"
_FOUND: Final = "found"
_SELECTED: Final = "selected_photo"
_TOO_MANY: Final = "too_many_photos"
_POINT_EDITS: Final = "point_edits"
_CACHE: Final = "cache"
_UPLOADS: Final = "uploads"
_QUESTIONNAIRES: Final = "questionnaires"


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEdit:
    """Points being moved on one photo, whether they are valid yet or not.

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
        Why no stickers were found; empty before anyone looked for them.
    """

    points: Mapping[str, Point] = field(default_factory=dict)
    seq: int = 0
    problem: str = ""
    proposal: Mapping[str, Point] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhoto:
    """An examined photo with the hints it was examined with, and its pictures by blur."""

    sha256: str
    hints: Hints
    examined: ExaminedPhoto
    pictures: dict[bool, bytes | None] = field(default_factory=dict)


def photos() -> tuple[PhotoFile, ...]:
    """Return the photos that the visitor chose, all of the same person."""
    return cast("tuple[PhotoFile, ...]", st.session_state.get(_PHOTOS, ()))


def start_with(files: Iterable[PhotoFile]) -> None:
    """Replace all photos with these; the same photo twice counts once."""
    for key in (_PHOTOS, _FOUND, _SELECTED, _POINT_EDITS, _CACHE):
        st.session_state.pop(key, None)
    add_photos(files)


def add_photos(files: Iterable[PhotoFile]) -> None:
    """Add photos of the same person, up to as many as a visit holds."""
    unique = {file.sha256: file for file in (*photos(), *files)}
    st.session_state[_PHOTOS] = tuple(unique.values())[:MOST_PHOTOS]
    st.session_state[_TOO_MANY] = len(unique) > MOST_PHOTOS
    _empty_upload()


def exchange_photo(sha256: str, file: PhotoFile) -> None:
    """Put a photo in the place of another one of the visit."""
    st.session_state[_PHOTOS] = tuple(
        file if photo.sha256 == sha256 else photo for photo in photos()
    )
    st.session_state[_FOUND] = {key: value for key, value in _table().items() if key != sha256}


def too_many() -> bool:
    """Return whether photos were left out because the visit was full."""
    return bool(st.session_state.get(_TOO_MANY))


def selected() -> int:
    """Return the place of the photo on view, from 0."""
    number = int(st.session_state.get(_SELECTED, 0))
    return number if number < len(photos()) else 0


def select(number: int) -> None:
    """Put another photo on view."""
    st.session_state[_SELECTED] = number


def forget() -> None:
    """Drop the photos, everything found in them, and the answers that go with them."""
    for key in (_PHOTOS, _FOUND, _SELECTED, _TOO_MANY, _POINT_EDITS, _CACHE):
        st.session_state.pop(key, None)
    _empty_upload()
    forget_answers()


def forget_answers() -> None:
    """Start an empty questionnaire: the next photo may show another person."""
    prefix = answer_key("")
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        st.session_state.pop(key, None)
    # New keys give empty fields, whatever the browser still shows.
    st.session_state[_QUESTIONNAIRES] = st.session_state.get(_QUESTIONNAIRES, 0) + 1


def answer_key(path: str) -> str:
    """Return the key of the field that answers a question."""
    return f"po_answer_{st.session_state.get(_QUESTIONNAIRES, 0)}_{path.replace('.', '_')}"


def upload_key() -> str:
    """Return the key of the current upload field."""
    return f"upload_{st.session_state.get(_UPLOADS, 0)}"


def known(sha256: str) -> ShownPhoto | None:
    """Return the photo with this hash if it was examined, whatever the hints were."""
    return _table().get(sha256)


def remember(photo: PhotoFile, hints: Hints, examined: ExaminedPhoto) -> ShownPhoto:
    """Keep an examined photo for the next interaction; its pictures have yet to be drawn."""
    shown = ShownPhoto(sha256=photo.sha256, hints=hints, examined=examined)
    st.session_state[_FOUND] = {**_table(), photo.sha256: shown}
    return shown


def correct(sha256: str, analysis: Analysis) -> None:
    """Replace the analysis of a photo with a corrected one."""
    before = _table()[sha256]
    examined = replace(before.examined, analysis=analysis, dropped="")
    after = ShownPhoto(sha256=sha256, hints=before.hints, examined=examined)
    st.session_state[_FOUND] = {**_table(), sha256: after}


def point_edit(sha256: str) -> PointEdit | None:
    """Return the points being moved on a photo, if any are."""
    return cast("dict[str, PointEdit]", st.session_state.get(_POINT_EDITS, {})).get(sha256)


def keep_point_edit(sha256: str, edit: PointEdit) -> None:
    """Keep the points being moved on a photo."""
    st.session_state[_POINT_EDITS] = {**st.session_state.get(_POINT_EDITS, {}), sha256: edit}


def drop_point_edits() -> None:
    """Forget points being moved; values measured with them stay."""
    st.session_state.pop(_POINT_EDITS, None)


def cached(name: str, key: object, make: Callable[[], T]) -> T:
    """Return the last result under a name while its key stays the same, or make it anew.

    Otherwise every moved point would wait for parts that do not depend on it.
    """
    table = st.session_state.setdefault(_CACHE, {})
    if name not in table or table[name][0] != key:
        table[name] = (key, make())
    return cast("T", table[name][1])


def usable() -> list[ShownPhoto]:
    """Return the analysed photos in their order, without the refused ones."""
    shown = (_table().get(photo.sha256) for photo in photos())
    return [each for each in shown if each is not None and each.examined.analysis is not None]


def selected_usable() -> ShownPhoto | None:
    """Return the photo on view if it was analysed, else the first that was."""
    good = usable()
    if not good:
        return None
    on_view = photos()[selected()].sha256
    return next((each for each in good if each.sha256 == on_view), good[0])


def _empty_upload() -> None:
    # A new key gives an empty upload field; the old file leaves the server's memory with it.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


def _table() -> dict[str, ShownPhoto]:
    return cast("dict[str, ShownPhoto]", st.session_state.get(_FOUND, {}))
