"""Phrases of the plan, kept in ``data/texts.toml`` ready to be translated."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from posture.messages import Message, Value, catalogue, message
from posture.program.errors import ProgramDataError
from posture.program.library import read_table


@cache
def phrases() -> Mapping[str, str]:
    """Return all phrases, as format strings by key.

    Raises
    ------
    ProgramDataError
        If a phrase is not text.
    """
    table = read_table(files("posture.program") / "data", "texts.toml")
    for key, value in table.items():
        if not isinstance(value, str):
            raise ProgramDataError(f"texts.toml: {key}: must be text.")
    return {key: str(value) for key, value in table.items()}


def say(key: str, /, **values: Value) -> Message:
    """Return the phrase of a key in ``texts.toml``, with its gaps filled, ready for translation."""
    return message(phrases()[key], **values)


def say_in(language: str, key: str, /, **values: Value) -> str:
    """Return the phrase of a key in a language, with its gaps filled."""
    return catalogue(language).translated(say(key, **values))
