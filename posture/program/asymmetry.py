"""Differences between the sides: the weaker one and the tighter one are asked for apart.

Readings of tests count before what the client feels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from posture.program.answers import Answers
from posture.program.library import Library
from posture.program.model import Question, Side, TrainerTest
from posture.program.plan import Asymmetry, Tightness
from posture.program.rules import Limits

OTHER: Final[Mapping[str, Side]] = {"left": "right", "right": "left"}
SOURCES: Final = ("moves_differently", "spine_compensates")

Kind = Literal["weaker", "tighter"]


def find_asymmetry(answers: Answers, library: Library) -> Asymmetry | None:
    """Return the side that is weaker, else the one that moves differently, if there is one.

    Parameters
    ----------
    answers : Answers
        Answers and test readings; readings override what the client feels.
    library : Library
        Tests, and which readings make a side the weaker one.

    Returns
    -------
    Asymmetry or None
        None when there is no difference between the sides. A side that is only tighter is not the
        weaker one; :func:`find_tightness` returns it.
    """
    tested = side_by_tests(answers, library, "weaker")
    if tested is not None:
        return Asymmetry(first=tested, source="test")
    return _felt(answers)


def find_tightness(answers: Answers, library: Library) -> Tightness | None:
    """Return the side that is shorter by the tests, else the one that feels tighter."""
    tested = side_by_tests(answers, library, "tighter")
    if tested is not None:
        return Tightness(side=tested, source="test")
    felt = OTHER.get(OTHER.get(answers.choice("sides.tighter") or "") or "")
    return None if felt is None else Tightness(side=felt, source="felt")


def differing_roles(answers: Answers, library: Library) -> dict[str, Side]:
    """Return the side that differs in each role in which a difference was found, and only there."""
    found: dict[str, Side] = {}
    felt = _felt(answers)
    if felt is not None:
        found |= dict.fromkeys(library.rules.limits.felt_roles, felt.first)
    for test in library.tests.values():
        side = _side(_votes(test, answers, library, "weaker"))
        if side is not None:
            found |= dict.fromkeys(test.roles, side)
    return found


def side_by_tests(answers: Answers, library: Library, kind: Kind) -> Side | None:
    """Return the side that most readings call the weaker or tighter one; None when they balance."""
    return _side(sum(_votes(test, answers, library, kind) for test in library.tests.values()))


def _felt(answers: Answers) -> Asymmetry | None:
    weaker = OTHER.get(answers.choice("sides.stronger") or "")
    if weaker is not None:
        return Asymmetry(first=weaker, source="stronger")
    for source in SOURCES:
        other = OTHER.get(answers.choice(f"sides.{source}") or "")
        if other is not None:
            return Asymmetry(first=OTHER[other], source=source)
    return None


def _side(votes: int) -> Side | None:
    if votes == 0:
        return None
    return "left" if votes > 0 else "right"


def _votes(test: TrainerTest, answers: Answers, library: Library, kind: Kind) -> int:
    if test.sides != "each":
        return 0
    fields = (field for field in test.fields if getattr(field, kind))
    return sum(
        _vote(f"tests.{test.id}", field, getattr(field, kind), answers, library.rules.limits)
        for field in fields
    )


def _vote(path: str, field: Question, reading: str, answers: Answers, limits: Limits) -> int:
    """Return +1 if the reading is found on the left only, -1 on the right only, 0 if undecided."""
    left = answers.get(f"{path}.left.{field.id}")
    right = answers.get(f"{path}.right.{field.id}")
    if isinstance(left, float) and isinstance(right, float):
        least = max(limits.side_gap_pct * max(left, right) / 100, limits.side_gap_least)
        if abs(left - right) <= least:
            return 0
        return 1 if left < right else -1
    if left is None or right is None or "unsure" in (left, right):
        return 0
    return int(left == reading) - int(right == reading)
