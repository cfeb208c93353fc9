"""Rank the exercises that can fill a role for a client, and say why one is taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from posture.program.client import Client
from posture.program.library import Library
from posture.program.model import LENGTHEN, LEVELS, WAKE, Exercise
from posture.program.plan import Block
from posture.program.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An exercise for a role, with the reason for it."""

    exercise: Exercise
    reason: str


def block_of(exercise: Exercise) -> Block:
    """Return the side of the balance that an exercise counts for."""
    if exercise.type in LENGTHEN:
        return "lengthen"
    if exercise.type in WAKE:
        return "wake"
    return "habit" if exercise.type == "habit" else "integrate"


def choices(client: Client, role: str, phase: int, used: Counter[str]) -> list[Choice]:
    """List the exercises that can fill a role, best first.

    Parameters
    ----------
    client : Client
        Who it is for.
    role : str
        The place to fill.
    phase : int
        Index of the phase, from 0.
    used : Counter
        How often each exercise was taken already; where exercises take turns, fresh ones come
        first.

    Returns
    -------
    list of Choice
        Empty if nothing suits the client.
    """
    ranked = _ranked(client, role, phase, used)
    fitting = [exercise for exercise in ranked if client.suits(exercise)]
    ideal = ranked[0] if ranked else None
    return [
        Choice(exercise=exercise, reason=_reason(client, exercise, ideal)) for exercise in fitting
    ]


def difficulty(exercise: Exercise, library: Library) -> int:
    """Return the step on the ladder: how many easier versions lead up to the exercise."""
    steps = [difficulty(library.exercises[name], library) for name in exercise.easier]
    return 1 + max(steps) if steps else 0


def _ranked(client: Client, role: str, phase: int, used: Counter[str]) -> list[Exercise]:
    """Everything in reach by track, equipment and level, before the body's limits."""
    cap = client.cap(phase)
    pool = [
        exercise
        for exercise in client.library.exercises.values()
        if exercise.role == role
        and client.request.serves in exercise.serves
        and client.equipped(exercise)
        and LEVELS.index(exercise.level) <= cap
    ]
    if role == "opener":
        return pool
    preferred = {name for signal in client.signals for name in signal.prefer}
    prefers = client.library.rules.phases[phase].prefers
    aim = client.level_rule.difficulty[phase]
    turns = client.role(role).turns

    def key(exercise: Exercise) -> tuple[int, bool, int, int]:
        kind = prefers.index(exercise.type) if exercise.type in prefers else len(prefers)
        away = abs(difficulty(exercise, client.library) - aim)
        return (used[exercise.id] if turns else 0, exercise.id not in preferred, kind, away)

    return sorted(pool, key=key)


def _reason(client: Client, exercise: Exercise, ideal: Exercise | None) -> str:
    return " ".join(
        part
        for part in (exercise.reason, _because(client, exercise), _swap(client, exercise, ideal))
        if part
    )


def _because(client: Client, exercise: Exercise) -> str:
    for signal in client.signals:
        if exercise.id in signal.prefer:
            return signal.note
    for signal in client.signals:
        if exercise.role in signal.roles:
            return signal.note
    role = client.role(exercise.role)
    by_track = {"type_a": role.type_a, "type_b": role.type_b}
    return by_track.get(client.request.serves) or role.purpose


def _swap(client: Client, exercise: Exercise, ideal: Exercise | None) -> str:
    if ideal is None or ideal.id == exercise.id:
        return ""
    against = client.against(ideal)
    if not against:
        return ""
    return say("swap", name=ideal.name, because=against[0].because)
