"""Difference between the sides, and the one to train first; tests count before answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.program.answers import Answers
from posture.program.library import Library
from posture.program.model import Question, Side
from posture.program.plan import Asymmetry

OTHER: Final[Mapping[str, Side]] = {"left": "right", "right": "left"}
SOURCES: Final = ("moves_differently", "spine_compensates", "tighter")


def find_asymmetry(answers: Answers, library: Library) -> Asymmetry | None:
    """Return the side that is weaker (else moves differently, else is tighter), if there is one.

    Parameters
    ----------
    answers : Answers
        Answers and test readings; readings override what the client feels.
    library : Library
        Tests, and which readings make a side the weaker one.

    Returns
    -------
    Asymmetry or None
        None when there is no difference between the sides.
    """
    tested = weaker_by_tests(answers, library)
    if tested is not None:
        return Asymmetry(first=tested, source="test")
    weaker = OTHER.get(answers.choice("sides.stronger") or "")
    if weaker is not None:
        return Asymmetry(first=weaker, source="stronger")
    for source in SOURCES:
        other = OTHER.get(answers.choice(f"sides.{source}") or "")
        if other is not None:
            return Asymmetry(first=OTHER[other], source=source)
    return None


def weaker_by_tests(answers: Answers, library: Library) -> Side | None:
    """Return the side that most test readings call the weaker one; None when they balance."""
    gap = library.rules.limits.side_gap_pct
    votes = 0
    for test in library.tests.values():
        for field in test.fields:
            if test.sides == "each" and field.weaker:
                votes += _vote(f"tests.{test.id}", field, answers, gap)
    if votes == 0:
        return None
    return "left" if votes > 0 else "right"


def _vote(path: str, field: Question, answers: Answers, gap_pct: int) -> int:
    """Return +1 if the left side is weaker, -1 if the right is, 0 if the reading is undecided."""
    left = answers.get(f"{path}.left.{field.id}")
    right = answers.get(f"{path}.right.{field.id}")
    if isinstance(left, float) and isinstance(right, float):
        if abs(left - right) * 100 <= gap_pct * max(left, right):
            return 0
        return 1 if left < right else -1
    if left is None or right is None or "unsure" in (left, right):
        return 0
    return int(left == field.weaker) - int(right == field.weaker)
