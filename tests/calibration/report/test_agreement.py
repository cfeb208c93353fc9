"""Agreement: known correlations, shares and pairs, and intervals that hold them."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.report.agreement import (
    auc,
    bootstrapped,
    ordered,
    pearson,
    ranks,
    share,
    spearman,
)


def test_equal_values_share_their_mean_rank() -> None:
    assert ranks(np.array([10.0, 30.0, 10.0, 20.0])).tolist() == [1.5, 4.0, 1.5, 3.0]


def test_ranks_see_order_alone() -> None:
    x = np.array([0.1, 0.5, 2.0, 3.0, 9.0])
    assert spearman(x, np.exp(x)) == pytest.approx(1.0)
    assert spearman(x, -(x**3)) == pytest.approx(-1.0)
    assert pearson(x, np.exp(x)) < 0.99
    assert pearson(x, 7.0 - 2.0 * x) == pytest.approx(-1.0)
    assert np.isnan(pearson(x, np.ones(5)))


def test_auc_counts_pairs_in_the_right_order() -> None:
    score = np.array([1.0, 3.0, 2.0, 4.0, 2.0])
    positive = np.array([False, False, True, True, False])
    # 2 is above 1, ties with 2 and is below 3; 4 is above all three.
    assert auc(score, positive) == pytest.approx(4.5 / 6)
    assert np.isnan(auc(score, np.zeros(5, dtype=np.bool_)))


def test_shares_of_none_and_of_all_have_an_interval_as_well() -> None:
    none, every, half = share(0, 10), share(10, 10), share(50, 100)
    assert (none.low, every.high) == (0.0, pytest.approx(1.0))
    assert none.high == pytest.approx(0.278, abs=0.001)  # Wilson 1927, n = 10
    assert every.low == pytest.approx(1.0 - none.high)
    assert (half.low, half.high) == (
        pytest.approx(0.404, abs=0.001),
        pytest.approx(0.596, abs=0.001),
    )


def test_a_bootstrap_interval_is_as_wide_as_theory_says() -> None:
    numbers = np.random.default_rng(1).normal(size=400)
    found = bootstrapped(lambda rows: float(numbers[rows].mean()), [str(i) for i in range(400)])
    assert found.value == pytest.approx(numbers.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * numbers.std() / 20, rel=0.1)
    again = bootstrapped(lambda rows: float(numbers[rows].mean()), [str(i) for i in range(400)])
    assert again == found


def test_photos_of_one_person_are_not_many_people() -> None:
    numbers = np.repeat(np.random.default_rng(2).normal(size=40), 4)

    def mean(rows: np.ndarray) -> float:
        return float(numbers[rows].mean())

    apart = bootstrapped(mean, [str(i) for i in range(160)])
    together = bootstrapped(mean, [str(i // 4) for i in range(160)])
    assert (together.high - together.low) / (apart.high - apart.low) == pytest.approx(2.0, rel=0.1)


def test_only_pairs_of_one_person_that_are_clearly_apart_count() -> None:
    score = np.array([10.0, 50.0, 55.0, 90.0, 20.0])
    value = np.array([1.0, 2.0, 0.0, 9.0, 9.5])
    people = ["a", "a", "a", "b", "b"]
    # a: 10-50 right, 10-55 wrong, 50-55 too close; b: 90-20 wrong.
    found = ordered(value, score, people, apart=20.0)
    assert (found.count, found.value) == (3, pytest.approx(1 / 3))
    assert ordered(value, score, list("vwxyz"), apart=20.0).count == 0
