"""Outlines carried across what covers them: smooth curves come back, seen points stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paper_doll import Doll

from posture.geometry.gaps import bridge, longest_gap

LEVELS = np.linspace(1.0, -0.3, 209)


@pytest.mark.parametrize(
    ("seen", "longest"),
    [
        ("", 0),
        ("1", 0),
        ("0", 1),
        ("111", 0),
        ("000", 3),
        ("1011", 1),
        ("0011", 2),
        ("1100", 2),
        ("10010001", 3),
    ],
)
def test_longest_gap(seen: str, longest: int) -> None:
    assert longest_gap(np.array([mark == "1" for mark in seen], dtype=bool)) == longest


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_longest_gap_is_the_longest_run_of_hidden_points(seen: list[bool]) -> None:
    runs = "".join("1" if mark else "0" for mark in seen).split("1")
    assert longest_gap(np.array(seen)) == max(map(len, runs))


@pytest.mark.parametrize("slope", [-2.0, 0.0, 0.3])
@pytest.mark.parametrize(("first", "last"), [(50, 51), (50, 60), (20, 90)])
def test_a_straight_line_comes_back_exactly(slope: float, first: int, last: int) -> None:
    x = slope * LEVELS + 0.4
    seen = np.ones(len(LEVELS), dtype=bool)
    seen[first:last] = False
    hidden = np.where(seen, x, 99.0)
    assert bridge(LEVELS, hidden, seen) == pytest.approx(x, abs=1e-12)


@given(first=st.integers(15, 150), length=st.integers(1, 35), seed=st.integers(0, 99))
def test_seen_points_stay_and_hidden_ones_do_not_matter(first: int, length: int, seed: int) -> None:
    x = Doll().back(LEVELS)
    seen = np.ones(len(LEVELS), dtype=bool)
    seen[first : first + length] = False
    junk = np.where(seen, x, np.random.default_rng(seed).normal(size=len(x)))
    filled = bridge(LEVELS, junk, seen)
    assert np.array_equal(filled[seen], x[seen])
    assert np.array_equal(filled, bridge(LEVELS, np.where(seen, x, np.nan), seen))


@pytest.mark.parametrize("middle", [0.85, 0.6, 0.3, 0.1, -0.1])
def test_a_tenth_of_a_back_is_bridged_to_a_hundredth(middle: float) -> None:
    x = Doll().back(LEVELS)
    seen = np.abs(LEVELS - middle) > 0.05
    assert bridge(LEVELS, x, seen) == pytest.approx(x, abs=0.01)


def test_two_gaps_are_bridged_each_for_itself() -> None:
    x = Doll().back(LEVELS)
    upper, lower = np.abs(LEVELS - 0.8) > 0.04, np.abs(LEVELS - 0.3) > 0.04
    both = bridge(LEVELS, x, upper & lower)
    assert both == pytest.approx(
        np.where(LEVELS > 0.55, bridge(LEVELS, x, upper), bridge(LEVELS, x, lower))
    )


def test_ends_that_are_hardly_seen_are_left_level() -> None:
    """Two points tell no slope: the bridge starts and ends level instead of shooting off."""
    x = np.zeros(len(LEVELS))
    x[1], x[-2] = 5.0, -5.0
    seen = np.zeros(len(LEVELS), dtype=bool)
    seen[[0, 1, -2, -1]] = True
    filled = bridge(LEVELS, x, seen)
    assert filled.max() == 5.0
    assert filled.min() == -5.0
