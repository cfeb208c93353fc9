"""Builder of the plan: eight weeks of sessions, daily blocks, habits, photo dates and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from posture.program.choose import block_of
from posture.program.dosing import range_cut, side_rule, week_dose
from posture.program.expressions import any_holds
from posture.program.library import load_library
from posture.program.model import Dose, Exercise
from posture.program.plan import (
    Asymmetry,
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
from posture.program.profile import ClientProfile, profile_of
from posture.program.red_flags import find_notices, unanswered_safety
from posture.program.rules import WeekRule
from posture.program.sessions import Draft, Slot, draft_session
from posture.program.texts import say

DAILY_WAKE = ("pelvic_control", "glute", "core_front")


def build_plan(request: PlanRequest) -> Plan:
    """Build the plan for a request; the same request always gives the same plan.

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
    phases, sessions = _programme(client)
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
        headline=_headline(client, outcome),
        start=request.start,
        minutes=request.minutes,
        level=request.level,
        equipment=request.equipment,
        notices=notices,
        notes=_notes(client) if trains else (say("after_clinician"),),
        asymmetry=client.asymmetry if trains else None,
        phases=phases,
        sessions=sessions,
        habits=_habits(client) if trains else (),
        photos=_photos(client) if trains else (),
    )


def _programme(client: ClientProfile) -> tuple[tuple[PhasePlan, ...], tuple[Session, ...]]:
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


def _session_slots(
    client: ClientProfile, phase: int, number: int, used: Counter[str]
) -> list[Slot]:
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


def _queue(
    client: ClientProfile, phase: int, roles: Sequence[str], turn: int, side: str
) -> list[str]:
    """Return the roles of a session: those the signals ask for, then those of the track in turn."""
    known = {role for index in range(phase + 1) for role in _roles(client, index, side)}
    asked = [role for signal in client.signals for role in signal.roles if role in known]
    asked = list(dict.fromkeys(asked))
    rest = [role for role in roles if role not in asked]
    return _turned(asked, turn) + _turned(rest, turn)


def _roles(client: ClientProfile, phase: int, side: str) -> tuple[str, ...]:
    track = client.track(client.library.rules.phases[phase].id)
    return track.lengthen if side == "lengthen" else track.wake


def _turned(roles: list[str], turn: int) -> list[str]:
    start = turn % len(roles) if roles else 0
    return roles[start:] + roles[:start]


def _daily(client: ClientProfile, phase: int) -> tuple[PlanItem, ...]:
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
    return tuple(_item(client, slot, week, _times_a_day(client, slot)) for slot in slots)


def _times_a_day(client: ClientProfile, slot: Slot) -> int:
    """Return the times a day: who sits a lot repeats the opening stretch during the day."""
    repeated = _sits_a_lot(client) and slot.choice.exercise.role == "opener"
    return client.library.rules.limits.sitting_per_day if repeated else 1


def _sits_a_lot(client: ClientProfile) -> bool:
    hours = client.request.answers.sitting_hours
    return hours is not None and hours >= client.library.rules.limits.sitting_hours


def _session(client: ClientProfile, week: WeekRule, number: int, slots: Sequence[Slot]) -> Session:
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


def _item(client: ClientProfile, slot: Slot, week: WeekRule, per_day: int) -> PlanItem:
    exercise = slot.choice.exercise
    dose = week_dose(client, exercise, week, slot.sets)
    sessions = client.library.rules.limits.sessions_per_week
    block: Block = "open" if exercise.role == "opener" else block_of(exercise)
    return PlanItem(
        exercise_id=exercise.id,
        block=block,
        dose=_scheduled(dose, per_day or 1, 7 if per_day else sessions),
        side_rule=side_rule(client, exercise),
        reason=slot.choice.reason,
        range_cut=range_cut(client, exercise, week),
        easier_id=next(iter(_swaps(client, exercise.easier)), None),
        harder_id=_harder(client, exercise, week),
    )


def _scheduled(dose: Dose, per_day: int, per_week: int) -> Dose:
    return replace(dose, per_day=per_day, per_week=per_week)


def _harder(client: ClientProfile, exercise: Exercise, week: WeekRule) -> str | None:
    """Return the progression to offer: the first in the first half of the plan, the last later."""
    fitting = _swaps(client, exercise.harder)
    late = week.week > len(client.library.rules.weeks) / 2
    return fitting[-1 if late else 0] if fitting else None


def _swaps(client: ClientProfile, ids: Sequence[str]) -> list[str]:
    known = client.library.exercises
    return [name for name in ids if client.suits(known[name]) and client.equipped(known[name])]


def _habits(client: ClientProfile) -> tuple[PlanItem, ...]:
    library = client.library
    chosen = [
        library.exercises[habit.exercise]
        for habit in library.rules.habits
        if not habit.when or any_holds(habit.when, client.facts)
    ]
    return tuple(_habit(client, exercise) for exercise in chosen if client.suits(exercise))


def _habit(client: ClientProfile, exercise: Exercise) -> PlanItem:
    return PlanItem(
        exercise_id=exercise.id,
        block="habit",
        dose=exercise.dose,
        side_rule=side_rule(client, exercise),
        reason=exercise.reason,
    )


def _photos(client: ClientProfile) -> tuple[PhotoDate, ...]:
    start: date = client.request.start
    weeks = client.library.rules.limits.photo_weeks
    return tuple(PhotoDate(week=week, date=start + timedelta(weeks=week)) for week in weeks)


def _headline(client: ClientProfile, outcome: PlanKind) -> str:
    """Return the first sentence of the plan."""
    if outcome != "programme":
        return say(f"headline_{outcome}")
    request = client.request
    return say(f"headline_{request.grade}_{request.serves}")


def _notes(client: ClientProfile) -> tuple[str, ...]:
    """Return the notes of a programme, in the order in which they are printed."""
    notes = [say("not_a_diagnosis"), say("balance")]
    if unanswered_safety(client.request.answers, client.library):
        notes.append(say("safety_open"))
    if client.asymmetry is not None:
        notes.append(_asymmetry_note(client, client.asymmetry))
    notes += [condition.note for condition in client.conditions]
    if client.older:
        notes.append(say("older"))
    if _sits_a_lot(client):
        notes.append(say("sitting"))
    notes += [signal.note for signal in client.signals if not (signal.roles or signal.prefer)]
    return (*dict.fromkeys(notes), say("rephoto"), say("expect"), say("stop"))


def _asymmetry_note(client: ClientProfile, found: Asymmetry) -> str:
    stronger = client.request.answers.choice("sides.stronger")
    note = say("asymmetry", first=say(found.first), source=say(f"asymmetry_{found.source}"))
    if found.source == "test" and stronger == found.first:
        note += " " + say("asymmetry_disagree")
    return note
