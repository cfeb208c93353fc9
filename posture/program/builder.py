"""From a request to a plan: eight weeks of sessions, daily blocks, habits and photo dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from posture.program.choose import Choice, block_of
from posture.program.client import Client, know_client
from posture.program.dosing import range_cut, side_rule, week_dose
from posture.program.facts import any_holds
from posture.program.gate import find_notices
from posture.program.library import load_library
from posture.program.model import Dose, Exercise
from posture.program.notes import headline, plan_notes
from posture.program.plan import (
    Block,
    Notice,
    PhasePlan,
    PhotoDate,
    Plan,
    PlanItem,
    PlanKind,
    PlanRequest,
    Session,
)
from posture.program.rules import WeekRule
from posture.program.sessions import Draft, Slot, draft_session
from posture.program.texts import say

DAILY_WAKE = ("pelvic_control", "glute", "core_front")


def build_plan(request: PlanRequest) -> Plan:
    """Build the plan for a request; the same request always gives the same plan.

    Parameters
    ----------
    request : PlanRequest
        Finding, answers, time, equipment, level and start.

    Returns
    -------
    Plan
        A programme of 8 weeks, or, when an answer asks for a clinician first, a plan without
        any exercise that says so.
    """
    client = know_client(request, load_library())
    notices = find_notices(request.answers, client.library)
    if any(notice.urgency != "check_first" for notice in notices):
        urgent = any(notice.urgency == "urgent" for notice in notices)
        return _plan(client, "urgent" if urgent else "clinician_first", notices)
    phases, sessions = _programme(client)
    return _plan(client, "programme", notices, phases, sessions)


def _plan(
    client: Client,
    outcome: PlanKind,
    notices: tuple[Notice, ...],
    phases: tuple[PhasePlan, ...] = (),
    sessions: tuple[Session, ...] = (),
) -> Plan:
    request = client.request
    going = outcome == "programme"
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
        notes=plan_notes(client) if going else (say("after_clinician"),),
        asymmetry=client.asymmetry if going else None,
        phases=phases,
        sessions=sessions,
        habits=_habits(client) if going else (),
        photos=_photos(client) if going else (),
    )


def _programme(client: Client) -> tuple[tuple[PhasePlan, ...], tuple[Session, ...]]:
    rules = client.library.rules
    used: Counter[str] = Counter()
    phases: list[PhasePlan] = []
    sessions: list[Session] = []
    for index, phase in enumerate(rules.phases):
        drafts = [
            _session_slots(client, index, number, used)
            for number in range(1, rules.limits.sessions_per_week + 1)
        ]
        phases.append(
            PhasePlan(
                id=phase.id,
                name=phase.name,
                aim=phase.aim,
                weeks=phase.weeks,
                daily=_daily(client, index),
            )
        )
        weeks = [week for week in rules.weeks if week.week in phase.weeks]
        sessions += [
            _session(client, week, number, slots)
            for week in weeks
            for number, slots in enumerate(drafts, start=1)
        ]
    return tuple(phases), tuple(sessions)


def _session_slots(client: Client, phase: int, number: int, used: Counter[str]) -> list[Slot]:
    rule = client.library.rules.phases[phase]
    track = client.track(rule.id)
    draft = Draft(
        client=client,
        phase=phase,
        budget_s=client.request.minutes * 60,
        target=rule.lengthen_share + sum(signal.shift for signal in client.signals),
        max_sets=rule.max_sets,
        used=used,
    )
    turn = 2 * (number - 1)
    lengthen = _queue(client, phase, track.lengthen, turn, "lengthen")
    wake = _queue(client, phase, track.wake[1:], turn, "wake")
    return draft_session(draft, lengthen, [track.wake[0], *wake])


def _queue(client: Client, phase: int, roles: Sequence[str], turn: int, side: str) -> list[str]:
    """Roles of a session: first what the client's signals ask for, then the track in turn."""
    known = {role for index in range(phase + 1) for role in _roles(client, index, side)}
    asked = [role for signal in client.signals for role in signal.roles if role in known]
    asked = list(dict.fromkeys(asked))
    rest = [role for role in roles if role not in asked]
    return _turned(asked, turn) + _turned(rest, turn)


