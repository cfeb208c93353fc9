"""Visits against each other: is a change real? Averages, time lines and outlines to draw.

>>> from posture.comparison.api import VisitData, compare
>>> sessions = [visit_data(visit) for visit in store.visits(client.id)]  # doctest: +SKIP
>>> comparison = compare(sessions[0], sessions[-1], history=sessions)  # doctest: +SKIP
>>> comparison.changes["pelvic_tilt_deg"].verdict  # doctest: +SKIP

The mean of one visit's photos, also of photos that were never stored:

>>> average(unsaved_visit(records))["pelvic_tilt_deg"].quantity  # doctest: +SKIP
"""

from __future__ import annotations

from posture.comparison.average import Average, average, merged, unsaved_visit
from posture.comparison.change import change_of, compare, mdc95, sem
from posture.comparison.model import (
    Change,
    Comparison,
    Difference,
    Errors,
    Seen,
    VisitData,
    quantities,
)
from posture.comparison.outlines import AlignedOutline, aligned
from posture.comparison.sentences import say_change, say_repeatability
from posture.comparison.timeline import TimePoint, timeline

__all__ = [
    "AlignedOutline",
    "Average",
    "Change",
    "Comparison",
    "Difference",
    "Errors",
    "Seen",
    "TimePoint",
    "VisitData",
    "aligned",
    "average",
    "change_of",
    "compare",
    "mdc95",
    "merged",
    "quantities",
    "say_change",
    "say_repeatability",
    "sem",
    "timeline",
    "unsaved_visit",
]
