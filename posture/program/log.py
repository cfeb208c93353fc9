"""Log of a plan: which exercises were done, how each of them was, and what was swapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from posture.codec import FieldError, Table, decode, encode_record
from posture.program.plan import Plan, Session

Felt: TypeAlias = Literal["easy", "right", "too_much"]
Way: TypeAlias = Literal["easier", "harder"]

FELT: Final[tuple[Felt, ...]] = get_args(Felt)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLog:
    """What the client did, by session (see :func:`session_key`).

    Parameters
    ----------
    done : mapping of str to tuple of str
        Ids of the exercises that were ticked off.
    felt : mapping of str to mapping
        How an exercise was, by its id.
    swaps : mapping of str to mapping
        Steps up (+) or down (-) the ladder that were asked for, by the role of the exercise; they
        hold from that session on.
    """

    done: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    felt: Mapping[str, Mapping[str, Felt]] = field(default_factory=dict)
    swaps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def to_dict(self) -> Table:
        """Return the log as plain JSON values."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, table: object) -> PlanLog:
        """Read a log back; one that does not fit, from another version for example, is empty."""
        try:
            return decode(cls, table)
        except FieldError:
            return cls()

    def ticked(self, session: Session, exercise: str, *, on: bool) -> PlanLog:
        """Return the log with an exercise of a session ticked off, or not."""
        key = session_key(session)
        others = tuple(name for name in self.done.get(key, ()) if name != exercise)
        done = {**self.done, key: (*others, exercise) if on else others}
        return PlanLog(done=done, felt=self.felt, swaps=self.swaps)

    def told(self, session: Session, exercise: str, how: Felt | None) -> PlanLog:
        """Return the log with how an exercise of a session was; ``None`` takes it back."""
        key = session_key(session)
        answers = {name: felt for name, felt in self.felt.get(key, {}).items() if name != exercise}
        if how is not None:
            answers[exercise] = how
        return PlanLog(done=self.done, felt={**self.felt, key: answers}, swaps=self.swaps)

    def swapped(self, session: Session, role: str, way: Way) -> PlanLog:
        """Return the log with one more step on the ladder of a role, from a session on."""
        key = session_key(session)
        steps = dict(self.swaps.get(key, {}))
        steps[role] = steps.get(role, 0) + (1 if way == "harder" else -1)
        return PlanLog(done=self.done, felt=self.felt, swaps={**self.swaps, key: steps})


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
