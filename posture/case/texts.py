"""Sentences that state a grade or head a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "plan_headline": "Here is a balanced plan for upkeep, made from your answers alone.",
    "pattern_type_a": "type A (pelvis tipped forward, deep arch)",
    "pattern_type_b": "type B (hips in front, arch not deep)",
    "verdict_not_suggested": "The photo does not suggest lower crossed syndrome.",
    "verdict_possible": "The photo is compatible with lower crossed syndrome, {pattern}. "
    "A photo alone cannot say more than possible.",
    "verdict_likely": "Photo and tests agree: lower crossed syndrome, {pattern}, is likely.",
    "verdict_undetermined": "It cannot be told from what is known so far.",
    "verdict_possible_to_undetermined": "The photo alone looked compatible with lower crossed "
    "syndrome, but answers and tests speak against it. So it cannot be told yet.",
    "verdict_possible_to_not_suggested": "The photo alone looked compatible with lower crossed "
    "syndrome, but answers and tests clearly speak against it. It is not suggested.",
    "verdict_undetermined_to_possible": "The photo alone could not tell. With answers and tests "
    "it is compatible with lower crossed syndrome, {pattern}.",
    "verdict_undetermined_to_not_suggested": "The photo alone could not tell. Answers and tests "
    "speak against lower crossed syndrome; it is not suggested.",
    "verdict_not_suggested_to_undetermined": "Answers and tests point to lower crossed syndrome, "
    "but the photo does not show it. They disagree, so it cannot be told yet.",
    "plan_follows": "Here is a balanced plan that fits.",
}
"""Key to format string."""


def say(key: str, **gaps: object) -> str:
    """Return one sentence with its gaps filled."""
    return TEXTS[key].format(**gaps)
