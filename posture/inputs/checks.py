"""What is wrong with a number or a text that a person entered, as one sentence."""

from __future__ import annotations

from typing import Final

from posture.messages import Message, message

MAX_TEXT: Final = 20_000
"""Letters of a note; a longer one is no note."""


def range_problem(sentence: str, value: float | None, span: tuple[float, float]) -> Message | None:
    """Say that a number lies outside its range; ``None`` when it does not, or was not given.

    >>> range_problem("Weight is given in kg, between {low} and {high}.", 9.0, (10, 300))
    'Weight is given in kg, between 10 and 300.'
    """
    low, high = span
    if value is None or low <= value <= high:
        return None
    return message(sentence, low=f"{low:g}", high=f"{high:g}")


def text_problem(what: str, text: str) -> str | None:
    """Say that a text is too long to be a note; ``None`` when it is not."""
    if len(text) <= MAX_TEXT and "\0" not in text:
        return None
    return f"{what} may have at most {MAX_TEXT:,} letters."
