"""Starter plan: the first programme for a finding, before any questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.program import PlanRequest, build_plan, dose_to_text, load_library
from posture.program.plan import PlanItem
from posture.screening.grade import Screening

EPOCH: Final = date(2001, 1, 1)
"""Any Monday: a starter plan shows no dates, so that one photo always gives one result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterItem:
    """One exercise of a starter plan."""

    exercise: str
    name: str
    type: str
    dose: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterPlan:
    """First session, daily block and habits for a finding."""

    serves: str
    headline: str
    session: tuple[StarterItem, ...]
    daily: tuple[StarterItem, ...]
    habits: tuple[StarterItem, ...]
    next_step: str


NEXT_STEP: Final = (
    "This is a first set for everyone with this finding. Answer the questionnaire to fit it to "
    "you, and see a clinician first if you have pain, numbness or a recent injury."
)


def starter_plan(screening: Screening) -> StarterPlan:
    """Return the first session, daily block and habits for a screening.

    The set is balanced by construction: every session and every daily block of a plan pairs
    stretching with strengthening.
    """
    plan = build_plan(plan_request(screening, start=EPOCH))
    return StarterPlan(
        serves=plan.serves,
        headline=plan.headline,
        session=tuple(map(_item, plan.sessions[0].items)),
        daily=tuple(map(_item, plan.phases[0].daily)),
        habits=tuple(map(_item, plan.habits)),
        next_step=NEXT_STEP,
    )


def plan_request(screening: Screening, *, start: date) -> PlanRequest:
    """Return the plan request that a screening alone leads to."""
    known = set(load_library().rules.photo_signs)
    return PlanRequest(
        start=start,
        pattern=screening.pattern,
        grade=screening.grade,
        signs=screening.signs & known,
    )


def _item(item: PlanItem) -> StarterItem:
    exercise = load_library().exercises[item.exercise_id]
    return StarterItem(
        exercise=item.exercise_id,
        name=exercise.name,
        type=exercise.type,
        dose=dose_to_text(item.dose),
        reason=item.reason,
    )
