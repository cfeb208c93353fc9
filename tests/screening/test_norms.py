"""One band for what is common among adults, and one rule for where a value lies."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.report.texts import TEXTS
from posture.screening.definition import definition
from posture.screening.norms import (
    LIKELY,
    NORMS,
    SURE,
    Norm,
    NormComparison,
    compare_estimates,
    compare_with_norm,
    norm_of,
    position_in,
)
from posture.web.texts import TEXTS as WEB_TEXTS

NORM = Norm(mean=10.0, sd=5.0, group="adults", source="a table")
BAND = (3.592, 16.408)
COMMON = (2.0, 16.0)
ORDER = ["low", "edge_low", "common", "edge_high", "high"]
NOTHING = Quantity.absent("back_covered", unit="deg")


def known(value: float, sd: float) -> Quantity:
    return Quantity.known(value, sd, unit="deg")


def compared(value: float, half: float) -> NormComparison:
    quantity = Quantity(value=value, unit="deg", low=value - half, high=value + half)
    found = compare_with_norm(quantity, NORM)
    assert found is not None
    return found


# --- norms ---------------------------------------------------------------------------------


def test_percentiles_and_band_are_those_of_the_normal_distribution() -> None:
    found = compared(15.0, 5.0)
    assert found.percentile == pytest.approx(84.134, abs=1e-3)
    assert found.percentile_low == pytest.approx(50.0)
    assert found.percentile_high == pytest.approx(97.725, abs=1e-3)
    assert NORM.band == pytest.approx(BAND, abs=1e-3)
    assert (found.to_dict()["band_low"], found.to_dict()["band_high"]) == (3.6, 16.4)


@pytest.mark.parametrize(
    ("name", "part"), [("pelvic_tilt_deg", "position"), ("lumbar_lordosis_deg", "arch")]
)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_norms_are_the_spread_of_the_definitions_adults(name: str, part: str, sex: str) -> None:
    """One place for what is common among adults and for what is screened for."""
    norm, spread = norm_of(name, sex), getattr(definition().groups[sex], part)
    assert norm is not None
    assert (norm.mean, norm.sd) == pytest.approx((spread.mean, spread.sd), abs=0.051)
    assert [norm.percentile(end) for end in norm.band] == pytest.approx([10.0, 90.0])


@pytest.mark.parametrize("name", ["pelvic_tilt_deg", "lumbar_lordosis_deg"])
def test_without_a_sex_both_are_pooled(name: str) -> None:
    women, men, both = (norm_of(name, sex) for sex in ("female", "male", None))
    assert women is not None
    assert men is not None
    assert both is not None
    assert both.mean == pytest.approx((women.mean + men.mean) / 2, abs=0.1)
    assert both.sd >= min(women.sd, men.sd)


def test_depth_has_no_norm_and_nothing_is_said_of_what_is_absent() -> None:
    assert norm_of("lumbar_depth_pct", None) is None
    assert compare_with_norm(NOTHING, NORM) is None
    assert position_in(COMMON, NOTHING) is None


def test_sex_chooses_the_norm_of_the_arch() -> None:
    estimates = Estimates(
        pelvic_tilt_deg=NOTHING,
        lumbar_lordosis_deg=Quantity.known(
            NORMS["lumbar_lordosis_deg"]["female"].mean, 1.2, unit="deg"
        ),
        lumbar_depth_pct=Quantity.absent("back_covered", unit="%trunk"),
    )
    women, men = (compare_estimates(estimates, sex=sex) for sex in ("female", "male"))
    assert women.keys() == NORMS.keys()
    assert women["pelvic_tilt_deg"] is None
    assert women["lumbar_lordosis_deg"] is not None
    assert men["lumbar_lordosis_deg"] is not None
    assert women["lumbar_lordosis_deg"].percentile == pytest.approx(50.0)
    assert men["lumbar_lordosis_deg"].percentile > 80
    assert "women" in women["lumbar_lordosis_deg"].group


# --- where a value lies --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "sd", "position"),
    [
        (9.0, 1.0, "common"),
        (30.0, 1.0, "high"),
        (-20.0, 1.0, "low"),
        (17.0, 3.0, "edge_high"),
        (1.0, 3.0, "edge_low"),
        (12.0, 6.0, "perhaps"),
        (9.0, 30.0, "open"),
        (16.0, 0.0, "common"),
    ],
)
def test_positions(value: float, sd: float, position: str) -> None:
    assert position_in(COMMON, known(value, sd)) == position


@given(st.floats(-40, 60), st.floats(0.5, 20), st.floats(0, 20))
def test_a_higher_value_never_lies_lower(value: float, sd: float, more: float) -> None:
    found = [position_in(COMMON, known(at, sd)) for at in (value, value + more)]
    ranks = [ORDER.index(position) for position in found if position in ORDER]
    assert ranks == sorted(ranks)


@given(st.floats(-40, 60), st.floats(0.5, 20))
def test_a_mirrored_scale_gives_the_mirrored_position(value: float, sd: float) -> None:
    position = position_in(COMMON, known(value, sd))
    other = position_in((-COMMON[1], -COMMON[0]), known(-value, sd))
    swap = {"high": "low", "low": "high", "edge_high": "edge_low", "edge_low": "edge_high"}
    assert other == swap.get(str(position), position)


def test_page_and_sheet_have_words_for_every_position() -> None:
    assert math.isclose(LIKELY, 0.5)
    assert LIKELY < SURE < 1
    for position in (*ORDER, "perhaps", "open"):
        for name in ("tilt", "lordosis"):
            assert f"{name}_{position}" in TEXTS
            assert f"{name}_{position}" in WEB_TEXTS


# --- the verdict ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [
        (10.0, 6.0, "within"),
        (10.0, 9.0, "within"),
        (25.0, 9.0, "above"),
        (25.0, 22.0, "cannot_tell"),
        (-6.0, 9.7, "below"),
        (-6.0, 24.0, "cannot_tell"),
        (10.0, 30.0, "cannot_tell"),
        (16.4, 3.0, "cannot_tell"),
    ],
)
def test_a_verdict_needs_three_to_one(value: float, half: float, verdict: str) -> None:
    assert compared(value, half).verdict == verdict


@given(st.floats(-40, 60), st.floats(0, 30), st.floats(0, 30))
def test_a_wider_interval_never_says_more(value: float, half: float, more: float) -> None:
    narrow, wide = compared(value, half), compared(value, half + more)
    assert wide.verdict in (narrow.verdict, "cannot_tell")
    assert wide.percentile_low <= narrow.percentile <= wide.percentile_high


@given(st.floats(0.1, 20))
def test_a_value_that_rises_goes_from_below_to_above(sd: float) -> None:
    """With "cannot tell" in between, and none of the three twice."""
    found = [compared(value, 1.645 * sd).verdict for value in range(-60, 81)]
    told = [verdict for verdict in found if verdict != "cannot_tell"]
    changes = [told[0], *(after for before, after in pairwise(told) if after != before)]
    assert changes in (["below", "within", "above"], ["below", "above"])
