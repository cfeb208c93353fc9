"""A session piece by piece: sets and sides in their order, for the screen that counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from posture.program.plan import Plan, PlanItem, Session

PieceSide = Literal["", "left", "right", "shorter"]
HELD_GAP_S: Final = 2
"""Seconds between two held repetitions, as :class:`posture.program.Dose` counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One set on one side: repetitions, a hold in seconds, or held repetitions; then a rest."""

    number: int
    of: int
    side: PieceSide
    reps: int
    hold_s: int
    rest_s: int = 0

    def seconds(self, rep_s: int) -> int:
        """Return the seconds of work, with ``rep_s`` for a repetition that is not held."""
        if self.reps and self.hold_s:
            return self.reps * (self.hold_s + HELD_GAP_S)
        return self.reps * rep_s or self.hold_s


def pieces(item: PlanItem) -> tuple[Piece, ...]:
    """Return the work of an item in its order: all sides of a set, a rest, the next set."""
    dose = item.dose
    made = [
        Piece(
            number=number,
            of=dose.sets,
            side=side,
            reps=dose.reps or 0,
            hold_s=dose.hold_s or 0,
            rest_s=dose.rest_s if last and (number < dose.sets or item.extra_side) else 0,
        )
        for number in range(1, dose.sets + 1)
        for side, last in _sides(item)
    ]
    if item.extra_side:
        more = Piece(
            number=dose.sets + 1,
            of=dose.sets + 1,
            side=item.extra_side,
            reps=dose.reps or 0,
            hold_s=dose.hold_s or 0,
        )
        made.append(more)
    return tuple(made)


def coming(plan: Plan, session: Session, item: PlanItem) -> tuple[tuple[int, PlanItem], ...]:
    """Return the same exercise in the later weeks of the same session, with the weeks."""
    return tuple(
        (later.week, other)
        for later in plan.sessions
        if later.number == session.number and later.week > session.week
        for other in later.items
        if other.exercise_id == item.exercise_id
    )


def first_met(plan: Plan, session: Session) -> frozenset[str]:
    """Return the exercises of a session that no session before it had."""
    before = plan.sessions[: plan.sessions.index(session)]
    known = {item.exercise_id for earlier in before for item in earlier.items}
    return frozenset(item.exercise_id for item in session.items) - known


def _sides(item: PlanItem) -> Iterator[tuple[PieceSide, bool]]:
    if item.dose.sides == "together":
        yield "", True
        return
    first: PieceSide = "right" if item.side_rule == "right_first" else "left"
    yield first, False
    yield "left" if first == "right" else "right", True
