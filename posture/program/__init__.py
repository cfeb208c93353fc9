"""Training programme for a finding: library, questionnaire, plan and its renderings.

The first call of ``load_library`` reads the data files; importing this package reads none.
"""

from __future__ import annotations

from posture.program.answers import Answers, answer_fields, parse_answers, read_answers
from posture.program.asymmetry import find_asymmetry, find_tightness
from posture.program.builder import build_plan
from posture.program.checks import check_library
from posture.program.errors import (
    AnswersError,
    PlanFormatError,
    PlanRequestError,
    ProgramDataError,
)
from posture.program.library import Library, load_library, read_library
from posture.program.log import PlanLog
from posture.program.model import Dose, Exercise, Muscle, Question, RedFlag, Source, TrainerTest
from posture.program.plan import Plan, PlanItem, PlanRequest, Session
from posture.program.red_flags import find_notices, unanswered_safety
from posture.program.render_ics import plan_to_ics
from posture.program.render_text import dose_to_text, exercise_to_text, item_dose, plan_to_text
from posture.program.suitability import conditions_of, suitable_tests
from posture.program.support import (
    SupportingSign,
    entered_tests,
    open_signs,
    supporting_signs,
)

__all__ = [
    "Answers",
    "AnswersError",
    "Dose",
    "Exercise",
    "Library",
    "Muscle",
    "Plan",
    "PlanFormatError",
    "PlanItem",
    "PlanLog",
    "PlanRequest",
    "PlanRequestError",
    "ProgramDataError",
    "Question",
    "RedFlag",
    "Session",
    "Source",
    "SupportingSign",
    "TrainerTest",
    "answer_fields",
    "build_plan",
    "check_library",
    "conditions_of",
    "dose_to_text",
    "entered_tests",
    "exercise_to_text",
    "find_asymmetry",
    "find_notices",
    "find_tightness",
    "item_dose",
    "load_library",
    "open_signs",
    "parse_answers",
    "plan_to_ics",
    "plan_to_text",
    "read_answers",
    "read_library",
    "suitable_tests",
    "supporting_signs",
    "unanswered_safety",
]
