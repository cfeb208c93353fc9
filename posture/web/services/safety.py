"""Safety: what the answers say about training at all, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from posture.case.case import plan_without_photo
from posture.program import (
    Answers,
    AnswersError,
    Plan,
    find_notices,
    load_library,
    parse_answers,
    unanswered_safety,
)
from posture.program.answers import AnswerValue
from posture.program.model import Question
from posture.program.plan import Notice

SECTION = "safety"
CONDITIONS = "about.conditions"
TELLING = (f"{SECTION}.", "health.", "about.age", CONDITIONS, "signs.hips_lock")
"""Beginnings of the paths of all answers that bear on safety."""


def groups() -> tuple[Question, ...]:
    """Return the grouped questions."""
    return load_library().sections[SECTION].questions


def path_of(group: Question) -> str:
    """Return the path of the answer to a grouped question."""
    return f"{SECTION}.{group.id}"


def safety_answers(raw: Mapping[str, AnswerValue]) -> Answers:
    """Return those answers that bear on safety; a contradiction elsewhere does not hide them."""
    telling = {path: value for path, value in raw.items() if path.startswith(TELLING)}
    try:
        return parse_answers(telling)
    except AnswersError:
        return parse_answers({path: telling[path] for path in telling if path != CONDITIONS})


def settled(raw: Mapping[str, AnswerValue]) -> bool:
    """Return whether every safety question has an answer, grouped or one by one."""
    return not unanswered_safety(safety_answers(raw))


def stop_of(raw: Mapping[str, AnswerValue]) -> Plan | None:
    """Return the plan that holds no exercises but the reason why, if the answers lead to that."""
    answers = safety_answers(raw)
    if all(notice.urgency == "check_first" for notice in find_notices(answers)):
        return None
    return plan_without_photo(answers, start=date.today())


def notice_of(group: Question) -> Notice:
    """Return what a "yes" to a grouped question means."""
    return find_notices(parse_answers({path_of(group): "yes"}))[0]
