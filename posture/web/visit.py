"""Visit of a person without an account: one record, kept by their browser.

The server only works with it. Every entry has the time of its last change, so that two copies – of
two tabs, or of a browser and a server that was started anew – merge to the same visit in any order.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self

from posture.codec import Table, decode, encode_record, try_decode
from posture.program.answers import AnswerValue

PHOTOS: Final = "photos"
NEXT_DAY: Final = "next_day"
START: Final = "start"
CLIENT: Final = "client"
"""Id of the client that the visit is of, for a trainer."""

SAVED: Final = "saved"
"""Id of the stored visit that it was saved as."""

_ANSWER, _TICK, _HINT, _POINTS = "answer.", "tick.", "hint.", "points."
_BURST: Final = "burst."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing known of the visit.

    Parameters
    ----------
    value : object
        Plain, as JSON holds it; ``None`` after it was taken back.
    stamp : int
        Time of the last change, in milliseconds since 1970.
    """

    value: object
    stamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoName:
    """A photo of the visit; its bytes are beside the record.

    Parameters
    ----------
    sha256 : str
    name : str
    """

    sha256: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstNote:
    """The burst that a photo of the live camera stands for.

    Parameters
    ----------
    kept : int
        Number of its good pictures.
    sway_deg : float or None
        Standard deviation of the position between them; ``None`` if they do not show it.
    """

    kept: int
    sway_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that is known of a visit, except the bytes of its photos.

    Parameters
    ----------
    id : str
        Random; another one after "forget this".
    started : int
        When it got this id, in milliseconds since 1970; 0 before anything is known.
    entries : mapping of str to Entry
        By name: ``photos``, ``answer.about.minutes``, ``hint.sex``, ``tick.1-A`` and so on.
    """

    id: str
    started: int = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @classmethod
    def new(cls, now: int = 0) -> Self:
        """Return a visit of which nothing is known."""
        return cls(id=secrets.token_hex(8), started=now)

    def followed(self, now: int) -> Self:
        """Return a visit of which nothing is known, to stand in place of this one in every copy."""
        # A clock that was set back must not make it look older than the one that is forgotten.
        return self.new(max(now, self.started + 1))

    @classmethod
    def from_dict(cls, table: object) -> Self:
        """Read a record; raises ``FieldError`` if it is none."""
        return decode(cls, table)

    def to_dict(self) -> Table:
        """Return the record as the browser keeps it."""
        return encode_record(self)

    def get(self, name: str) -> object:
        """Return what is known under a name; ``None`` for nothing."""
        entry = self.entries.get(name)
        return None if entry is None else entry.value

    def put(self, name: str, value: object, *, now: int) -> Self:
        """Return the visit with one more thing known; the same visit if it was known already."""
        before = self.entries.get(name)
        if value == (None if before is None else before.value):
            return self
        # A clock that was set back must not make a change look older than what it changes.
        stamp = now if before is None else max(now, before.stamp + 1)
        entry = Entry(value=value, stamp=stamp)
        return replace(self, started=self.started or now, entries={**self.entries, name: entry})

    def merged(self, other: Self) -> Self:
        """Return what both copies know: the later visit, or entry by entry the later change."""
        if self.id != other.id:
            return max(self, other, key=lambda visit: (visit.started, visit.id))
        entries = dict(self.entries)
        for name, entry in other.entries.items():
            present = entries.get(name)
            if present is None or _rank(entry) > _rank(present):
                entries[name] = entry
        return replace(self, started=max(self.started, other.started), entries=entries)

    @property
    def photos(self) -> tuple[PhotoName, ...]:
        """Photos in their order."""
        known = self.get(PHOTOS)
        return tuple(decode(PhotoName, photo) for photo in known) if isinstance(known, list) else ()

    def burst(self, sha256: str) -> BurstNote | None:
        """Return what is known of the burst behind a photo; ``None`` for any other photo."""
        known = self.get(burst_name(sha256))
        return None if known is None else try_decode(BurstNote, known)

    @property
    def answers(self) -> dict[str, AnswerValue]:
        """Answers and readings of tests by path."""
        return {
            path: tuple(map(str, value)) if isinstance(value, list) else value
            for path, value in self._all(_ANSWER).items()
            if isinstance(value, str | float | int | list) and value != []
        }

    @property
    def ticks(self) -> dict[str, str]:
        """What was ticked off in the plan, with how it was."""
        return {name: str(value) for name, value in self._all(_TICK).items()}

    @property
    def next_day(self) -> date | None:
        """Day of the next visit, if one was chosen."""
        known = self.get(NEXT_DAY)
        return date.fromisoformat(known) if isinstance(known, str) else None

    def _all(self, prefix: str) -> dict[str, object]:
        return {
            name.removeprefix(prefix): entry.value
            for name, entry in sorted(self.entries.items())
            if name.startswith(prefix) and entry.value is not None
        }


def answer_name(path: str) -> str:
    """Return the name of the entry for an answer."""
    return _ANSWER + path


def tick_name(done: str) -> str:
    """Return the name of the entry for something ticked off."""
    return _TICK + done


def hint_name(hint: str) -> str:
    """Return the name of the entry for a fact about photo or person."""
    return _HINT + hint


def points_name(sha256: str) -> str:
    """Return the name of the entry for points placed on a photo."""
    return _POINTS + sha256


def burst_name(sha256: str) -> str:
    """Return the name of the entry for the burst that a photo stands for."""
    return _BURST + sha256


def _rank(entry: Entry) -> tuple[int, str]:
    # Two changes within one millisecond: any order will do, as long as both sides choose the same.
    return entry.stamp, repr(entry.value)
