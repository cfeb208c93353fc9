"""A plan as plain text, for the client or for the trainer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import Literal, TypeAlias

from posture.messages import ENGLISH, catalogue
from posture.program.library import Library, load_library
from posture.program.localised import localised
from posture.program.model import Dose, Exercise
from posture.program.plan import CheckUp, PhasePlan, Plan, PlanItem, RangeCut, Session
from posture.program.texts import say_in

Reader: TypeAlias = Literal["client", "trainer"]
Detail: TypeAlias = Literal["plan", "full"]
WIDTH = 92
LONG_S = 60
SLOW_S = 6


def plan_to_text(
    plan: Plan, *, reader: Reader = "client", detail: Detail = "full", language: str = ENGLISH
) -> str:
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
    library, plan = load_library(language), localised(plan, language)
    lines = [*_head(language, plan, reader, library)]
    for number, phase in enumerate(plan.phases, start=1):
        lines += ["", *_phase(language, plan, phase, number, library)]
    if plan.habits:
        lines += ["", say_in(language, "part_habits")]
        for item in plan.habits:
            lines += _item_lines(
                language, "-", item, [dose_to_text(item.dose, language=language)], library, set()
            )
    if detail == "full" and plan.exercise_ids():
        lines += ["", say_in(language, "part_how")]
        for name in plan.exercise_ids():
            lines += ["", *_how(language, library.exercises[name], reader, library)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def exercise_to_text(
    exercise: Exercise, *, reader: Reader = "client", language: str = ENGLISH
) -> str:
    """Write one exercise as plain text, in lines of at most 92 characters.

    Parameters
    ----------
    exercise : Exercise
    reader : {"client", "trainer"}
        The trainer's text adds anatomy, cues, regressions and sources.
    """
    return "\n".join(_how(language, exercise, reader, load_library(language))) + "\n"


def dose_to_text(dose: Dose, language: str = ENGLISH) -> str:
    """Write a dose in words, for example ``2 x 30 s, each side``."""
    hold = _time(language, dose.hold_s or 0)
    if dose.reps and dose.hold_s:
        parts = [say_in(language, "dose_held", sets=dose.sets, reps=dose.reps, hold=hold)]
    elif dose.reps:
        parts = [say_in(language, "dose_reps", sets=dose.sets, reps=dose.reps)]
        if dose.rep_s >= SLOW_S:
            parts.append(say_in(language, "slow", seconds=_time(language, dose.rep_s)))
    else:
        parts = [say_in(language, "dose_hold", sets=dose.sets, hold=hold)]
    if dose.sides == "each":
        parts.append(say_in(language, "side_each_side"))
    if dose.per_day > 1:
        parts.append(say_in(language, "per_day", times=dose.per_day))
    return ", ".join(parts)


def date_to_text(day: date, language: str = ENGLISH) -> str:
    """Write a date, for example ``Mon 6 Jan 2025``."""
    return say_in(
        language,
        "date",
        weekday=say_in(language, "weekdays").split()[day.weekday()],
        day=day.day,
        month=say_in(language, "months").split()[day.month - 1],
        year=day.year,
    )


def check_to_text(check: CheckUp, language: str = ENGLISH) -> str:
    """Write what is tested again on a day, and what changes then."""
    tests = load_library().tests
    return " ".join(
        (
            say_in(
                language,
                "check_line_photo" if check.photo else "check_line",
                week=check.week,
                date=date_to_text(check.date, language=language),
                tests=tuple(tests[name].name for name in check.tests),
            ),
            catalogue(language).translated(check.then),
        )
    )


def next_step_to_text(item: PlanItem, language: str = ENGLISH) -> str:
    """Write when the next step of the ladder is due, and what it is; empty where there is none."""
    exercises = load_library(language).exercises
    step = item.load
    if item.harder_id:
        step = say_in(language, "step_harder", name=exercises[item.harder_id].name)
    if item.top is None or not step:
        return ""
    counted = item.dose.reps is not None and not _hold_rises(language, item)
    return say_in(
        language,
        "next_step",
        top=say_in(language, "top_reps" if counted else "top_hold", n=item.top),
        step=step,
    )


def _hold_rises(language: str, item: PlanItem) -> bool:
    """Whether the hold of a repeated move is what grows, and its repetitions stay."""
    exercise = load_library(language).exercises[item.exercise_id]
    held = exercise.hold_dose
    return held is not None and held.reps == item.dose.reps and item.dose.hold_s is not None


def session_letter(number: int, language: str = ENGLISH) -> str:
    """Return the letter of the first, second or third session of a week."""
    return say_in(language, "session_letters").split()[number - 1]


def item_dose(item: PlanItem, language: str = ENGLISH) -> str:
    """Write the dose of an item, with side rule and range."""
    text = dose_to_text(item.dose, language=language)
    if item.side_rule in ("left_first", "right_first"):
        text = text.replace(
            say_in(language, "side_each_side"), say_in(language, f"side_{item.side_rule}")
        )
    if item.extra_side is not None:
        text += ", " + say_in(language, f"extra_{item.extra_side}")
    if item.range_cut is not None:
        text += ", " + range_to_text(item.range_cut, language=language)
    return text


def range_to_text(cut: RangeCut, language: str = ENGLISH) -> str:
    """Write the part of the range to use, and on which side."""
    if cut.side is None:
        return say_in(language, "range", low=cut.low_pct, high=cut.high_pct)
    return say_in(
        language, "range_side", low=cut.low_pct, high=cut.high_pct, side=say_in(language, cut.side)
    )


def _time(language: str, seconds: int) -> str:
    if seconds > LONG_S and seconds % LONG_S == 0:
        return say_in(language, "minutes", n=seconds // LONG_S)
    return say_in(language, "seconds", n=seconds)


def _head(language: str, plan: Plan, reader: Reader, library: Library) -> Iterator[str]:
    title = say_in(language, "title" if plan.outcome == "programme" else "title_clinician")
    yield from (title, "=" * len(title), *_wrapped(plan.headline, ""))
    if plan.outcome == "programme":
        yield from ("", *_frame(language, plan, library))
        if reader == "trainer":
            yield say_in(language, "for_trainer")
    if plan.notices:
        yield from ("", say_in(language, "part_notices"))
        yield from _bullets([notice.text for notice in plan.notices])
    yield from ("", say_in(language, "part_notes"))
    yield from _bullets(plan.notes)
    if plan.photos:
        yield from ("", say_in(language, "part_photos"))
        yield from _bullets(
            [
                say_in(
                    language,
                    "photo_line",
                    week=p.week,
                    date=date_to_text(p.date, language=language),
                )
                for p in plan.photos
            ]
        )
    if plan.checks:
        yield from ("", say_in(language, "part_checks"))
        yield from _bullets([check_to_text(check, language=language) for check in plan.checks])


def _frame(language: str, plan: Plan, library: Library) -> Iterator[str]:
    yield say_in(
        language,
        "frame",
        sessions=library.rules.limits.sessions_per_week,
        minutes=plan.minutes,
        level=say_in(language, f"level_{plan.level}"),
        start=date_to_text(plan.start, language=language),
    )
    names = [kit.name for name, kit in library.equipment.items() if name in plan.equipment]
    yield say_in(language, "kit", names=", ".join(names)) if names else say_in(language, "kit_none")


def _phase(
    language: str, plan: Plan, phase: PhasePlan, number: int, library: Library
) -> Iterator[str]:
    first, last = phase.weeks[0], phase.weeks[-1]
    title = say_in(language, "phase_line", number=number, name=phase.name, first=first, last=last)
    yield from (title, "-" * len(title), *_wrapped(phase.aim, ""))
    yield from ("", say_in(language, "daily_line", minutes=phase.daily_minutes))
    explained: set[str] = set()
    for item in phase.daily:
        yield from _item_lines(
            language, "-", item, [item_dose(item, language=language)], library, explained
        )
    for sessions in zip(*(plan.week(week) for week in phase.weeks), strict=True):
        yield from ("", *_sessions(language, plan, sessions, library, explained))


def _sessions(
    language: str, plan: Plan, sessions: Sequence[Session], library: Library, explained: set[str]
) -> Iterator[str]:
    """Yield one session letter of a phase: same exercises, the doses of its weeks side by side."""
    yield say_in(
        language,
        "session_line",
        letter=session_letter(sessions[0].number, language=language),
        dates=", ".join(date_to_text(session.date, language=language) for session in sessions),
        minutes=_minutes(max(session.seconds for session in sessions)),
    )
    if plan.warm_up:
        yield from _wrapped(plan.warm_up, "")
    for place, item in enumerate(sessions[0].items, start=1):
        doses = _week_doses(language, sessions, place)
        yield from _item_lines(language, f"{place}.", item, doses, library, explained)


def _week_doses(language: str, sessions: Sequence[Session], place: int) -> list[str]:
    doses = [item_dose(session.items[place - 1], language=language) for session in sessions]
    if len(set(doses)) == 1:
        return [
            say_in(
                language,
                "weeks_dose",
                first=sessions[0].week,
                last=sessions[-1].week,
                dose=doses[0],
            )
        ]
    return [
        say_in(language, "week_dose", week=session.week, dose=dose)
        for session, dose in zip(sessions, doses, strict=True)
    ]


def _item_lines(
    language: str,
    mark: str,
    item: PlanItem,
    doses: Sequence[str],
    library: Library,
    explained: set[str],
) -> Iterator[str]:
    """Yield one item; its reason is given once in each phase."""
    yield f"{mark} {library.exercises[item.exercise_id].name}"
    for dose in doses:
        yield from _wrapped(dose, "     ")
    if item.exercise_id in explained:
        return
    explained.add(item.exercise_id)
    yield from _wrapped(say_in(language, "why", reason=item.reason), "     ")
    if item.easier_id:
        yield from _wrapped(
            say_in(language, "easier", name=library.exercises[item.easier_id].name), "     "
        )
    step = next_step_to_text(item, language=language)
    if not step and item.harder_id:
        step = say_in(language, "harder", name=library.exercises[item.harder_id].name)
    if step:
        yield from _wrapped(step, "     ")


def _how(language: str, exercise: Exercise, reader: Reader, library: Library) -> Iterator[str]:
    yield exercise.name
    for number, step in enumerate(exercise.steps, start=1):
        yield from _wrapped(f"{number}. {step}", "  ")
    yield from _wrapped(say_in(language, "cues", cues=" ".join(exercise.cues)), "  ")
    yield from _wrapped(say_in(language, "avoid", mistakes=" ".join(exercise.mistakes)), "  ")
    if reader == "trainer":
        for text in _trainer(language, exercise, library):
            yield from _wrapped(text, "  ")


def _trainer(language: str, exercise: Exercise, library: Library) -> Iterator[str]:
    words, evidence = exercise.trainer, exercise.evidence
    yield say_in(language, "trainer_anatomy", text=words.anatomy)
    yield say_in(language, "trainer_cues", text="; ".join(words.cues))
    yield say_in(language, "trainer_regressions", text="; ".join(words.regressions))
    yield say_in(
        language,
        "trainer_evidence",
        level=catalogue(language).translated(evidence.level),
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
