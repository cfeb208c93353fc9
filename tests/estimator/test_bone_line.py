"""A placed line as one more reading of the position: by hand, by simulation, at its limits."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.toy_estimator import TARGET_MEAN, TARGET_SD, toy_estimator

from posture.estimator.bone_line import Belief, BoneLine
from posture.estimator.change_error import ChangeErrorModel
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.file import read_estimator, write_estimator
from posture.estimator.model import LINE_TAKEN, Estimates
from posture.quantity import Quantity

BONES = BoneLine(intercept_deg=4.0, slope=0.6, sd_deg=4.0)
CHANGE = ChangeErrorModel(slope=1.0, between_session_sd=1.0, within_session_sd=2.0)

sds = st.floats(0.5, 10.0)
degrees = st.floats(-20.0, 40.0)


def line(value: float, sd: float) -> Quantity:
    return Quantity.known(value, sd, unit="deg", flags=("manual_points",))


def estimates(value: float | None, sd: float = 4.0) -> Estimates:
    position = (
        Quantity.absent("outside_calibration", unit="deg")
        if value is None
        else Quantity.known(value, sd, unit="deg")
    )
    plain = toy_estimator().estimate(np.full(len(FEATURE_NAMES), np.nan))
    return replace(plain, pelvic_tilt_deg=position)


def test_a_line_tells_of_the_position_through_the_bones() -> None:
    """(16 - 4) / 0.6 = 20, with an SD of hypot(4, 3) / 0.6."""
    found = BONES.position_of(Belief(mean=16.0, sd=3.0))
    assert (found.mean, found.sd) == pytest.approx((20.0, 5.0 / 0.6))


def test_two_readings_are_weighed_by_their_precision() -> None:
    """Positions 10 and 20 with SDs of 5 and 5: 15, with an SD of 5 / sqrt(2)."""
    bones = BoneLine(intercept_deg=0.0, slope=1.0, sd_deg=4.0)
    found = bones.updated(Belief(mean=10.0, sd=5.0), Belief(mean=20.0, sd=3.0))
    assert (found.mean, found.sd) == pytest.approx((15.0, 5.0 / math.sqrt(2)))


@given(mean=degrees, sd=sds, value=degrees, line_sd=sds)
def test_the_position_lies_between_its_readings_and_is_surer_than_each(
    mean: float, sd: float, value: float, line_sd: float
) -> None:
    reading = BONES.position_of(Belief(mean=value, sd=line_sd))
    found = BONES.updated(Belief(mean=mean, sd=sd), Belief(mean=value, sd=line_sd))
    low, high = sorted((mean, reading.mean))
    assert low - 1e-9 <= found.mean <= high + 1e-9
    assert found.sd < min(sd, reading.sd)
    assert 1 / found.sd**2 == pytest.approx(1 / sd**2 + 1 / reading.sd**2)


def test_a_hopeless_line_changes_nothing_and_a_perfect_one_decides() -> None:
    before = Belief(mean=10.0, sd=4.0)
    vague = BONES.updated(before, Belief(mean=30.0, sd=1e6))
    assert (vague.mean, vague.sd) == pytest.approx((10.0, 4.0), abs=1e-3)
    exact = BoneLine(intercept_deg=4.0, slope=0.6, sd_deg=0.0)
    sure = exact.updated(before, Belief(mean=16.0, sd=0.0))
    assert (sure.mean, sure.sd) == pytest.approx((20.0, 0.0))
    assert exact.updated(Belief(mean=20.0, sd=0.0), Belief(mean=16.0, sd=0.0)).mean == 20.0


def test_among_simulated_adults_the_updated_position_is_calibrated() -> None:
    """Adults drawn from the joint distribution: errors scatter as stated, and less than before."""
    draw, count = np.random.default_rng(4), 20_000
    position = draw.normal(9.0, 5.0, count)
    lines = 4.0 + 0.6 * position + draw.normal(0.0, 4.0, count) + draw.normal(0.0, 3.0, count)
    prior = Belief(mean=9.0, sd=5.0)
    found = [BONES.updated(prior, Belief(mean=value, sd=3.0)) for value in lines]
    errors = np.array([item.mean for item in found]) - position
    assert abs(errors.mean()) < 4 * 5.0 / math.sqrt(count)
    assert errors.std() == pytest.approx(found[0].sd, rel=0.03)
    assert found[0].sd < 5.0


@pytest.mark.parametrize(("slope", "sd"), [(0.0, 4.0), (-0.6, 4.0), (0.6, -1.0)])
def test_nonsense_is_refused(slope: float, sd: float) -> None:
    with pytest.raises(ValueError, match=r"slope|deviation"):
        BoneLine(intercept_deg=0.0, slope=slope, sd_deg=sd)


# --- in the estimator ----------------------------------------------------------------------


def test_the_estimator_adds_the_line_and_updates_the_position() -> None:
    before = estimates(10.0)
    found = toy_estimator().with_line(before, line(16.0, 3.0), CHANGE)
    expected = BONES.updated(Belief(mean=10.0, sd=4.0), Belief(mean=16.0, sd=3.0))
    assert found.asis_psis_deg == line(16.0, 3.0)
    assert found.pelvic_tilt_deg.value == pytest.approx(expected.mean)
    assert found.pelvic_tilt_deg.sd == pytest.approx(expected.sd)
    assert found.pelvic_tilt_deg.flags == (LINE_TAKEN,)
    assert found.outline_position_deg == before.pelvic_tilt_deg
    assert found.change.asis_psis_deg == CHANGE
    assert found.change.pelvic_tilt_deg == before.change.pelvic_tilt_deg
    assert found.lumbar_lordosis_deg == before.lumbar_lordosis_deg


def test_the_errors_of_position_and_arch_share_less_after_a_line() -> None:
    """Simulated errors: the outline's go together by 0.6, that of the line is its own."""
    before = replace(estimates(10.0), correlation=0.6)
    read = line(16.0, 3.0)
    found = toy_estimator().with_line(before, read, CHANGE)
    reading = BONES.position_of(Belief(mean=16.0, sd=3.0))
    draw, count = np.random.default_rng(5), 200_000
    outline, arch = draw.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], count).T
    weight = 4.0**2 / (4.0**2 + reading.sd**2)
    mixed = (1 - weight) * 4.0 * outline + weight * draw.normal(0.0, reading.sd, count)
    assert found.correlation == pytest.approx(np.corrcoef(mixed, arch)[0, 1], abs=0.01)
    assert found.correlation is not None
    assert found.correlation < 0.6


