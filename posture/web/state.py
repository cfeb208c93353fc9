"""Session state: the visit that the visitor is at, and what was found in its photos.

The visit itself (:class:`~posture.web.visit.Visit`) belongs to the browser of the visitor, which
keeps it and sends it again; see :mod:`posture.web.components.keeper.keeper`. The server holds it in
the session alone. Pages read and write it here, so that no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from time import time
from typing import Final, TypeVar, cast

import streamlit as st

from posture.analysis.result import Analysis
from posture.codec import encode_record
from posture.errors import PostureError
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints
from posture.inputs.protocol import MOST_PHOTOS
from posture.program import PlanLog
from posture.program.answers import AnswerValue
from posture.types import Point
from posture.web.services.correct import apply
from posture.web.services.examine import ExaminedPhoto, PhotoFile
from posture.web.visit import (
    NEXT_DAY,
    PHOTOS,
    START,
    BurstNote,
    Visit,
    answer_name,
    burst_name,
    points_name,
    tick_name,
)

MOST_BYTES: Final = 100_000_000
"""Bytes of all photos of a visit; nine photos of a good phone have 30 to 70 MB."""

_VISIT: Final = "visit"
_SETTLED: Final = "settled_visit"
_FIELDS: Final = "visit_fields"
_PHOTOS: Final = "photos"
_FOUND: Final = "found"
_SELECTED: Final = "selected_photo"
_TOO_MANY: Final = "too_many_photos"
_POINT_EDITS: Final = "point_edits"
_CACHE: Final = "cache"
_UPLOADS: Final = "uploads"
_TESTED: Final = "tested_visit"
_QUESTIONNAIRES: Final = "questionnaires"
_LED_TO: Final = "led_to"
_TESTS: Final = "chosen_tests"
_TRAINING: Final = "training"


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
    """An examined photo, the hints it was examined with, its pictures by blur and language."""

    sha256: str
    hints: Hints
    examined: ExaminedPhoto
    pictures: dict[tuple[bool, str], bytes | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A form field that shows an entry of the visit.

    Parameters
    ----------
    name : str
        Of the entry.
    empty : object
        What the field holds while nothing is known.
    accepts : callable
        Whether a kept value is still one that the field can show.
    """

    name: str
    empty: object
    accepts: Callable[[object], bool]


# --- the visit -----------------------------------------------------------------------------


def visit() -> Visit:
    """Return the visit with all that was entered up to this moment, on whichever page."""
    known, now = _collected(), _now()
    for key, shown in _fields().items():
        if key in st.session_state:
            known = known.put(shown.name, _kept_value(shown, st.session_state[key]), now=now)
    names: list[object] = [{"sha256": photo.sha256, "name": photo.name} for photo in photos()]
    known = known.put(PHOTOS, names or None, now=now)
    for sha256, shown_photo in _table().items():
        analysis = shown_photo.examined.analysis
        if analysis is not None:
            known = known.put(points_name(sha256), _kept_points(analysis), now=now)
    st.session_state[_VISIT] = known
    return known


def answers() -> dict[str, AnswerValue]:
    """Return all answers and readings of tests by path, on whichever page they were given."""
    return visit().answers


def ticks() -> dict[str, str]:
    """Return what was ticked off in the plan, with how it was; empty texts are allowed."""
    return visit().ticks


def tick(done: str, felt: str = "", *, start: date) -> None:
    """Tick something off.

    Parameters
    ----------
    done : str
        Name of the session or exercise, the same whenever the plan is drawn.
    felt : str
        How it was.
    start : date
        First day of the plan: a plan that is being followed must not move.
    """
    now = _now()
    _set(visit().put(tick_name(done), felt, now=now).put(START, start.isoformat(), now=now))


def untick(done: str) -> None:
    """Take back that something was ticked off."""
    _set(visit().put(tick_name(done), None, now=_now()))


def choose_next_day(day: date | None) -> None:
    """Keep the day of the next visit."""
    _set(visit().put(NEXT_DAY, day.isoformat() if day else None, now=_now()))


