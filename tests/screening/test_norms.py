"""Percentiles and verdicts against the normal distribution and the rule of the whole interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.norms import Standing, standing, standings

NORM = (10.0, 5.0)
BAND = (3.592, 16.408)


def place(value: float, half: float) -> Standing:
    quantity = Quantity(value=value, unit="deg", low=value - half, high=value + half)
    found = standing(quantity, NORM, group="adults", source="a table")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [
        (10.0, 6.0, "within"),
        (25.0, 8.0, "above"),
        (25.0, 9.0, "cannot_tell"),
        (-6.0, 9.0, "below"),
        (-6.0, 9.7, "cannot_tell"),
        (10.0, 30.0, "cannot_tell"),
    ],
)
def test_a_verdict_needs_the_whole_interval(value: float, half: float, verdict: str) -> None:
    assert place(value, half).verdict == verdict


def test_percentiles_are_those_of_the_normal_distribution() -> None:
    found = place(15.0, 5.0)
    assert found.percentile == pytest.approx(84.134, abs=1e-3)
    assert found.percentile_low == pytest.approx(50.0)
    assert found.percentile_high == pytest.approx(97.725, abs=1e-3)
    assert (found.band_low, found.band_high) == pytest.approx(BAND, abs=1e-3)


@given(st.floats(-40, 60), st.floats(0, 30), st.floats(0, 30))
def test_a_wider_interval_never_says_more(value: float, half: float, more: float) -> None:
    narrow, wide = place(value, half), place(value, half + more)
    assert wide.verdict in (narrow.verdict, "cannot_tell")
    assert wide.percentile_low <= narrow.percentile <= wide.percentile_high


def test_nothing_is_said_of_what_is_absent_and_sex_chooses_the_arch() -> None:
    arch = Quantity(value=42.0, unit="deg", low=40.0, high=44.0)
    nothing = Quantity.absent("back_covered", unit="deg")
    estimates = Estimates(
        pelvic_tilt_deg=nothing,
        lumbar_lordosis_deg=arch,
        lumbar_depth_pct=Quantity.absent("back_covered", unit="%trunk"),
    )
    women, men = (standings(estimates, sex=sex) for sex in ("female", "male"))
    assert women["pelvic_tilt_deg"] is None
    assert women["lumbar_lordosis_deg"] is not None
    assert men["lumbar_lordosis_deg"] is not None
    assert women["lumbar_lordosis_deg"].percentile == pytest.approx(50.0)
    assert men["lumbar_lordosis_deg"].percentile > 80
    assert "women" in women["lumbar_lordosis_deg"].group
