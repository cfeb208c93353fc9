"""Lenient reading of stored rows: what is damaged is left out and named, the rest is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, NoReturn, TypeVar

from posture.codec import Json
from posture.errors import PostureError
from posture.inputs.checks import MAX_TEXT, is_text

T = TypeVar("T")

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""Stored days lie between these, whatever this computer's clock says; room for plans from them."""


class Damage:
    """Reads the parts of an entry, and collects the names of those that it cannot read."""

    def __init__(self) -> None:
        self._found: list[str] = []

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the damaged parts, each once."""
        return tuple(dict.fromkeys(self._found))

    def add(self, part: str) -> None:
        """Note a damaged part."""
        self._found.append(part)

    def read(self, part: str, reader: Callable[[], T], otherwise: T) -> T:
        """Return what ``reader`` returns, or ``otherwise`` if what it reads is damaged."""
        try:
            return reader()
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, PostureError):
            self.add(part)
            return otherwise


def stored_day(text: str) -> date:
    """Read a stored day.

    Raises
    ------
    ValueError
        If it is none, or so far away that it is a mistake.
    """
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} lies too far away")
    return day


def stored_moment(text: str) -> datetime:
    """Read a stored time; raises as :func:`stored_day`."""
    moment = datetime.fromisoformat(text)
    stored_day(moment.date().isoformat())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stored_json(text: str) -> Json:
    """Read stored JSON.

    Raises
    ------
    ValueError
        If it is none, or holds numbers or characters that no file of ours does.
    """
    found: Json = json.loads(text, parse_constant=_no_constant)
    if not is_text(json.dumps(found, ensure_ascii=False)):
        raise ValueError("it holds characters that are no text")
    return found


def stored_note(text: str, damage: Damage) -> str:
    """Return of a stored note what can be kept as one."""
    note = text.replace("\0", "")[:MAX_TEXT]
    if note != text:
        damage.add("notes")
    return note


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
