"""Screening page: operating points by hand, reliability, and what the page says."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("calibration.data.table")

from support.screenings import person

from calibration.report.screening_cases import (
    Judged,
    Share,
    calibration_error,
    operating,
    reliability,
)
from calibration.report.screening_page import ScoredPhoto, called_likely, screening_page
from posture.screening.definition import definition
from posture.screening.grade import Screening


def case(
    probability: float | None, *, true: bool, kind: str = "free", pattern: str = "type_a"
) -> Judged:
    return Judged(
        pattern=pattern,
        true=true,
        probability=probability,
        sex="female",
        told=True,
        clothing="tight",
        kind=kind,
        good=True,
    )


CASES = [
    *(case(0.9, true=True) for _ in range(6)),
    *(case(0.1, true=True) for _ in range(4)),
    *(case(0.7, true=False) for _ in range(2)),
    *(case(0.05, true=False) for _ in range(17)),
    case(None, true=False),
]


def test_operating_points_are_counts() -> None:
    found = operating(CASES, 0.5)
    assert (found.sensitivity.hits, found.sensitivity.count) == (6, 10)
    assert (found.specificity.hits, found.specificity.count) == (18, 20)
    assert (found.positive.hits, found.positive.count) == (6, 8)
    assert (found.negative.hits, found.negative.count) == (18, 22)
    assert found.ratios == pytest.approx((0.6 / 0.1, 0.4 / 0.9))


def test_an_interval_holds_its_share_and_narrows() -> None:
    few, many = Share(hits=3, count=10), Share(hits=300, count=1000)
    for found in (few, many):
        assert found.interval[0] < found.value < found.interval[1]
    assert np.diff(many.interval) < np.diff(few.interval) / 5
    assert math.isnan(Share(hits=0, count=0).value)
    assert str(Share(hits=0, count=0)) == "–"


def test_reliability_compares_what_was_stated_with_what_is_true() -> None:
    perfect = [case(0.25, true=i < 25) for i in range(100)]
    assert calibration_error(perfect) == pytest.approx(0.0)
    off = [case(0.75, true=i < 25) for i in range(100)]
    assert calibration_error(off) == pytest.approx(0.5)
    ((stated, found),) = reliability(off)
    assert (stated, found.value) == (0.75, 0.25)


def test_only_ordinary_poses_count_as_called_likely_by_mistake() -> None:
    posed = [
        case(0.9, true=False, kind="lcs_a"),
        case(0.9, true=False, kind="neutral"),
        case(0.4, true=False, kind="flat_back"),
        case(0.9, true=True, kind="neutral"),
    ]
    assert called_likely(posed) == 0.5
    assert called_likely([]) == 0.0


def scored(score: float, found: Screening) -> ScoredPhoto:
    return ScoredPhoto(scores={"lcs": score, "sway": 10.0}, screening=found)


def test_the_page_holds_definition_numbers_and_scores() -> None:
    both = [*CASES, *(case(each.probability, true=each.true, pattern="type_b") for each in CASES)]
    photos = [scored(80.0, person(2.0, 2.0)), scored(10.0, person(0.0, 0.0))]
    page = screening_page(
        both, definition(), posed=CASES, estimator="toy", scored=photos, source="somewhere"
    )
    for words in definition().words.values():
        assert words in page
    assert "| 0.50 (likely) | 60 %" in page
    assert "| type A | 1 of 1 | 0 of 1 | 1.00 |" in page
    assert "{" not in page.replace("{\\", "")


def test_without_scored_photos_nothing_is_said_of_them() -> None:
    page = screening_page(CASES, definition(), estimator="toy")
    assert "Real photos" not in page


def test_the_diagram_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from calibration.report.screening_page import draw_reliability

    draw_reliability(CASES, tmp_path / "drawn.png")
    assert (tmp_path / "drawn.png").stat().st_size > 5_000
