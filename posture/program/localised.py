"""Library and plans in another language: every text of a record by its English sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Final, TypeVar, cast

from posture.messages import ENGLISH, Catalogue, catalogue

R = TypeVar("R")

READ: Final = frozenset(
    {
        *("name", "aliases", "steps", "cues", "mistakes", "reason", "poses", "note", "load"),
        *("anatomy", "regressions", "origin", "insertion", "actions", "plain", "choose_for"),
        *("label", "ask", "help", "unit", "title", "intro", "how", "trainer_note", "tell"),
        *("because", "short", "text", "trainer_text", "say", "aim", "purpose", "type_a", "type_b"),
        *("headline", "notes", "warm_up", "then"),
    }
)
"""Fields of the library and of a plan that people read; all others hold ids and numbers."""

UNREAD: Final = frozenset({"ladders"})
"""Fields with records that hold nothing to read; the steps of a ladder are ids."""


def localised(record: R, language: str) -> R:
    """Return a record of the library, or a plan, with its texts in a language.

    Parameters
    ----------
    record : dataclass
        In English.
    language : str
        A language with a catalogue; a text that it lacks stays English.
    """
    if language == ENGLISH:
        return record
    return cast("R", _record(record, catalogue(language)))


def _record(record: object, words: Catalogue) -> object:
    changed = {
        field.name: _value(getattr(record, field.name), words, read=field.name in READ)
        for field in fields(record)  # type: ignore[arg-type]
        if field.name not in UNREAD
    }
    return replace(record, **changed)  # type: ignore[type-var]


def _value(value: object, words: Catalogue, *, read: bool) -> object:
    if isinstance(value, str):
        return words.translated(value) if read else value
    if isinstance(value, tuple):
        return tuple(_value(each, words, read=read) for each in value)
    if isinstance(value, Mapping):
        return MappingProxyType(
            {key: _value(each, words, read=read) for key, each in value.items()}
        )
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value, words)
    return value
