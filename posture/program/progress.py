"""A plan that follows its log: what was too much steps down, what was easy twice steps up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from posture.messages import message, sentences
from posture.program.choose import Choice, block_of, reason_for
from posture.program.items import plan_item
from posture.program.log import PlanLog, session_key
from posture.program.model import Exercise
from posture.program.plan import PhasePlan, PlanItem, Session
from posture.program.profile import ClientProfile
from posture.program.sessions import Draft, slot_of
from posture.program.swaps import easier_id, harder_id
from posture.program.texts import say

EASY_TWICE = 2
"""Sessions in a row in which an exercise was easy: the "2 for 2" rule of strength training."""


def followed(
    client: ClientProfile,
    phases: Sequence[PhasePlan],
    sessions: Sequence[Session],
    log: PlanLog,
) -> tuple[tuple[PhasePlan, ...], tuple[Session, ...]]:
    """Return phases and sessions with every exercise on the step that the log has led to.

    Parameters
    ----------
    client : ClientProfile
    phases, sessions : sequence
        As planned before the first session.
    log : PlanLog

    Returns
    -------
    tuple
        Phases and sessions. An exercise is replaced only by a neighbour of its ladder that suits
        the client, is on the same side of the balance, and takes no longer.
    """
    walk = _Walk(client=client, phases=phases, log=log)
    made = tuple(walk.session(session) for session in sessions)
    return tuple(replace(phase, daily=walk.daily(phase)) for phase in phases), made


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The steps of each role while the sessions are read in their order."""

    client: ClientProfile
    phases: Sequence[PhasePlan]
    log: PlanLog
    steps: dict[str, int] = field(default_factory=dict)
    easy: dict[str, int] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)

    def session(self, session: Session) -> Session:
        """Return a session on the current steps; what it felt like counts from the next one on."""
        key = session_key(session)
        for role, step in self.log.swaps.get(key, {}).items():
            self.steps[role] = self.steps.get(role, 0) + step
        items: list[PlanItem] = []
        for place, item in enumerate(session.items):
            others = {other.exercise_id for other in (*items, *session.items[place + 1 :])}
            items.append(self._stepped(item, session, others))
        for name, how in self.log.felt.get(key, {}).items():
            if name in {item.exercise_id for item in items}:
                self._feel(self.client.library.exercises[name].role, how)
        if tuple(items) == session.items:
            return session
        spared = sum(
            old.seconds - new.seconds for old, new in zip(session.items, items, strict=True)
        )
        return replace(session, items=tuple(items), seconds=session.seconds - spared)

    def daily(self, phase: PhasePlan) -> tuple[PlanItem, ...]:
        """Return the daily block on the steps reached."""
        taken = {item.exercise_id for item in phase.daily}
        return tuple(self._daily(item, phase, taken) for item in phase.daily)

    def _feel(self, role: str, how: str) -> None:
        self.easy[role] = self.easy.get(role, 0) + 1 if how == "easy" else 0
        if how == "too_much":
            self.steps[role] = self.steps.get(role, 0) - 1
        elif self.easy[role] == EASY_TWICE:
            self.steps[role] = self.steps.get(role, 0) + 1
            self.easy[role] = 0

    def _stepped(self, item: PlanItem, session: Session, others: set[str]) -> PlanItem:
        phase = next(p for p in self.phases if session.week in p.weeks)
        other = self._neighbour(item, self.phases.index(phase), others)
        if other is None:
            return item
        first = self.since.setdefault(other.id, session.week)
        counted = (session.week - 1) * self.client.library.rules.limits.sessions_per_week
        return self._replaced(
            item, other, phase, step=session.week - first, session=counted + session.number
        )

    def _daily(self, item: PlanItem, phase: PhasePlan, others: set[str]) -> PlanItem:
        if item.block == "habit":
            return item
        other = self._neighbour(item, self.phases.index(phase), others)
        if other is None:
            return item
        made = self._replaced(item, other, phase, step=1, session=None)
        return replace(made, dose=replace(made.dose, per_day=item.dose.per_day))

    def _neighbour(self, item: PlanItem, phase: int, others: set[str]) -> Exercise | None:
        """Return the exercise so many steps away; where the ladder ends, the steps end too."""
        known = self.client.library.exercises
        planned = found = known[item.exercise_id]
        wanted = self.steps.get(planned.role, 0)
        gone = 0
        while gone != wanted:
            name = self._next(found, phase, up=wanted > 0)
            if name is None or name in others or block_of(known[name]) != block_of(planned):
                break
            found = known[name]
            gone += 1 if wanted > 0 else -1
        if gone != wanted:
            self.steps[planned.role] = gone
        return None if found is planned else found

    def _next(self, exercise: Exercise, phase: int, *, up: bool) -> str | None:
        if up:
            return harder_id(self.client, exercise, late=phase >= len(self.phases) // 2)
        return easier_id(self.client, exercise)

    def _replaced(
        self, item: PlanItem, other: Exercise, phase: PhasePlan, *, step: int, session: int | None
    ) -> PlanItem:
        """Return the item of another exercise, with as many sets as take no longer."""
        client, index = self.client, self.phases.index(phase)
        draft = Draft(client=client, phase=index, turn=0, entered={})
        slot = slot_of(draft, Choice(exercise=other, ideal=other))
        slot.sets, slot.rest_s = item.dose.sets, item.dose.rest_s
        slot.extra_s = slot.extra_s if item.extra_side else 0
        planned = client.library.exercises[item.exercise_id]
        up = self.steps[planned.role] > 0
        slot.reason = sentences(
            reason_for(client, slot.choice),
            say("moved_up" if up else "moved_down", name=message(planned.name)),
        )
        late = index >= len(self.phases) // 2
        made = plan_item(client, slot, step=step, session=session, late=late)
        while made.seconds > item.seconds and made.dose.sets > 1:
            slot.sets -= 1
            made = plan_item(client, slot, step=step, session=session, late=late)
        return replace(made, block=item.block)
