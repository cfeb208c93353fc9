"""The probability of a corner: against closed forms, against sampling, and its properties."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.screening.posterior import (
    Corner,
    Joint,
    Logistic,
    from_log_odds,
    log_odds,
    with_odds,
)

QUADRANT = Corner(low_x=0.0, low_y=0.0)


@given(st.floats(-0.95, 0.95))
def test_a_quadrant_is_that_of_sheppard(correlation: float) -> None:
    found = Joint(x=(0.0, 1.0), y=(0.0, 1.0), correlation=correlation).within(QUADRANT)
    assert found == pytest.approx(0.25 + math.asin(correlation) / (2 * math.pi), abs=1e-4)


@given(st.floats(-3, 3), st.floats(0.05, 3), st.floats(-3, 3), st.floats(-0.95, 0.95))
def test_a_half_plane_is_that_of_one_value(
    mean: float, sd: float, limit: float, correlation: float
) -> None:
    joint = Joint(x=(mean, sd), y=(0.3, 0.7), correlation=correlation)
    expected = 0.5 * math.erfc((limit - mean) / (sd * math.sqrt(2)))
    assert joint.within(Corner(low_x=limit)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.7])
@pytest.mark.parametrize("low_sum", [-1.0, 0.9, 2.5])
def test_a_cut_corner_is_the_share_of_drawn_points(correlation: float, low_sum: float) -> None:
    joint = Joint(x=(0.4, 0.9), y=(0.1, 0.6), correlation=correlation)
    covariance = [[0.81, correlation * 0.54], [correlation * 0.54, 0.36]]
    x, y = np.random.default_rng(3).multivariate_normal([0.4, 0.1], covariance, 400_000).T
    corner = Corner(low_x=0.25, low_y=0.25, low_sum=low_sum)
    share = np.mean((x >= 0.25) & (y >= 0.25) & (x + y >= low_sum))
    assert joint.within(corner) == pytest.approx(share, abs=3e-3)


def test_something_else_that_must_hold_multiplies() -> None:
    joint = Joint(x=(0.0, 1.0), y=(0.0, 1.0))
    half = joint.within(QUADRANT, also=lambda x: np.full(len(x), 0.5))
    assert half == pytest.approx(joint.within(QUADRANT) / 2)


def test_the_spread_of_the_sum() -> None:
    assert Joint(x=(0, 3.0), y=(0, 4.0)).sum_sd() == pytest.approx(5.0)
    assert Joint(x=(0, 3.0), y=(0, 4.0), correlation=1.0).sum_sd() == pytest.approx(7.0)


@given(st.floats(0.01, 0.99), st.floats(0.01, 100))
def test_odds_multiply(probability: float, ratio: float) -> None:
    found = with_odds(probability, ratio)
    assert log_odds(found) == pytest.approx(log_odds(probability) + math.log(ratio), abs=1e-6)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3), st.floats(-3, 3))
def test_the_map_never_changes_the_order(a: float, b: float, slope: float, offset: float) -> None:
    mapped = Logistic(offset=offset, slope=slope)
    low, high = sorted((a, b))
    assert mapped(low) <= mapped(high)


def test_a_map_that_turns_the_order_round_is_refused() -> None:
    with pytest.raises(ValueError, match="more stays more"):
        Logistic(offset=0.0, slope=-1.0)


def test_extreme_log_odds_stay_probabilities() -> None:
    assert from_log_odds(-1e4) == 0.0
    assert from_log_odds(1e4) == 1.0


def test_it_takes_less_than_two_milliseconds() -> None:
    joint = Joint(x=(0.5, 0.6), y=(0.4, 0.7), correlation=0.3)
    corner = Corner(low_x=0.25, low_y=0.25, low_sum=1.5)
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        joint.within(corner)
        times.append(time.perf_counter() - begun)
    assert min(times) < 2e-3
