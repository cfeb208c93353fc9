"""A plan as plain text, for the client or for the trainer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import Literal, TypeAlias

from posture.program.library import Library, load_library
from posture.program.model import Dose, Exercise
from posture.program.plan import CheckUp, PhasePlan, Plan, PlanItem, RangeCut, Session
from posture.program.texts import say

Reader: TypeAlias = Literal["client", "trainer"]
Detail: TypeAlias = Literal["plan", "full"]
WIDTH = 92
LONG_S = 60
SLOW_S = 6


def plan_to_text(plan: Plan, *, reader: Reader = "client", detail: Detail = "full") -> str:
    """Write a plan as plain text.

    Parameters
    ----------
    plan : Plan
    reader : {"client", "trainer"}
        The trainer's text adds anatomy, cues, regressions and sources.
    detail : {"full", "plan"}
        With or without the description of each exercise.

    Returns
    -------
    str
        Lines of at most 92 characters, ending in a line break.
    """
    library = load_library()
    lines = [*_head(plan, reader, library)]
    for number, phase in enumerate(plan.phases, start=1):
        lines += ["", *_phase(plan, phase, number, library)]
    if plan.habits:
        lines += ["", say("part_habits")]
        for item in plan.habits:
            lines += _item_lines("-", item, [dose_to_text(item.dose)], library, set())
    if detail == "full" and plan.exercise_ids():
        lines += ["", say("part_how")]
        for name in plan.exercise_ids():
            lines += ["", *_how(library.exercises[name], reader, library)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def exercise_to_text(exercise: Exercise, *, reader: Reader = "client") -> str:
    """Write one exercise as plain text, in lines of at most 92 characters.

    Parameters
    ----------
    exercise : Exercise
    reader : {"client", "trainer"}
        The trainer's text adds anatomy, cues, regressions and sources.
    """
    return "\n".join(_how(exercise, reader, load_library())) + "\n"


def dose_to_text(dose: Dose) -> str:
    """Write a dose in words, for example ``2 x 30 s, each side``."""
    hold = _time(dose.hold_s or 0)
    if dose.reps and dose.hold_s:
        parts = [say("dose_held", sets=dose.sets, reps=dose.reps, hold=hold)]
    elif dose.reps:
        parts = [say("dose_reps", sets=dose.sets, reps=dose.reps)]
        if dose.rep_s >= SLOW_S:
            parts.append(say("slow", seconds=_time(dose.rep_s)))
    else:
        parts = [say("dose_hold", sets=dose.sets, hold=hold)]
    if dose.sides == "each":
        parts.append(say("side_each_side"))
    if dose.per_day > 1:
        parts.append(say("per_day", times=dose.per_day))
    return ", ".join(parts)


def date_to_text(day: date) -> str:
    """Write a date, for example ``Mon 6 Jan 2025``."""
    return say(
        "date",
        weekday=say("weekdays").split()[day.weekday()],
        day=day.day,
        month=say("months").split()[day.month - 1],
        year=day.year,
    )


def check_to_text(check: CheckUp) -> str:
    """Write what is tested again on a day, and what changes then."""
    tests = load_library().tests
    return " ".join(
        (
            say(
                "check_line_photo" if check.photo else "check_line",
                week=check.week,
                date=date_to_text(check.date),
                tests=", ".join(tests[name].name for name in check.tests),
            ),
            check.then,
        )
    )


def next_step_to_text(item: PlanItem) -> str:
    """Write when the next step of the ladder is due, and what it is; empty where there is none."""
    exercises = load_library().exercises
    step = item.load
    if item.harder_id:
        step = say("step_harder", name=exercises[item.harder_id].name)
    if item.top is None or not step:
        return ""
    counted = item.dose.reps is not None and not _hold_rises(item)
    return say("next_step", top=say("top_reps" if counted else "top_hold", n=item.top), step=step)


def _hold_rises(item: PlanItem) -> bool:
    """Whether the hold of a repeated move is what grows, and its repetitions stay."""
    exercise = load_library().exercises[item.exercise_id]
    held = exercise.hold_dose
    return held is not None and held.reps == item.dose.reps and item.dose.hold_s is not None


def session_letter(number: int) -> str:
    """Return the letter of the first, second or third session of a week."""
    return say("session_letters").split()[number - 1]


def item_dose(item: PlanItem) -> str:
    """Write the dose of an item, with side rule and range."""
    text = dose_to_text(item.dose)
    if item.side_rule in ("left_first", "right_first"):
        text = text.replace(say("side_each_side"), say(f"side_{item.side_rule}"))
    if item.extra_side is not None:
        text += ", " + say(f"extra_{item.extra_side}")
    if item.range_cut is not None:
        text += ", " + range_to_text(item.range_cut)
    return text


def range_to_text(cut: RangeCut) -> str:
    """Write the part of the range to use, and on which side."""
    if cut.side is None:
        return say("range", low=cut.low_pct, high=cut.high_pct)
    return say("range_side", low=cut.low_pct, high=cut.high_pct, side=say(cut.side))


def _time(seconds: int) -> str:
    if seconds > LONG_S and seconds % LONG_S == 0:
        return say("minutes", n=seconds // LONG_S)
    return say("seconds", n=seconds)


def _head(plan: Plan, reader: Reader, library: Library) -> Iterator[str]:
    title = say("title" if plan.outcome == "programme" else "title_clinician")
    yield from (title, "=" * len(title), *_wrapped(plan.headline, ""))
    if plan.outcome == "programme":
        yield from ("", *_frame(plan, library))
        if reader == "trainer":
            yield say("for_trainer")
    if plan.notices:
        yield from ("", say("part_notices"))
        yield from _bullets([notice.text for notice in plan.notices])
    yield from ("", say("part_notes"))
    yield from _bullets(plan.notes)
    if plan.photos:
        yield from ("", say("part_photos"))
        yield from _bullets(
            [say("photo_line", week=p.week, date=date_to_text(p.date)) for p in plan.photos]
        )
    if plan.checks:
        yield from ("", say("part_checks"))
        yield from _bullets([check_to_text(check) for check in plan.checks])


def _frame(plan: Plan, library: Library) -> Iterator[str]:
    yield say(
        "frame",
        sessions=library.rules.limits.sessions_per_week,
        minutes=plan.minutes,
        level=say(f"level_{plan.level}"),
        start=date_to_text(plan.start),
    )
    names = [kit.name for name, kit in library.equipment.items() if name in plan.equipment]
    yield say("kit", names=", ".join(names)) if names else say("kit_none")


def _phase(plan: Plan, phase: PhasePlan, number: int, library: Library) -> Iterator[str]:
    first, last = phase.weeks[0], phase.weeks[-1]
    title = say("phase_line", number=number, name=phase.name, first=first, last=last)
    yield from (title, "-" * len(title), *_wrapped(phase.aim, ""))
    seconds = sum(item.seconds for item in phase.daily)
    yield from ("", say("daily_line", minutes=_minutes(seconds)))
    explained: set[str] = set()
    for item in phase.daily:
        yield from _item_lines("-", item, [item_dose(item)], library, explained)
    for sessions in zip(*(plan.week(week) for week in phase.weeks), strict=True):
        yield from ("", *_sessions(plan, sessions, library, explained))


def _sessions(
    plan: Plan, sessions: Sequence[Session], library: Library, explained: set[str]
) -> Iterator[str]:
    """Yield one session letter of a phase: same exercises, the doses of its weeks side by side."""
    yield say(
        "session_line",
        letter=session_letter(sessions[0].number),
        dates=", ".join(date_to_text(session.date) for session in sessions),
        minutes=_minutes(max(session.seconds for session in sessions)),
    )
    if plan.warm_up:
        yield from _wrapped(plan.warm_up, "")
    for place, item in enumerate(sessions[0].items, start=1):
        doses = _week_doses(sessions, place)
        yield from _item_lines(f"{place}.", item, doses, library, explained)


def _week_doses(sessions: Sequence[Session], place: int) -> list[str]:
    doses = [item_dose(session.items[place - 1]) for session in sessions]
    if len(set(doses)) == 1:
        return [say("weeks_dose", first=sessions[0].week, last=sessions[-1].week, dose=doses[0])]
    return [
        say("week_dose", week=session.week, dose=dose)
        for session, dose in zip(sessions, doses, strict=True)
    ]


def _item_lines(
    mark: str, item: PlanItem, doses: Sequence[str], library: Library, explained: set[str]
) -> Iterator[str]:
    """Yield one item; its reason is given once in each phase."""
    yield f"{mark} {library.exercises[item.exercise_id].name}"
    for dose in doses:
        yield from _wrapped(dose, "     ")
    if item.exercise_id in explained:
        return
    explained.add(item.exercise_id)
    yield from _wrapped(say("why", reason=item.reason), "     ")
    if item.easier_id:
        yield from _wrapped(say("easier", name=library.exercises[item.easier_id].name), "     ")
    step = next_step_to_text(item)
    if not step and item.harder_id:
        step = say("harder", name=library.exercises[item.harder_id].name)
    if step:
        yield from _wrapped(step, "     ")


def _how(exercise: Exercise, reader: Reader, library: Library) -> Iterator[str]:
    yield exercise.name
    for number, step in enumerate(exercise.steps, start=1):
        yield from _wrapped(f"{number}. {step}", "  ")
    yield from _wrapped(say("cues", cues=" ".join(exercise.cues)), "  ")
    yield from _wrapped(say("avoid", mistakes=" ".join(exercise.mistakes)), "  ")
    if reader == "trainer":
        for text in _trainer(exercise, library):
            yield from _wrapped(text, "  ")


def _trainer(exercise: Exercise, library: Library) -> Iterator[str]:
    words, evidence = exercise.trainer, exercise.evidence
    yield say("trainer_anatomy", text=words.anatomy)
    yield say("trainer_cues", text="; ".join(words.cues))
    yield say("trainer_regressions", text="; ".join(words.regressions))
    yield say(
        "trainer_evidence",
        level=evidence.level,
        note=evidence.note,
        sources="; ".join(library.sources[name].citation for name in evidence.sources),
    )


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _bullets(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
