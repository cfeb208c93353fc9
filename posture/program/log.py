"""Log of a plan: which exercises were done, how each of them was, and what was swapped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, get_args

from posture.program.plan import Plan, Session

Felt: TypeAlias = Literal["easy", "right", "too_much"]
Way: TypeAlias = Literal["easier", "harder"]

FELT: Final[tuple[Felt, ...]] = get_args(Felt)
_STEPS: Final = re.compile(r"-?[1-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLog:
    """What the client did, by session (see :func:`session_key`).

    Parameters
    ----------
    done : mapping of str to frozenset of str
        Ids of the exercises that were ticked off.
    felt : mapping of str to mapping
        How an exercise was, by its id.
    swaps : mapping of str to mapping
        Steps up (+) or down (-) the ladder that were asked for, by the role of the exercise; they
        hold from that session on.
    """

    done: Mapping[str, frozenset[str]] = field(default_factory=dict)
    felt: Mapping[str, Mapping[str, Felt]] = field(default_factory=dict)
    swaps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def from_ticks(cls, ticks: Mapping[str, str]) -> PlanLog:
        """Read a log from the ticks of a visit; one of another version is left out.

        Parameters
        ----------
        ticks : mapping of str to str
            ``1-2.clam`` to how it was, empty if that was not said; ``1-2.swap.glute`` to a number
            of steps.
        """
        done: dict[str, frozenset[str]] = {}
        felt: dict[str, dict[str, Felt]] = {}
        swaps: dict[str, dict[str, int]] = {}
        for name, value in ticks.items():
            session, _, exercise = name.partition(".")
            kind, _, role = exercise.partition(".")
            if kind == "swap" and role and _STEPS.fullmatch(value):
                swaps.setdefault(session, {})[role] = int(value)
            elif exercise and not role:
                done[session] = done.get(session, frozenset()) | {exercise}
                if value in FELT:
                    felt.setdefault(session, {})[exercise] = value
        return cls(done=done, felt=felt, swaps=swaps)

    def to_ticks(self) -> dict[str, str]:
        """Return the log as ticks of a visit."""
        found = {
            f"{session}.{exercise}": self.felt.get(session, {}).get(exercise, "")
            for session, exercises in self.done.items()
            for exercise in exercises
        }
        steps = [(s, role, step) for s, roles in self.swaps.items() for role, step in roles.items()]
        return found | {f"{s}.swap.{role}": str(step) for s, role, step in steps if step}

    def ticked(self, session: Session, exercise: str, *, on: bool) -> PlanLog:
        """Return the log with an exercise of a session ticked off, or not."""
        key = session_key(session)
        kept = self.done.get(key, frozenset()) - {exercise}
        done = {**self.done, key: kept | {exercise} if on else kept}
        return replace(self if on else self.told(session, exercise, None), done=done)

    def told(self, session: Session, exercise: str, how: Felt | None) -> PlanLog:
        """Return the log with how an exercise of a session was; who says so has done it."""
        key = session_key(session)
        answers = {name: felt for name, felt in self.felt.get(key, {}).items() if name != exercise}
        if how is None:
            return replace(self, felt={**self.felt, key: answers})
        done = {**self.done, key: self.done.get(key, frozenset()) | {exercise}}
        return replace(self, done=done, felt={**self.felt, key: {**answers, exercise: how}})

    def swapped(self, session: Session, role: str, way: Way) -> PlanLog:
        """Return the log with one more step on the ladder of a role, from a session on."""
        key = session_key(session)
        steps = dict(self.swaps.get(key, {}))
        steps[role] = steps.get(role, 0) + (1 if way == "harder" else -1)
        return replace(self, swaps={**self.swaps, key: steps})


def session_key(session: Session) -> str:
    """Return the name of a session in the log: ``2-3`` is the third of the second week."""
    return f"{session.week}-{session.number}"


def is_done(session: Session, log: PlanLog) -> bool:
    """Whether every exercise of a session was ticked off."""
    ticked = log.done.get(session_key(session), ())
    return all(item.exercise_id in ticked for item in session.items)


def next_session(plan: Plan, log: PlanLog) -> Session:
    """Return the first session that is not done; the last one when all are."""
    return next((s for s in plan.sessions if not is_done(s, log)), plan.sessions[-1])


def streak(plan: Plan, log: PlanLog) -> int:
    """Return how many sessions in a row were done, up to the last one that was."""
    done = [is_done(session, log) for session in plan.sessions]
    if True not in done:
        return 0
    last = len(done) - done[::-1].index(True)
    return [*done[:last][::-1], False].index(False)
