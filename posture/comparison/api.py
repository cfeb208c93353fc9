"""Comparison of visits: real changes, means, time lines, outlines to draw.

>>> from posture.comparison.api import compare
>>> visits = [visit_data(visit) for visit in store.visits(client.id)]  # doctest: +SKIP
>>> comparison = compare(visits[0], visits[-1], history=visits)  # doctest: +SKIP
>>> comparison.changes["pelvic_tilt_deg"].verdict  # doctest: +SKIP

The mean of one visit's photos, which need not be stored:

>>> average(unsaved_visit(records))["pelvic_tilt_deg"].quantity  # doctest: +SKIP
"""

from __future__ import annotations

from posture.comparison.average import Average, average, merged, unsaved_visit
from posture.comparison.change import Change, Comparison, change_of, compare, mdc95, sem
from posture.comparison.differences import Difference
from posture.comparison.further_photo import FurtherPhoto, further_photo
from posture.comparison.measurement_error import Errors
from posture.comparison.outlines import AlignedOutline, aligned
from posture.comparison.sentences import (
    comparison_lines,
    say_change,
    say_further_photo,
    say_repeatability,
    say_sides,
)
from posture.comparison.sides import SideDifference, side_differences, visit_of_photos
from posture.comparison.timeline import TimePoint, timeline
from posture.comparison.visit_data import PhotoView, VisitData, quantities

__all__ = [
    "AlignedOutline",
    "Average",
    "Change",
    "Comparison",
    "Difference",
    "Errors",
    "FurtherPhoto",
    "PhotoView",
    "SideDifference",
    "TimePoint",
    "VisitData",
    "aligned",
    "average",
    "change_of",
    "compare",
    "comparison_lines",
    "further_photo",
    "mdc95",
    "merged",
    "quantities",
    "say_change",
    "say_further_photo",
    "say_repeatability",
    "say_sides",
    "sem",
    "side_differences",
    "timeline",
    "unsaved_visit",
    "visit_of_photos",
]
