"""From a finding to a training programme."""

from __future__ import annotations

from posture.program.answers import Answers, parse_answers, read_answers
from posture.program.builder import build_plan
from posture.program.library import Library, load_library
from posture.program.plan import Plan, PlanRequest

__all__ = [
    "Answers",
    "Library",
    "Plan",
    "PlanRequest",
    "build_plan",
    "load_library",
    "parse_answers",
    "read_answers",
]
