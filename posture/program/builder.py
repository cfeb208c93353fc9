"""Builder of the plan: eight weeks of sessions, daily blocks, habits, dates and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from posture.program.checkups import check_ups, photo_dates
from posture.program.choose import Choice, choose
from posture.program.dosing import range_step, side_rule
from posture.program.expressions import any_holds
from posture.program.items import plan_item
from posture.program.library import load_library
from posture.program.log import PlanLog
from posture.program.model import Exercise
from posture.program.notes import headline, notes, sits_a_lot
from posture.program.plan import (
    Notice,
    PhasePlan,
    Plan,
    PlanItem,
    PlanKind,
    PlanRequest,
    Session,
)
from posture.program.profile import ClientProfile, profile_of
from posture.program.progress import followed
from posture.program.red_flags import find_notices
from posture.program.sessions import TAKE_TURNS, Draft, Slot, draft_session, slot_of
from posture.program.texts import say

NO_LOG: Final = PlanLog()
SECOND_HALF = 2
"""Phase from which the daily block takes its second small exercise."""


def build_plan(request: PlanRequest, log: PlanLog = NO_LOG) -> Plan:
    """Build the plan for a request; the same request and log always give the same plan.

    Parameters
    ----------
    request : PlanRequest
    log : PlanLog
        What was done so far, and how it was; it moves the exercises on their ladders.

    Returns
    -------
    Plan
        A programme of 8 weeks; or, when an answer calls for a clinician first, a plan that says so
        and holds no exercise.
    """
    client = profile_of(request, load_library())
    notices = find_notices(request.answers, client.library)
    if any(notice.urgency != "check_first" for notice in notices):
        urgent = any(notice.urgency == "urgent" for notice in notices)
        return _plan(client, "urgent" if urgent else "clinician_first", notices)
    phases, sessions = followed(client, *_programme(client), log)
    return _plan(client, "programme", notices, phases, sessions)


def _plan(
    client: ClientProfile,
    outcome: PlanKind,
    notices: tuple[Notice, ...],
    phases: tuple[PhasePlan, ...] = (),
    sessions: tuple[Session, ...] = (),
) -> Plan:
    request = client.request
    trains = outcome == "programme"
    return Plan(
        outcome=outcome,
        serves=request.serves,
        grade=request.grade,
        headline=headline(client, outcome),
        start=request.start,
        minutes=request.minutes,
        level=request.level,
        equipment=request.equipment,
        notices=notices,
        notes=notes(client) if trains else (say("after_clinician"),),
        asymmetry=client.asymmetry if trains else None,
        phases=phases,
        sessions=sessions,
        habits=_habits(client) if trains else (),
        photos=photo_dates(client) if trains else (),
        tightness=client.tightness if trains else None,
        warm_up=say("warm_up") if trains else "",
        checks=check_ups(client) if trains else (),
    )


def _programme(client: ClientProfile) -> tuple[tuple[PhasePlan, ...], tuple[Session, ...]]:
    rules = client.library.rules
    entered: dict[str, int] = {}
    phases: list[PhasePlan] = []
    sessions: list[Session] = []
    for index, phase in enumerate(rules.phases):
        made = [
            draft_session(Draft(client=client, phase=index, turn=turn, entered=entered))
            for turn in range(TAKE_TURNS)
        ]
        # What takes turns does so between two sessions: the third is the first again.
        slots = [made[number % TAKE_TURNS] for number in range(rules.limits.sessions_per_week)]
        weeks = _Weeks(client=client, phase=index, entered=entered)
        sessions += [
            weeks.session(week, number, planned)
            for week in phase.weeks
            for number, planned in enumerate(slots, start=1)
        ]
        for slot in (slot for draft in made for slot in draft):
            entered.setdefault(slot.exercise.id, index)
        phases.append(
            PhasePlan(
                id=phase.id,
                name=phase.name,
                aim=phase.aim,
                weeks=phase.weeks,
                daily=_daily(client, index),
            )
        )
    return tuple(phases), tuple(sessions)


@dataclass(slots=True, kw_only=True)
class _Weeks:
    """Sessions of one phase; an item that is the same in two sessions is made once."""

    client: ClientProfile
    phase: int
    entered: Mapping[str, int]
    made: dict[tuple[int, int, int], PlanItem] = field(default_factory=dict)

    def session(self, week: int, number: int, slots: Sequence[Slot]) -> Session:
        """Return the session of a week with its items."""
        limits = self.client.library.rules.limits
        counted = (week - 1) * limits.sessions_per_week + number
        items = tuple(self._item(slot, week, counted) for slot in slots)
        offset = 7 * (week - 1) + limits.session_days[number - 1]
        return Session(
            week=week,
            number=number,
            date=self.client.request.start + timedelta(days=offset),
            seconds=limits.warm_up_s + sum(limits.setup_s + item.seconds for item in items),
            items=items,
        )

    def _item(self, slot: Slot, week: int, counted: int) -> PlanItem:
        reduced = range_step(self.client, slot.exercise, counted) is not None
        key = (id(slot), week, counted if reduced else 0)
        if key not in self.made:
            phase = self.client.library.rules.phases[self.phase]
            since = self.phase - self.entered.get(slot.exercise.id, self.phase)
            self.made[key] = plan_item(
                self.client,
                slot,
                step=since + phase.weeks.index(week),
                session=counted,
                late=self.phase >= SECOND_HALF,
            )
        return self.made[key]


def _daily(client: ClientProfile, phase: int) -> tuple[PlanItem, ...]:
    """Return the daily block: the opening stretch, and one small exercise that wakes up."""
    draft = Draft(client=client, phase=phase, turn=0, entered={})
    opener = choose(client, _daily_stretch(client), phase, 0) or choose(client, "opener", phase, 0)
    chosen = [opener, _small(client, phase)]
    items = []
    for choice in chosen:
        if choice is None:
            continue
        slot = slot_of(draft, choice)
        slot.extra_s = 0
        item = plan_item(client, slot, step=1, session=None, late=phase >= SECOND_HALF)
        items.append(_often(client, item))
    return tuple(items)


def _daily_stretch(client: ClientProfile) -> str:
    """Return the stretch of the daily block: sessions without room leave it the front thigh."""
    asked = any(s.first and "front_thigh" in s.roles for s in client.signals)
    return "front_thigh" if asked and client.size <= SMALLEST else "opener"


SMALLEST = 2
"""Exercises of the shortest session: the opening stretch and one that strengthens."""


def _small(client: ClientProfile, phase: int) -> Choice | None:
    rules = client.library.rules
    names = next(r.exercises for r in rules.daily if r.serves == client.request.serves)
    fitting = [e for e in map(client.library.exercises.__getitem__, names) if client.suits(e)]
    if not fitting:
        return None
    exercise = fitting[(phase >= SECOND_HALF) % len(fitting)]
    return Choice(exercise=exercise, ideal=exercise)


def _often(client: ClientProfile, item: PlanItem) -> PlanItem:
    """Repeat the opening stretch during the day for a client who sits a lot."""
    if item.block != "open" or not sits_a_lot(client):
        return item
    times = client.library.rules.limits.sitting_per_day
    return replace(item, dose=replace(item.dose, per_day=times))


def _habits(client: ClientProfile) -> tuple[PlanItem, ...]:
    """Return the hourly break, and few others: those that an answer asks for come first."""
    library = client.library
    asked = [habit for habit in library.rules.habits if habit.when]
    always = [habit for habit in library.rules.habits if not habit.when]
    wanted = [
        *always[:1],
        *(habit for habit in asked if any_holds(habit.when, client.facts)),
        *always[1:],
    ]
    chosen = [library.exercises[habit.exercise] for habit in wanted]
    fitting = [exercise for exercise in chosen if client.suits(exercise)]
    return tuple(_habit(client, e) for e in fitting[: 1 + library.rules.limits.habits_max])


def _habit(client: ClientProfile, exercise: Exercise) -> PlanItem:
    return PlanItem(
        exercise_id=exercise.id,
        block="habit",
        dose=exercise.dose,
        side_rule=side_rule(client, exercise),
        reason=exercise.reason,
    )
