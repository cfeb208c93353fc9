"""The plan made from a photo and answers, and its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.case.case import Case, PlanOptions, make_case, plan_without_photo
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg
from posture.errors import SettingsError
from posture.messages import ENGLISH
from posture.program import (
    Answers,
    Plan,
    PlanLog,
    answer_fields,
    load_library,
    parse_answers,
    plan_to_ics,
)
from posture.program.answers import AnswerValue
from posture.program.builder import NO_LOG
from posture.program.model import Question
from posture.report import make_sheet
from posture.report.files import FORMATS, SHEETS
from posture.report.letterhead import Letterhead, letterhead_of
from posture.report.letterhead_store import NO_DETAILS, load_letterhead
from posture.report.sheet import make_plan_sheet
from posture.types import Sex
from posture.web.language import current_language
from posture.web.texts import say

FIRST_PHASE = (0,)

RawAnswers: TypeAlias = dict[str, AnswerValue]
"""Answers by path, as entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPlan:
    """A plan, and what it was made from.

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
    raw: Mapping[str, AnswerValue],
    *,
    start: date,
    analysis: Analysis | None,
    sex: Sex | None,
    record: Record | None = None,
    log: PlanLog = NO_LOG,
) -> FittedPlan:
    """Make the plan that fits a photo and answers.

    Parameters
    ----------
    raw : mapping of str to answer
        By path; unanswered questions are left out.
    start : date
    analysis : Analysis or None
    sex : {"female", "male"} or None
    record : Record, optional
        Mean of several photos, used instead of the one analysis.
    log : PlanLog
        What was done of the plan so far, and how it was.

    Raises
    ------
    AnswersError
        If two answers contradict each other.
    """
    answers = parse_answers(raw)
    if analysis is None:
        plan = plan_without_photo(answers, start=start, log=log)
        return FittedPlan(plan=plan, answers=answers)
    options = PlanOptions(start=start, sex=sex, log=log)
    case = make_case(record or Record.of(analysis), options, answers=answers)
    return FittedPlan(plan=case.plan, answers=answers, analysis=analysis, case=case)


def next_monday(day: date) -> date:
    """Return the day itself if it is a Monday, else the next Monday."""
    return day + timedelta(days=-day.weekday() % 7)


def error_in_words(message: str) -> str:
    """Return the message of an error about an answer, with questions and options in words."""
    fields = answer_fields(load_library(current_language()))
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
    """Return the letterhead of whoever runs the app, and in words what is wrong with it."""
    language = current_language()
    try:
        return letterhead_of(load_letterhead(), day=today, language=language), ""
    except SettingsError as error:
        return letterhead_of(NO_DETAILS, day=today, language=language), error.message


def sheet_writer(
    fitted: FittedPlan,
    ending: str,
    *,
    blur_face: bool,
    phases: tuple[int, ...],
    letterhead: Letterhead,
) -> Callable[[], bytes]:
    """Return a function that writes the sheet, with the picture if there is a photo."""
    case, analysis = fitted.case, fitted.analysis
    # Read here: the file is written outside of the page's own run.
    language = current_language()

    def write() -> bytes:
        if case is None or analysis is None:
            sheet = make_plan_sheet(
                fitted.plan, phases=phases, letterhead=letterhead, language=language
            )
        else:
            options = OverlayOptions(blur_face=blur_face, show_legend=False, language=language)
            figure = encode_jpeg(draw_overlay(analysis, options=options))
            whole = replace(case, figure=figure)
            sheet = make_sheet(whole, phases=phases, letterhead=letterhead, language=language)
        return SHEETS[ending](sheet)

    return write


def calendar_file(fitted: FittedPlan, language: str = ENGLISH) -> bytes:
    """Return all sessions as a calendar in a language."""
    if fitted.case is not None:
        return FORMATS[".ics"](fitted.case, FIRST_PHASE, language)
    return plan_to_ics(fitted.plan, language=language).encode()


def plan_file(fitted: FittedPlan) -> bytes:
    """Return the plan, the answers and, if there is a photo, the screening as JSON."""
    if fitted.case is not None:
        return FORMATS[".json"](fitted.case, FIRST_PHASE, ENGLISH)
    table = {"answers": fitted.answers.to_dict(), "plan": fitted.plan.to_dict()}
    return (json.dumps(table, ensure_ascii=False, indent=2) + "\n").encode()


def choices(question: Question) -> dict[str, str]:
    """Return the answers to choose from, by id, in the words of the page."""
    if question.kind == "yes_no":
        return {name: say(f"answer_{name}") for name in ("yes", "no", "unsure")}
    if question.kind == "side":
        return {name: say(f"answer_{name}") for name in ("left", "right", "same", "unsure")}
    return {option.id: option.label for option in question.options}
