"""Starter plan: the first programme for a finding, before any questionnaire."""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict

from posture.program import PlanRequest, build_plan, dose_to_text, load_library
from posture.program.plan import PlanItem
from posture.screening.grade import Screening

EPOCH: Final = date(2001, 1, 1)
"""Any Monday: a starter plan shows no dates, so that one photo always gives one result."""


class StarterItemDict(TypedDict):
    """One exercise of a starter plan."""

    exercise: str
    name: str
    type: str
    dose: str
    reason: str


class StarterDict(TypedDict):
    """JSON form of a starter plan."""

    serves: str
    headline: str
    session: list[StarterItemDict]
    daily: list[StarterItemDict]
    habits: list[StarterItemDict]
    next_step: str


NEXT_STEP: Final = (
    "This is a first set for everyone with this finding. Answer the questionnaire to fit it to "
    "you, and see a clinician first if you have pain, numbness or a recent injury."
)


def starter_plan(screening: Screening) -> StarterDict:
    """Return the first session, daily block and habits for a screening.

    The set is balanced by construction: every session and every daily block of a plan pairs
    stretching with strengthening.
    """
    plan = build_plan(plan_request(screening, start=EPOCH))
    return {
        "serves": plan.serves,
        "headline": plan.headline,
        "session": [_item(item) for item in plan.sessions[0].items],
        "daily": [_item(item) for item in plan.phases[0].daily],
        "habits": [_item(item) for item in plan.habits],
        "next_step": NEXT_STEP,
    }


def plan_request(screening: Screening, *, start: date) -> PlanRequest:
    """Return the plan request that a screening alone leads to."""
    known = set(load_library().rules.photo_signs)
    return PlanRequest(
        start=start,
        pattern=screening.pattern,
        grade=screening.grade,
        signs=screening.signs & known,
    )


def _item(item: PlanItem) -> StarterItemDict:
    exercise = load_library().exercises[item.exercise_id]
    return {
        "exercise": item.exercise_id,
        "name": exercise.name,
        "type": exercise.type,
        "dose": dose_to_text(item.dose),
        "reason": item.reason,
    }
