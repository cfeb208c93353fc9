"""Screening grades by pose: every photo counts once, shares add up, false positives are counted."""

from __future__ import annotations

import pytest

pytest.importorskip("calibration.data.table")

from calibration.report.screening_table import (
    COLUMNS,
    KINDS,
    Graded,
    column_of,
    false_positive_rate,
    markdown,
    shows_type_a,
)
from posture.screening.grade import Screening


def test_columns_name_grade_and_pattern() -> None:
    for grade, pattern in (("possible", "type_b"), ("undetermined", None)):
        screening = Screening(
            grade=grade, pattern=pattern, probability=None, evidence=(), missing=()
        )
        assert column_of(screening) in COLUMNS


def test_each_row_counts_its_photos() -> None:
    graded = [
        Graded(kind="lcs_a", shows_a=True, column="possible type_a"),
        Graded(kind="lcs_a", shows_a=True, column="undetermined"),
        Graded(kind="neutral", shows_a=False, column="not_suggested"),
    ]
    table = markdown(graded)
    assert f"| {KINDS['lcs_a']} | 2 | 0 % | 50 % | 50 % | 0 % | 0 % |" in table
    assert f"| {KINDS['neutral']} | 1 | 100 % | 0 % | 0 % | 0 % | 0 % |" in table
    assert "flat back" not in table


def test_only_negative_poses_count_as_false_positives() -> None:
    graded = [
        Graded(kind="lcs_a", shows_a=True, column="possible type_a"),
        Graded(kind="neutral", shows_a=False, column="possible type_b"),
        Graded(kind="flat_back", shows_a=False, column="not_suggested"),
        Graded(kind="posterior_tilt", shows_a=False, column="refused"),
    ]
    assert false_positive_rate(graded) == 0.5
    assert false_positive_rate([]) == 0.0


def test_type_a_needs_both_true_signs() -> None:
    assert shows_type_a({"lumbar_lordosis_deg": 60.0, "pelvic_tilt_deg": 30.0})
    assert not shows_type_a({"lumbar_lordosis_deg": 60.0, "pelvic_tilt_deg": 5.0})
    assert not shows_type_a({"lumbar_lordosis_deg": 20.0, "pelvic_tilt_deg": 30.0})
