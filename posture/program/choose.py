"""Choice of exercises: those that can fill a role for a client, ranked and with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from posture.program.library import Library
from posture.program.model import LENGTHEN, LEVELS, WAKE, Exercise
from posture.program.plan import Block
from posture.program.profile import ClientProfile
from posture.program.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An exercise for a role, with its reason."""

    exercise: Exercise
    reason: str


def block_of(exercise: Exercise) -> Block:
    """Return the side of the balance that an exercise counts for."""
    if exercise.type in LENGTHEN:
        return "lengthen"
    if exercise.type in WAKE:
        return "wake"
    return "habit" if exercise.type == "habit" else "integrate"


def choices(client: ClientProfile, role: str, phase: int, used: Counter[str]) -> list[Choice]:
    """List the exercises that can fill a role, best first.

    Parameters
    ----------
    client : ClientProfile
    role : str
        Id of the role.
    phase : int
        Index of the phase, from 0.
    used : Counter
        Number of sessions in which each exercise is already; where exercises take turns, the
        least used come first.

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
    """Return the step on the ladder: the number of regressions that lead up to the exercise."""
    steps = [difficulty(library.exercises[name], library) for name in exercise.easier]
    return 1 + max(steps) if steps else 0


def _ranked(client: ClientProfile, role: str, phase: int, used: Counter[str]) -> list[Exercise]:
    """Rank what track, equipment and level allow; contraindications are not looked at yet."""
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


def _reason(client: ClientProfile, exercise: Exercise, ideal: Exercise | None) -> str:
    parts = (
        exercise.reason,
        _because(client, exercise),
        _replacement_note(client, exercise, ideal),
    )
    return " ".join(part for part in parts if part)


def _because(client: ClientProfile, exercise: Exercise) -> str:
    for signal in client.signals:
        if exercise.id in signal.prefer:
            return signal.note
    for signal in client.signals:
        if exercise.role in signal.roles:
            return signal.note
    role = client.role(exercise.role)
    by_track = {"type_a": role.type_a, "type_b": role.type_b}
    return by_track.get(client.request.serves) or role.purpose


def _replacement_note(client: ClientProfile, exercise: Exercise, ideal: Exercise | None) -> str:
    if ideal is None or ideal.id == exercise.id:
        return ""
    conditions = client.contraindicated_by(ideal)
    if not conditions:
        return ""
    return say("swap", name=ideal.name, because=conditions[0].because)
