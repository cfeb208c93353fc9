"""Plan page in words: overview, exercise cards, daily block, habits and dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from posture.messages import ENGLISH
from posture.program import Plan, PlanItem, Session, load_library
from posture.program.library import exercise_pictures
from posture.program.localised import localised
from posture.program.plan import Block, PhasePlan
from posture.program.render_text import date_to_text, dose_to_text, session_letter
from posture.program.texts import say_in as phrase
from posture.report.content import Card, CardGroup, Line, PhaseRow, PlanPage
from posture.report.texts import say

BLOCKS: tuple[Block, ...] = ("open", "lengthen", "wake", "integrate")
TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"
ON_OTHER_PAGE = ("not_a_diagnosis", "expect", "rephoto")
ON_SAME_PAGE = ("not_a_diagnosis", "rephoto")
"""Notes that the page of findings, or the foot and the dates of the plan itself, say already."""


def plan_page(
    plan: Plan, phase: int, *, overview: bool = True, alone: bool = False, language: str = ENGLISH
) -> PlanPage:
    """Return the page of one phase.

    Parameters
    ----------
    plan : Plan
        A programme.
    phase : int
        Index of the phase that is printed in full.
    overview : bool
        Whether the page also lists all phases.
    alone : bool
        Whether there is no page of findings, so that this page has to say everything.
    """
    here = plan.phases[phase]
    first, last = here.weeks[0], here.weeks[-1]
    return PlanPage(
        frame=_frame(language, plan, here),
        phases=phase_rows(plan, here, language=language) if overview else (),
        title=say(language, "cards_title", weeks=_weeks(language, here), phase=here.name),
        aim=f"{here.aim} {plan.warm_up}".strip(),
        note=say(language, "cards_note", first=first, last=last),
        days=_days(language, plan, here),
        groups=_groups(language, plan, here),
        daily_title=say(language, "daily_title", minutes=here.daily_minutes),
        daily=tuple(_line(language, item, _dose(language, item)) for item in here.daily),
        habits=tuple(_line(language, item, _habit(language, item)) for item in plan.habits),
        photos=_dates(language, plan),
        notes=_notes(language, plan, ON_SAME_PAGE if alone else ON_OTHER_PAGE),
    )


def phase_rows(
    plan: Plan, here: PhasePlan | None = None, language: str = ENGLISH
) -> tuple[PhaseRow, ...]:
    """Return the overview of a programme; ``here`` is the phase that is printed in full."""
    plan, here = localised(plan, language), here and localised(here, language)
    return tuple(_phase_row(language, plan, phase, here=phase == here) for phase in plan.phases)


def _dates(language: str, plan: Plan) -> tuple[Line, ...]:
    """Return the days of photos and of tests, the tests of one day with its photos."""
    tested = {check.week for check in plan.checks if check.tests}
    days = {photo.week: photo.date for photo in plan.photos}
    days |= {check.week: check.date for check in plan.checks}
    photos = {photo.week for photo in plan.photos}
    lines = []
    for week, day in sorted(days.items()):
        parts = [
            date_to_text(day, language=language),
            *([say(language, "photos_again")] if week in photos else []),
        ]
        # Which ones, and what then changes, stands on the page of exercises.
        parts += [say(language, "tests_again")] if week in tested else []
        lines.append(
            Line(head=phrase(language, "photo_line", week=week, date=""), text="; ".join(parts))
        )
    return tuple(lines)


def _notes(language: str, plan: Plan, elsewhere: Sequence[str]) -> tuple[str, ...]:
    printed = {phrase(language, key) for key in elsewhere}
    return tuple(note for note in plan.notes if note not in printed)


def _frame(language: str, plan: Plan, here: PhasePlan) -> str:
    kit = load_library(language).equipment
    names = [entry.name for name, entry in kit.items() if name in plan.equipment]
    return say(
        language,
        "plan_frame",
        sessions=len(plan.week(1)),
        minutes=plan.minutes,
        daily=here.daily_minutes,
        level=phrase(language, f"level_{plan.level}"),
        kit=", ".join([say(language, "kit_home"), *names]),
    )


def _weeks(language: str, phase: PhasePlan) -> str:
    first, last = phase.weeks[0], phase.weeks[-1]
    return say(language, "weeks" if last > first else "week", first=first, last=last)


def _phase_row(language: str, plan: Plan, phase: PhasePlan, *, here: bool) -> PhaseRow:
    earlier = {
        item.exercise_id
        for before in plan.phases[: plan.phases.index(phase)]
        for item in _items(plan, before)
    }
    new = [item for item in _items(plan, phase) if item.exercise_id not in earlier]
    return PhaseRow(
        weeks=_weeks(language, phase),
        name=phase.name,
        aim=phase.aim,
        starts=say(
            language,
            "from",
            date=date_to_text(plan.week(phase.weeks[0])[0].date, language=language),
        ),
        dose=_usual_dose(language, plan, phase),
        new="" if here else _names(language, new),
        here=here,
    )


def _items(plan: Plan, phase: PhasePlan) -> list[PlanItem]:
    return [item for session in plan.week(phase.weeks[0]) for item in session.items]


def _names(language: str, items: Iterable[PlanItem]) -> str:
    exercises = load_library(language).exercises
    return "\N{NO-BREAK SPACE}· ".join(
        dict.fromkeys(exercises[item.exercise_id].name for item in items)
    )


def _usual_dose(language: str, plan: Plan, phase: PhasePlan) -> str:
    """Return the most frequent dose of strength work, from the first week to the last."""
    weeks = (phase.weeks[0], phase.weeks[-1])
    usual = []
    for week in weeks:
        doses = Counter(
            _amount(_dose(language, item))
            for session in plan.week(week)
            for item in session.items
            if item.block in ("wake", "integrate") and not item.dose.hold_s
        )
        usual += [doses.most_common(1)[0][0]] if doses else []
    return _joined(usual)


def _days(language: str, plan: Plan, phase: PhasePlan) -> tuple[Line, ...]:
    """Return the dates of each session letter."""
    rows: dict[str, list[str]] = {}
    for week in phase.weeks:
        for session in plan.week(week):
            dates = rows.setdefault(session_letter(session.number, language=language), [])
            dates.append(_short_date(language, session))
    return tuple(Line(head=letter, text=", ".join(dates)) for letter, dates in rows.items())


def _short_date(language: str, session: Session) -> str:
    return date_to_text(session.date, language=language).rsplit(" ", 1)[0]


def _groups(language: str, plan: Plan, phase: PhasePlan) -> tuple[CardGroup, ...]:
    order: dict[Block, list[str]] = {block: [] for block in BLOCKS}
    reasons: dict[str, str] = {}
    for item in _items(plan, phase):
        if item.exercise_id not in reasons:
            order[item.block].append(item.exercise_id)
            reasons[item.exercise_id] = item.reason
    daily = {item.exercise_id for item in phase.daily}
    return tuple(
        CardGroup(
            block=block,
            title=say(language, f"block_{block}"),
            cards=tuple(
                _card(language, plan, phase, name, reasons[name], daily=name in daily)
                for name in names
            ),
        )
        for block, names in order.items()
        if names and block != "habit"
    )


def _card(
    language: str, plan: Plan, phase: PhasePlan, name: str, reason: str, *, daily: bool
) -> Card:
    exercise = load_library(language).exercises[name]
    by_dose: dict[str, list[str]] = {}
    for number in range(1, len(plan.week(phase.weeks[0])) + 1):
        dose = _week_doses(language, [plan.week(week)[number - 1] for week in phase.weeks], name)
        if dose:
            by_dose.setdefault(dose, []).append(session_letter(number, language=language))
    shared = len(by_dose) == 1
    doses = [dose if shared else f"{', '.join(who)}: {dose}" for dose, who in by_dose.items()]
    return Card(
        name=exercise.name,
        # Steps, the other cues and what to avoid stand on the page after it.
        cue=exercise.cues[0],
        reason=reason,
        letters=tuple(sorted(letter for who in by_dose.values() for letter in who)),
        daily=daily,
        doses=tuple(doses),
        pictures=exercise_pictures(exercise),
    )


def _week_doses(language: str, sessions: Sequence[Session], name: str) -> str:
    """Return the dose of an exercise from the first week of a phase to its last."""
    doses = [
        _dose(language, item) for s in sessions for item in s.items if item.exercise_id == name
    ]
    return _joined(doses)


def _joined(doses: Sequence[str]) -> str:
    """Join the doses of weeks part by part; what they share is printed once."""
    different = [dose.split(", ") for dose in dict.fromkeys(doses)]
    if len({len(parts) for parts in different}) > 1:
        return " → ".join(", ".join(parts) for parts in different)
    return ", ".join(" → ".join(dict.fromkeys(part)) for part in zip(*different, strict=True))


def _dose(language: str, item: PlanItem) -> str:
    """Return a dose in few words; the notes of the plan explain side rule and range in full."""
    text = dose_to_text(item.dose, language=language).replace(" x ", TIMES)
    if item.side_rule in ("left_first", "right_first"):
        text = text.replace(phrase(language, "side_each_side"), say(language, item.side_rule))
    if item.extra_side is not None:
        text += ", " + say(language, f"extra_{item.extra_side}")
    if item.range_cut is not None:
        cut = item.range_cut
        text += ", " + say(language, "range_short", low=cut.low_pct, high=cut.high_pct)
        text += " " + phrase(language, cut.side) if cut.side else ""
    return text


def _amount(dose: str) -> str:
    return dose.partition(",")[0]


def _line(language: str, item: PlanItem, text: str) -> Line:
    return Line(head=load_library(language).exercises[item.exercise_id].name, text=text)


def _habit(language: str, item: PlanItem) -> str:
    return f"{_dose(language, item)}. {item.reason}" if item.dose.per_day > 1 else item.reason
