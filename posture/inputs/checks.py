"""Checks of numbers and text that a person entered; a problem is one sentence."""

from __future__ import annotations

from typing import Final

from posture.messages import Message, message

MAX_TEXT: Final = 20_000
"""Characters of a note; anything longer is a mistake."""


def range_problem(sentence: str, value: float | None, span: tuple[float, float]) -> Message | None:
    """Return the sentence for a number outside its range; ``None`` if inside, or not given.

    >>> range_problem("Weight is given in kg, between {low} and {high}.", 9.0, (10, 300))
    'Weight is given in kg, between 10 and 300.'
    """
    low, high = span
    if value is None or low <= value <= high:
        return None
    return message(sentence, low=f"{low:g}", high=f"{high:g}")


def text_problem(what: str, text: str) -> str | None:
    """Return the sentence for a text that cannot be kept as a note; ``None`` if it can."""
    if not is_text(text):
        return f"{what} hold characters that are no text: type them again."
    if len(text) > MAX_TEXT:
        return f"{what} may have at most {MAX_TEXT:,} letters."
    return None


def is_text(text: str) -> bool:
    """Return whether files can hold it: no zero bytes, no halves of characters (surrogates)."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
