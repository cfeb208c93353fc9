"""The neighbours of an exercise on its ladder: easier, harder, and more load at the top."""

from __future__ import annotations

from collections.abc import Sequence

from posture.program.model import LENGTHEN, LEVELS, Exercise
from posture.program.profile import ClientProfile


def easier_id(client: ClientProfile, exercise: Exercise) -> str | None:
    """Return the easier exercise to offer, if one suits."""
    below = _ladder(client, exercise)[0]
    return next(iter(_fitting(client, exercise, [*reversed(below), *exercise.easier])), None)


def harder_id(client: ClientProfile, exercise: Exercise, *, late: bool) -> str | None:
    """Return the harder exercise to offer, if one suits; the hardest in the second half."""
    above = _ladder(client, exercise)[1]
    if above:
        return next(iter(_fitting(client, exercise, above)), None)
    known = client.library.exercises
    others = sorted(exercise.harder, key=lambda name: LEVELS.index(known[name].level))
    fitting = _fitting(client, exercise, others)
    return fitting[-1 if late else 0] if fitting else None


def load_of(client: ClientProfile, exercise: Exercise) -> str:
    """Return how to make the exercise heavier; empty where a condition limits the effort."""
    limited = any(c.level_cap == "beginner" or c.hold_max_s for c in client.conditions)
    if exercise.type in LENGTHEN and limited:
        return ""
    if any(c.level_cap for c in client.conditions):
        return ""
    return client.roles[exercise.role].load


def _ladder(client: ClientProfile, exercise: Exercise) -> tuple[Sequence[str], Sequence[str]]:
    """Return the steps below and above on the client's ladder; none for other exercises."""
    steps = client.ladders.get(exercise.role, ())
    if exercise.id not in steps:
        return (), ()
    place = steps.index(exercise.id)
    return steps[:place], steps[place + 1 :]


def _fitting(client: ClientProfile, exercise: Exercise, ids: Sequence[str]) -> list[str]:
    known = client.library.exercises
    return [
        name
        for name in dict.fromkeys(ids)
        if name != exercise.id and name in client.suitable and client.equipped(known[name])
    ]
