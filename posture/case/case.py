"""Case: one photo with its answers, the grade of both, and the plan that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posture.analysis.record import Record
from posture.case.outlook import Outlook, find_outlook
from posture.case.texts import say
from posture.case.weigh import Weighed, weigh
from posture.case.words import case_lines
from posture.codec import Table, encode, encode_record
from posture.program import Answers, Plan, PlanLog, PlanRequest, build_plan, load_library
from posture.program.builder import NO_LOG
from posture.program.model import Level
from posture.types import Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """Options of a plan; what is left out comes from the answers, or has its default.

    Parameters
    ----------
    start : date
        Day of the first session.
    minutes : int, optional
        Minutes for one session.
    equipment : frozenset of str, optional
    level : {"beginner", "intermediate", "advanced"}, optional
    sex : {"female", "male"}, optional
        Chooses the norms.
    log : PlanLog
        What was done of the plan so far, and how it was.
    """

    start: date
    minutes: int | None = None
    equipment: frozenset[str] | None = None
    level: Level | None = None
    sex: Sex | None = None
    log: PlanLog = NO_LOG


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One photo with its answers, the grade of both, and the plan that follows.

    Parameters
    ----------
    record : Record
    answers : Answers
    weighed : Weighed
        The screening of the photo alone, and in the light of the answers.
    outlook : tuple of Outlook
        What each open test would change, where it can change the grade.
    plan : Plan
    sex : {"female", "male"} or None
    figure : bytes or None
        The overlay as JPEG; ``None`` without a photo to draw on.
    """

    record: Record
    answers: Answers
    weighed: Weighed
    outlook: tuple[Outlook, ...]
    plan: Plan
    sex: Sex | None = None
    figure: bytes | None = None

    def to_dict(self) -> Table:
        """Return the JSON form: screening, outlook and plan, but not the photo.

        When help is needed today the file holds that message and no value of the screening.
        """
        if self.plan.urgent:
            return {
                "photo": self.record.photo,
                "answers": self.answers.to_dict(),
                "plan": self.plan.to_dict(),
                "provenance": self.record.provenance.to_dict(),
            }
        weighed = encode_record(self.weighed)
        return {
            "photo": self.record.photo,
            "photo_grade": self.weighed.photo.grade,
            "screening": weighed["screening"],
            "weights": weighed["weights"],
            "outlook": encode(self.outlook),
            "answers": self.answers.to_dict(),
            "plan": self.plan.to_dict(),
            "provenance": self.record.provenance.to_dict(),
        }


NO_ANSWERS: Final = Answers()


def make_case(
    record: Record,
    options: PlanOptions,
    *,
    answers: Answers = NO_ANSWERS,
    figure: bytes | None = None,
) -> Case:
    """Weigh photo and answers, and build the plan that follows.

    Parameters
    ----------
    record : Record
        Results of the photo.
    options : PlanOptions
    answers : Answers
        Questionnaire and trainer's tests.
    figure : bytes, optional
        The overlay as JPEG.

    Returns
    -------
    Case

    Raises
    ------
    PlanRequestError
        If an option is unknown or out of range.
    """
    told = options.sex or record.provenance.sex
    weighed = weigh(record.screening, answers)
    screening = weighed.screening
    known = frozenset(load_library().rules.photo_signs)
    request = PlanRequest.from_answers(
        answers,
        start=options.start,
        pattern=screening.pattern,
        grade=screening.grade,
        signs=screening.signs & known,
        muscle_pattern=screening.muscle_pattern,
        minutes=options.minutes,
        equipment=options.equipment,
        level=options.level,
    )
    return Case(
        record=record,
        answers=answers,
        weighed=weighed,
        outlook=find_outlook(record.screening, answers),
        plan=build_plan(request, options.log),
        sex=told,
        figure=figure,
    )


def plan_without_photo(answers: Answers, *, start: date, log: PlanLog = NO_LOG) -> Plan:
    """Return the plan that answers alone lead to.

    Answers alone never suggest a pattern: without a photo the plan is for upkeep.
    """
    plan = build_plan(PlanRequest.from_answers(answers, start=start, grade="undetermined"), log)
    if plan.outcome != "programme":
        return plan
    return replace(plan, headline=say("plan_headline"))


def verdict(case: Case) -> tuple[str, ...]:
    """State the grade of a case, where it comes from and what comes next, sentence by sentence."""
    return case_lines(case.weighed, case.record, case.answers, sex=case.sex)
