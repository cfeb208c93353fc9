"""Printed sheet: one content, as HTML and as PDF."""

from __future__ import annotations

from posture.case.case import Case, PlanOptions, make_case, plan_without_photo, verdict
from posture.report.content import Sheet
from posture.report.sheet import make_sheet

__all__ = [
    "Case",
    "PlanOptions",
    "Sheet",
    "make_case",
    "make_sheet",
    "plan_without_photo",
    "verdict",
]