def field_key(
    key: str,
    name: str,
    *,
    empty: object = None,
    accepts: Callable[[object], bool] = lambda _value: True,
) -> str:
    """Return the key of a form field, filled with what the visit knows.

    Call it where the field is drawn, and give the field no default of its own. What is entered
    there is part of the visit from then on.

    Parameters
    ----------
    key : str
        Of the field.
    name : str
        Of the entry of the visit.
    empty, accepts
        See :class:`Field`.
    """
    shown = Field(name=name, empty=empty, accepts=accepts)
    _fields()[key] = shown
    if key not in st.session_state:
        value = _shown_value(shown, _collected())
        if value is not None:
            st.session_state[key] = value
    return key


def fill(entries: Mapping[str, object]) -> None:
    """Put several things into the visit, and show them in the fields that there are."""
    known, now = visit(), _now()
    for name, value in entries.items():
        known = known.put(name, value, now=now)
    _set(known)
    for key, shown in _fields().items():
        if shown.name in entries:
            st.session_state[key] = _shown_value(shown, known)


def choose_tested(visit_id: str | None) -> None:
    """Choose the stored visit whose tests are done; ``None`` for this visit."""
    st.session_state[_TESTED] = visit_id


def tested() -> str | None:
    """Return the id of the stored visit whose tests are done; ``None`` for this visit."""
    return cast("str | None", st.session_state.get(_TESTED))


def is_settled() -> bool:
    """Return whether this is a visit that the browser knows of or one begun on purpose.

    A session begins with a visit of its own; what the browser kept comes a moment later.
    """
    return visit().id == st.session_state.get(_SETTLED)


def take_over(kept: Visit, files: Mapping[str, PhotoFile], *, adopt: bool) -> None:
    """Merge the copy that the browser kept into the visit, and fill all fields anew.

    Parameters
    ----------
    kept : Visit
    files : mapping of str to PhotoFile
        By hash: photos of the copy that the server did not hold.
    adopt : bool
        Whether what was entered in this session so far belongs to the copy.
    """
    own = visit()
    if adopt:
        own = replace(own, id=kept.id, started=kept.started)
    merged = own.merged(kept)
    held = {photo.sha256: photo for photo in photos()} | dict(files)
    found = [held[photo.sha256] for photo in merged.photos if photo.sha256 in held]
    st.session_state[_PHOTOS] = _within_limits(found)
    st.session_state[_SETTLED] = merged.id
    _set(merged)
    if own.photos != merged.photos:
        _empty_upload()
    wanted = {photo.sha256 for photo in found}
    st.session_state[_FOUND] = {
        sha256: _with_points(shown, merged)
        for sha256, shown in _table().items()
        if sha256 in wanted
    }
    drop_point_edits()
    for key, shown_field in _fields().items():
        st.session_state[key] = _shown_value(shown_field, merged)


def forget() -> None:
    """Begin a new visit; the browser deletes the old one, and so does every other tab."""
    for key in (
        *(_PHOTOS, _FOUND, _SELECTED, _TOO_MANY, _POINT_EDITS, _CACHE),
        *(_LED_TO, _TESTS, _TRAINING),
    ):
        st.session_state.pop(key, None)
    _empty_upload()
    _new_questionnaire()
    for key, shown in _fields().items():
        st.session_state[key] = shown.empty
    fresh = _collected().followed(_now())
    st.session_state[_SETTLED] = fresh.id
    _set(fresh)


# --- photos --------------------------------------------------------------------------------


def photos() -> tuple[PhotoFile, ...]:
    """Return the photos that the visitor chose, all of the same person."""
    return cast("tuple[PhotoFile, ...]", st.session_state.get(_PHOTOS, ()))


def start_with(files: Iterable[PhotoFile]) -> None:
    """Replace all photos with these; the same photo twice counts once."""
    for key in (_PHOTOS, _FOUND, _SELECTED, _POINT_EDITS, _CACHE, _LED_TO, _TESTS):
        st.session_state.pop(key, None)
    add_photos(files)


