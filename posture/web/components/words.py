"""Days and counts in the visitor's language."""

from __future__ import annotations

from datetime import date

from posture.web.texts import say


def day_words(day: date, *, short: bool = False) -> str:
    """Return a day with the month as a word, so that day and month cannot be confused."""
    year = f"{day:%y}" if short else day.year
    return say("day", day=day.day, month=say(f"month_{day.month}"), year=year)


def count_words(key: str, count: int) -> str:
    """Return the text ``{key}_none``, ``{key}_one`` or ``{key}_many`` with the count filled in."""
    form = "none" if count == 0 else "one" if count == 1 else "many"
    return say(f"{key}_{form}", count=count)