def test_where_the_outline_tells_nothing_the_line_is_read_against_adults() -> None:
    found = toy_estimator().with_line(estimates(None), line(22.0, 3.0), CHANGE)
    adults = Belief(mean=float(TARGET_MEAN[0]), sd=float(TARGET_SD[0]))
    expected = BONES.updated(adults, Belief(mean=22.0, sd=3.0))
    assert found.pelvic_tilt_deg.value == pytest.approx(expected.mean)
    assert found.pelvic_tilt_deg.sd == pytest.approx(expected.sd)


def test_a_line_that_says_too_little_leaves_the_position_absent() -> None:
    """In the middle of adults, with an interval that says no more than that one is an adult."""
    middle = 4.0 + 0.6 * float(TARGET_MEAN[0])
    found = toy_estimator().with_line(estimates(None), line(middle, 40.0), CHANGE)
    assert found.pelvic_tilt_deg.reason == "outside_calibration"
    assert found.asis_psis_deg.present


def test_an_estimator_without_the_joint_distribution_keeps_the_position() -> None:
    old = replace(toy_estimator(), bone_line=None)
    before = estimates(10.0)
    found = old.with_line(before, line(16.0, 3.0), CHANGE)
    assert found.asis_psis_deg.value == 16.0
    assert found.pelvic_tilt_deg == before.pelvic_tilt_deg
    assert found.outline_position_deg is None


def test_what_is_shown_leads_with_the_line_where_it_is_known() -> None:
    before = estimates(10.0)
    assert list(before.shown()) == ["pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct"]
    found = toy_estimator().with_line(before, line(16.0, 3.0), CHANGE)
    assert list(found.shown())[:2] == ["asis_psis_deg", "pelvic_tilt_deg"]
    again = Estimates.from_dict(found.to_dict())
    assert again.to_dict() == found.to_dict()
    assert again.pelvis == "asis_psis_deg"


@pytest.mark.parametrize("bones", [BONES, None])
def test_the_distribution_comes_back_from_the_file(tmp_path: Path, bones: BoneLine | None) -> None:
    path = tmp_path / "estimator.npz"
    write_estimator(replace(toy_estimator(), bone_line=bones), path)
    assert read_estimator(path).bone_line == bones
    assert ("bone_line" in np.load(path).files) == (bones is not None)