def add_photos(files: Iterable[PhotoFile]) -> None:
    """Add photos of the same person, up to as many as a visit holds."""
    unique = {file.sha256: file for file in (*photos(), *files)}
    st.session_state[_PHOTOS] = _within_limits(unique.values())
    st.session_state[_TOO_MANY] = len(unique) > len(photos())
    _empty_upload()


def exchange_photo(sha256: str, file: PhotoFile) -> None:
    """Put a photo in the place of another one of the visit."""
    st.session_state[_PHOTOS] = tuple(
        file if photo.sha256 == sha256 else photo for photo in photos()
    )
    st.session_state[_FOUND] = {key: value for key, value in _table().items() if key != sha256}


def leave_out(sha256: str) -> None:
    """Take one photo out of the visit; answers and all other photos stay."""
    st.session_state[_PHOTOS] = tuple(photo for photo in photos() if photo.sha256 != sha256)
    st.session_state[_FOUND] = {key: value for key, value in _table().items() if key != sha256}
    for key in (_SELECTED, _TOO_MANY):
        st.session_state.pop(key, None)
    drop_point_edits()
    # The choice between photos begins anew, too: it has the same key as the upload field.
    _empty_upload()


def keep_burst(sha256: str, note: BurstNote) -> None:
    """Keep what is known of the burst that a photo of the live camera stands for."""
    _set(visit().put(burst_name(sha256), encode_record(note), now=_now()))


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


def upload_key() -> str:
    """Return the key of the current upload field."""
    return f"upload_{st.session_state.get(_UPLOADS, 0)}"


# --- answers -------------------------------------------------------------------------------


def retake() -> None:
    """Drop the photos for better ones of the same person, whose answers stay."""
    start_with(())


def lead_to(step: str) -> None:
    """Note where the visitor wants to go; empty for nowhere else."""
    st.session_state[_LED_TO] = step


def led_to() -> str:
    """Return where the visitor wants to go."""
    return str(st.session_state.get(_LED_TO, ""))


def choose_tests(names: tuple[str, ...]) -> None:
    """Keep the tests that the visitor chose to do now."""
    st.session_state[_TESTS] = names


def chosen_tests() -> tuple[str, ...]:
    """Return the tests that the visitor chose to do now; none before they chose."""
    return cast("tuple[str, ...]", st.session_state.get(_TESTS, ()))


def answer(path: str, value: AnswerValue | None) -> None:
    """Keep an answer that no form field of its own holds; ``None`` takes it back."""
    _set(visit().put(answer_name(path), value, now=_now()))


def drop_answers(beginnings: tuple[str, ...]) -> None:
    """Take back all answers whose path begins so, wherever they were given."""
    known, now = visit(), _now()
    names = {answer_name(path) for path in known.answers if path.startswith(beginnings)}
    for name in names:
        known = known.put(name, None, now=now)
    for key, shown in _fields().items():
        if shown.name in names:
            st.session_state[key] = shown.empty
    _set(known)


def forget_answers() -> None:
    """Start an empty questionnaire: the next photo may show another person."""
    known, now = visit(), _now()
    for path in known.answers:
        known = known.put(answer_name(path), None, now=now)
    _new_questionnaire()
    _set(known)


def plan_log() -> PlanLog:
    """Return what was done of the plan so far, as the visit's ticks tell it."""
    return PlanLog.from_ticks(ticks())


def keep_plan_log(log: PlanLog, *, start: date) -> None:
    """Keep what was done of the plan that starts on a day; the day is then fixed."""
    before, after = ticks(), log.to_ticks()
    for name in before.keys() - after.keys():
        untick(name)
    for name, felt in after.items():
        if before.get(name) != felt:
            tick(name, felt, start=start)


def training() -> str:
    """Return the name of the session that is being done now; empty when none is."""
    return str(st.session_state.get(_TRAINING, ""))


def train(session: str) -> None:
    """Begin a session, or leave it with an empty name."""
    st.session_state[_TRAINING] = session


