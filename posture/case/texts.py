"""Sentence that heads a plan made without a photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "plan_headline": "Here is a balanced plan for upkeep, made from your answers alone.",
}
"""Key to format string."""


def say(key: str, **gaps: object) -> str:
    """Return one sentence with its gaps filled."""
    return TEXTS[key].format(**gaps)
