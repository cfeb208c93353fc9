"""From a photo and answers to a plan, its reasons and its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg
from posture.errors import SettingsError
from posture.program import (
    Answers,
    Plan,
    answer_fields,
    parse_answers,
    plan_to_ics,
)
from posture.program.answers import AnswerValue
from posture.program.model import Question
from posture.report import Case, PlanOptions, make_case, make_sheet, plan_without_photo
from posture.report.files import FORMATS, SHEETS
from posture.report.letterhead import Letterhead, letterhead_of
from posture.report.letterhead_store import NO_DETAILS, load_letterhead
from posture.report.sheet import make_plan_sheet
from posture.types import Sex
from posture.web.texts import say

FIRST_PHASE = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A plan with what it was made from.

    Parameters
    ----------
    plan : Plan
    answers : Answers
    analysis : Analysis or None
        Of the photo, when there is one.
    case : Case or None
        Photo and answers weighed together; present with an analysis.
    """

    plan: Plan
    answers: Answers
    analysis: Analysis | None = None
    case: Case | None = None


def fit_plan(
    told: Mapping[str, AnswerValue],
    *,
    start: date,
    analysis: Analysis | None,
    sex: Sex | None,
    record: Record | None = None,
) -> Fitted:
    """Make the plan that fits a photo and answers.

    Parameters
    ----------
    told : mapping of str to answer
        By path; what was not answered is left out.
    start : date
    analysis : Analysis or None
    record : Record, optional
        What several photos say together, in the place of the one analysis.
    sex : {"female", "male"} or None

    Raises
    ------
    AnswersError
        If two answers contradict each other.
    """
    answers = parse_answers(told)
    if analysis is None:
        plan = plan_without_photo(answers, start=start)
        return Fitted(plan=plan, answers=answers)
    options = PlanOptions(start=start, sex=sex)
    case = make_case(record or Record.of(analysis), options, answers=answers)
    return Fitted(plan=case.plan, answers=answers, analysis=analysis, case=case)


def next_monday(day: date) -> date:
    """Return the day itself when it is a Monday, else the next one."""
    return day + timedelta(days=-day.weekday() % 7)


def in_words(message: str) -> str:
    """Return an error about an answer with the question instead of its path."""
    fields = answer_fields()
    path = next((path for path in fields if message.startswith(path)), None)
    if path is None:
        return message
    question = fields[path].question
    rest = message.removeprefix(path)
    for option in question.options:
        if "_" in option.id:
            rest = rest.replace(option.id, f"“{option.label}”")
    return f"“{question.ask}”{rest}"


def stored_letterhead(today: date) -> tuple[Letterhead, str]:
    """Return the letterhead of whoever runs the app, and what is wrong with it, if anything."""
    try:
        return letterhead_of(load_letterhead(), day=today), ""
    except SettingsError as error:
        return letterhead_of(NO_DETAILS, day=today), error.message


def sheet_maker(
    fitted: Fitted,
    ending: str,
    *,
    blur_face: bool,
    phases: tuple[int, ...],
    letterhead: Letterhead,
) -> Callable[[], bytes]:
    """Return what writes the sheet when it is asked for: with a photo, its picture included."""
    case, analysis = fitted.case, fitted.analysis

    def write() -> bytes:
        if case is None or analysis is None:
            sheet = make_plan_sheet(fitted.plan, phases=phases, letterhead=letterhead)
        else:
            options = OverlayOptions(blur_face=blur_face, show_legend=False)
            figure = encode_jpeg(draw_overlay(analysis, options=options))
            whole = replace(case, figure=figure)
            sheet = make_sheet(whole, phases=phases, letterhead=letterhead)
        return SHEETS[ending](sheet)

    return write


def calendar_file(fitted: Fitted) -> bytes:
    """Return all sessions as a calendar."""
    if fitted.case is not None:
        return FORMATS[".ics"](fitted.case, FIRST_PHASE)
    return plan_to_ics(fitted.plan).encode()


def plan_file(fitted: Fitted) -> bytes:
    """Return plan, answers and, with a photo, the screening as JSON."""
    if fitted.case is not None:
        return FORMATS[".json"](fitted.case, FIRST_PHASE)
    table = {"answers": fitted.answers.to_dict(), "plan": fitted.plan.to_dict()}
    return (json.dumps(table, ensure_ascii=False, indent=2) + "\n").encode()


def choices(question: Question) -> dict[str, str]:
    """Return the answers that a question offers, by id, in the words of the page."""
    if question.kind == "yes_no":
        return {name: say(f"answer_{name}") for name in ("yes", "no", "unsure")}
    if question.kind == "side":
        return {name: say(f"answer_{name}") for name in ("left", "right", "same", "unsure")}
    return {option.id: option.label for option in question.options}