def _roles(client: Client, phase: int, side: str) -> tuple[str, ...]:
    track = client.track(client.library.rules.phases[phase].id)
    return track.lengthen if side == "lengthen" else track.wake


def _turned(roles: list[str], turn: int) -> list[str]:
    start = turn % len(roles) if roles else 0
    return roles[start:] + roles[:start]


def _daily(client: Client, phase: int) -> tuple[PlanItem, ...]:
    rules = client.library.rules
    rule = rules.phases[phase]
    draft = Draft(
        client=client,
        phase=phase,
        budget_s=rules.limits.daily_s,
        target=0.5,
        max_sets=1,
        used=Counter(),
    )
    lengthen = _queue(client, phase, client.track(rule.id).lengthen, phase, "lengthen")
    slots = draft_session(draft, lengthen, _turned(list(DAILY_WAKE), phase))
    week = next(week for week in rules.weeks if week.week == rule.weeks[-1])
    return tuple(_item(client, slot, week, _often(client, slot)) for slot in slots)


def _often(client: Client, slot: Slot) -> int:
    """Return the times a day: the opening stretch comes back through a sitting day."""
    limits = client.library.rules.limits
    hours = client.request.answers.sitting_hours
    sits = hours is not None and hours >= limits.sitting_hours
    return limits.sitting_per_day if sits and slot.choice.exercise.role == "opener" else 1


def _session(client: Client, week: WeekRule, number: int, slots: Sequence[Slot]) -> Session:
    limits = client.library.rules.limits
    items = tuple(_item(client, slot, week, 0) for slot in slots)
    offset = 7 * (week.week - 1) + limits.session_days[number - 1]
    return Session(
        week=week.week,
        number=number,
        date=client.request.start + timedelta(days=offset),
        seconds=sum(limits.setup_s + item.dose.total_s for item in items),
        items=items,
    )


def _item(client: Client, slot: Slot, week: WeekRule, per_day: int) -> PlanItem:
    exercise = slot.choice.exercise
    dose = week_dose(client, exercise, week, slot.sets)
    sessions = client.library.rules.limits.sessions_per_week
    block: Block = "open" if exercise.role == "opener" else block_of(exercise)
    return PlanItem(
        exercise_id=exercise.id,
        block=block,
        dose=_timed(dose, per_day or 1, 7 if per_day else sessions),
        side_rule=side_rule(client, exercise),
        reason=slot.choice.reason,
        range_cut=range_cut(client, exercise, week),
        easier_id=next(iter(_swaps(client, exercise.easier)), None),
        harder_id=_harder(client, exercise, week),
    )


def _timed(dose: Dose, per_day: int, per_week: int) -> Dose:
    return replace(dose, per_day=per_day, per_week=per_week)


def _harder(client: Client, exercise: Exercise, week: WeekRule) -> str | None:
    """Offer the first harder version in the first half of the weeks, and the last one later."""
    fitting = _swaps(client, exercise.harder)
    late = week.week > len(client.library.rules.weeks) / 2
    return fitting[-1 if late else 0] if fitting else None


def _swaps(client: Client, ids: Sequence[str]) -> list[str]:
    known = client.library.exercises
    return [name for name in ids if client.suits(known[name]) and client.equipped(known[name])]


def _habits(client: Client) -> tuple[PlanItem, ...]:
    library = client.library
    chosen = [
        library.exercises[habit.exercise]
        for habit in library.rules.habits
        if not habit.when or any_holds(habit.when, client.facts)
    ]
    return tuple(_habit(client, exercise) for exercise in chosen if client.suits(exercise))


def _habit(client: Client, exercise: Exercise) -> PlanItem:
    choice = Choice(exercise=exercise, reason=exercise.reason)
    return PlanItem(
        exercise_id=exercise.id,
        block="habit",
        dose=exercise.dose,
        side_rule=side_rule(client, exercise),
        reason=choice.reason,
    )


def _photos(client: Client) -> tuple[PhotoDate, ...]:
    start: date = client.request.start
    weeks = client.library.rules.limits.photo_weeks
    return tuple(PhotoDate(week=week, date=start + timedelta(weeks=week)) for week in weeks)