def answer_key(path: str) -> str:
    """Return the key of the field that answers a question."""
    return f"po_answer_{st.session_state.get(_QUESTIONNAIRES, 0)}_{path.replace('.', '_')}"


# --- what was found in the photos ----------------------------------------------------------


def known(sha256: str) -> ShownPhoto | None:
    """Return the photo with this hash if it was examined, whatever the hints were."""
    return _table().get(sha256)


def remember(photo: PhotoFile, hints: Hints, examined: ExaminedPhoto) -> ShownPhoto:
    """Keep an examined photo for the next interaction; its pictures have yet to be drawn.

    Points that the visit has for a photo are placed when it is examined for the first time.
    """
    shown = ShownPhoto(sha256=photo.sha256, hints=hints, examined=examined)
    if photo.sha256 not in _table():
        shown = _with_points(shown, visit())
    st.session_state[_FOUND] = {**_table(), photo.sha256: shown}
    return shown


def correct(sha256: str, analysis: Analysis) -> None:
    """Replace the analysis of a photo with a corrected one."""
    st.session_state[_FOUND] = {**_table(), sha256: _corrected(_table()[sha256], analysis)}


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


# --- below the surface ---------------------------------------------------------------------


def _now() -> int:
    return round(time() * 1000)


def _collected() -> Visit:
    """Return the visit as it was collected last, without what was entered since."""
    return cast("Visit", st.session_state.get(_VISIT) or Visit.new())


def _set(known: Visit) -> None:
    st.session_state[_VISIT] = known


def _fields() -> dict[str, Field]:
    return cast("dict[str, Field]", st.session_state.setdefault(_FIELDS, {}))


def _kept_value(shown: Field, value: object) -> object:
    if value == shown.empty:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | list) else value


def _shown_value(shown: Field, known: Visit) -> object:
    value = known.get(shown.name)
    if isinstance(value, int) and not isinstance(value, bool):
        # JavaScript writes 20.0 as 20, and a field for fractions takes no whole number.
        value = float(value)
    if isinstance(value, str) and isinstance(shown.empty, date):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return shown.empty
    return shown.empty if value is None or not shown.accepts(value) else value


def _kept_points(analysis: Analysis) -> object:
    placed = analysis.corrections
    return placed.to_dict() if placed.names else None


def _with_points(shown: ShownPhoto, known: Visit) -> ShownPhoto:
    """Place the points that a visit has for a photo; ones that are no longer possible are left."""
    analysis = shown.examined.analysis
    if analysis is None or known.get(points_name(shown.sha256)) == _kept_points(analysis):
        return shown
    try:
        wanted = Corrections.from_dict(known.get(points_name(shown.sha256)))
    except PostureError:
        wanted = Corrections()
    return _corrected(shown, apply(analysis, wanted).analysis)


def _corrected(before: ShownPhoto, analysis: Analysis) -> ShownPhoto:
    examined = replace(before.examined, analysis=analysis, dropped="")
    return ShownPhoto(sha256=before.sha256, hints=before.hints, examined=examined)


def _within_limits(files: Iterable[PhotoFile]) -> tuple[PhotoFile, ...]:
    """Return as many of the photos as a visit holds."""
    kept: list[PhotoFile] = []
    for file in files:
        held = sum(len(photo.data) for photo in kept)
        if len(kept) < MOST_PHOTOS and held + len(file.data) <= MOST_BYTES:
            kept.append(file)
    return tuple(kept)


def _new_questionnaire() -> None:
    prefix = answer_key("")
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        st.session_state.pop(key, None)
        _fields().pop(str(key), None)
    # New keys give empty fields, whatever the browser still shows.
    st.session_state[_QUESTIONNAIRES] = st.session_state.get(_QUESTIONNAIRES, 0) + 1


def _empty_upload() -> None:
    # A new key gives an empty upload field; the old file leaves the server's memory with it.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


def _table() -> dict[str, ShownPhoto]:
    return cast("dict[str, ShownPhoto]", st.session_state.get(_FOUND, {}))
