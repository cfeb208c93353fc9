"""Choice of exercises: the step of its ladder on which a role stands for a client, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posture.messages import message, sentences
from posture.program.library import Library
from posture.program.model import LENGTHEN, LEVELS, WAKE, Exercise
from posture.program.plan import Block
from posture.program.profile import ClientProfile
from posture.program.rules import SignalRule
from posture.program.texts import say

HANDS_ON = ("tests.", "photo.")
"""Facts that outweigh what the client tells: the trainer's tests and the photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An exercise for a role, and the one that would have it if nothing spoke against that."""

    exercise: Exercise
    ideal: Exercise


def block_of(exercise: Exercise) -> Block:
    """Return the side of the balance that an exercise counts for."""
    if exercise.type in LENGTHEN:
        return "lengthen"
    if exercise.type in WAKE:
        return "wake"
    return "habit" if exercise.type == "habit" else "integrate"


def choose(client: ClientProfile, role: str, phase: int, turn: int) -> Choice | None:
    """Return the exercise that fills a role in a phase.

    Parameters
    ----------
    client : ClientProfile
    role : str
        Id of the role.
    phase : int
        Index of the phase, from 0.
    turn : int
        Number of the session in its week, from 0; where exercises take turns, it decides.

    Returns
    -------
    Choice or None
        None if nothing suits the client.
    """
    steps = _open_steps(client, role, phase)
    fitting = [exercise for exercise in steps if client.suits(exercise)]
    if not fitting:
        return None
    ideal = _step(client, steps, role, phase, turn)
    exercise = _step(client, fitting, role, phase, turn)
    return Choice(exercise=exercise, ideal=ideal)


def difficulty(exercise: Exercise, library: Library) -> int:
    """Return the step on the ladder: the number of regressions that lead up to the exercise."""
    steps = [difficulty(library.exercises[name], library) for name in exercise.easier]
    return 1 + max(steps) if steps else 0


def _open_steps(client: ClientProfile, role: str, phase: int) -> list[Exercise]:
    """Return the ladder as far as equipment and level allow; bodies are not looked at yet."""
    known = client.library.exercises
    cap = client.caps[phase]
    names = client.ladders.get(role, ())
    asked = [known[name] for name in sorted(client.preferred) if name not in names]
    ladder = [known[name] for name in names]
    ladder += [e for e in asked if e.role == role and client.request.serves in e.serves]
    allowed = [e for e in ladder if client.equipped(e) and LEVELS.index(e.level) <= cap]
    if any(client.suits(exercise) for exercise in allowed):
        return allowed
    # Nothing on the ladder suits: any other exercise of the role is better than an empty place.
    return allowed + [
        exercise
        for exercise in by_role(client.library, role)
        if client.request.serves in exercise.serves
        and exercise.id not in names
        and client.equipped(exercise)
        and LEVELS.index(exercise.level) <= cap
    ]


def by_role(library: Library, role: str) -> list[Exercise]:
    """Return the exercises of a role, in the order of the library."""
    return [exercise for exercise in library.exercises.values() if exercise.role == role]


def _step(
    client: ClientProfile, steps: Sequence[Exercise], role: str, phase: int, turn: int
) -> Exercise:
    """Return the step for a phase: by level, lower after a weak test or with age, or by turn."""
    if role == "opener":
        return steps[0]
    for exercise in steps:
        if exercise.id in client.preferred:
            return exercise
    if client.roles[role].turns:
        return steps[turn % min(len(steps), 2)]
    names = client.ladders.get(role, tuple(exercise.id for exercise in steps))
    lower = client.older or role in client.lower
    aim = max(0, client.level_rule.difficulty[phase] - lower)
    reached = [e for e in steps if e.id in names and names.index(e.id) <= aim]
    return reached[-1] if reached else steps[0]


def reason_for(client: ClientProfile, choice: Choice) -> str:
    """Return what an exercise does, what led to it, and what it takes the place of."""
    exercise = choice.exercise
    parts = (
        exercise.reason,
        _because(client, exercise),
        _replacement_note(client, exercise, choice.ideal),
    )
    return sentences(*filter(None, parts))


def _because(client: ClientProfile, exercise: Exercise) -> str:
    """Return what leads to the exercise: a test or the photo, the finding, an answer, its use."""
    asking = [s for s in client.signals if exercise.id in s.prefer]
    asking += [s for s in client.signals if exercise.role in s.roles]
    found = [signal.note for signal in asking if _hands_on(signal)]
    if found:
        return found[0]
    role = client.roles[exercise.role]
    finding = {"type_a": role.type_a, "type_b": role.type_b}.get(client.request.serves, "")
    told = asking[0].note if asking else ""
    return sentences(*filter(None, (finding, told))) or role.purpose


def _hands_on(signal: SignalRule) -> bool:
    return any(path.startswith(HANDS_ON) for path in signal.when)


def _replacement_note(client: ClientProfile, exercise: Exercise, ideal: Exercise) -> str:
    if ideal.id == exercise.id:
        return ""
    conditions = client.contraindicated_by(ideal)
    if not conditions:
        return ""
    return say("swap", name=message(ideal.name), because=message(conditions[0].because))
