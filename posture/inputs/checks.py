"""What is wrong with a number or a text that a person entered, as one sentence."""

from __future__ import annotations

from typing import Final

MAX_TEXT: Final = 20_000
"""Letters of a note; a longer one is no note."""


def range_problem(
    what: str, value: float | None, span: tuple[float, float], unit: str
) -> str | None:
    """Say that a number lies outside its range; ``None`` when it does not, or was not given.

    >>> range_problem("Height", 99.0, (100, 230), "centimetres")
    'Height is given in centimetres, between 100 and 230.'
    """
    low, high = span
    if value is None or low <= value <= high:
        return None
    return f"{what} is given in {unit}, between {low:g} and {high:g}."


def text_problem(what: str, text: str) -> str | None:
    """Say that a text is too long to be a note; ``None`` when it is not."""
    if len(text) <= MAX_TEXT and "\0" not in text:
        return None
    return f"{what} may have at most {MAX_TEXT:,} letters."
