"""Left and right side of one visit: who is compared, and from which difference on it is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.records import make_record

from posture.analysis.record import Record
from posture.comparison.api import VisitData, mdc95, say_sides, side_differences
from posture.comparison.measurement_error import Errors
from posture.comparison.visit_data import PhotoView
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors

MODEL = ChangeErrorModel(slope=0.8, between_session_sd=1.0, within_session_sd=1.5)
ERRORS = Errors(
    slope=0.8,
    between_session_sd=1.0,
    within_session_sd=1.5,
    between_source="estimator",
    within_source="estimator",
)
DETECTABLE = 0.8 * mdc95(ERRORS, 1, 1)


def record(tilt: float | None) -> Record:
    made = make_record(tilt=tilt, lordosis=None)
    change = ChangeErrors(pelvic_tilt_deg=MODEL)
    return replace(made, estimates=replace(made.estimates, change=change))


def visit(*photos: tuple[str, float | None]) -> VisitData:
    return VisitData(
        key="today",
        day=date(2026, 1, 5),
        records=tuple(record(tilt) for _, tilt in photos),
        views=tuple(PhotoView(facing=side, yaw_deg=0.0, roll_deg=0.0) for side, _ in photos),
    )


@pytest.mark.parametrize("apart", [0.9, 1.1, -1.1])
def test_a_difference_is_one_from_the_smallest_detectable_on(apart: float) -> None:
    real = abs(apart) > 1.0
    (found,) = side_differences(visit(("left", 10.0), ("right", 10.0 + apart * DETECTABLE)))
    assert found.left == 10.0
    assert found.detectable == pytest.approx(DETECTABLE)
    assert found.size == pytest.approx(abs(apart) * DETECTABLE)
    assert found.is_real == real
    assert ("more than" in say_sides(found)) == real


def test_more_photos_of_each_side_tell_smaller_differences() -> None:
    (once,) = side_differences(visit(("left", 10.0), ("right", 12.0)))
    (twice,) = side_differences(visit(*[("left", 10.0), ("right", 12.0)] * 2))
    assert (twice.left, twice.right) == (10.0, 12.0)
    assert twice.detectable < once.detectable


def test_sides_are_those_that_were_seen_in_any_order() -> None:
    (found,) = side_differences(visit(("right", 14.0), ("left", 9.0), ("right", 12.0)))
    assert (found.left, found.right) == (9.0, 13.0)


@pytest.mark.parametrize(
    "photos",
    [
        [("left", 10.0)],
        [("left", 10.0), ("left", 15.0)],
        [("left", 10.0), ("right", None)],
    ],
)
def test_nothing_is_said_without_both_sides(photos: list[tuple[str, float | None]]) -> None:
    assert side_differences(visit(*photos)) == ()


def test_photos_of_different_versions_are_not_compared() -> None:
    both = visit(("left", 10.0), ("right", 30.0))
    old = replace(both.records[1], provenance=replace(both.records[1].provenance, algorithm=1))
    assert side_differences(replace(both, records=(both.records[0], old))) == ()
