"""Coverage of a burst's mean, where errors and sway are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.data.bursts import BURST_S, PICTURES, sway_covariance
from calibration.report.bursts import WAYS, Burst, result_of
from posture.comparison.measurement_error import Errors
from posture.quantity import Quantity

SHARED_SD, SWAY_SD, READING_SD = 2.0, 1.4, 0.5
ERRORS = Errors(
    slope=1.0,
    between_session_sd=1.0,
    within_session_sd=math.hypot(SWAY_SD, READING_SD),
    between_source="estimator",
    within_source="estimator",
)
PEOPLE = 4000


def swaying_people() -> list[Burst]:
    """Bursts whose pictures share an error, sway slowly and scatter a little."""
    rng = np.random.default_rng(5)
    root = np.linalg.cholesky(sway_covariance(np.linspace(0.0, BURST_S, PICTURES)))
    sd = math.sqrt(SHARED_SD**2 + SWAY_SD**2 + READING_SD**2)
    found = []
    for person in range(PEOPLE):
        values = (
            10.0
            + rng.normal(0.0, SHARED_SD)
            + SWAY_SD * root @ rng.standard_normal(PICTURES)
            + rng.normal(0.0, READING_SD, PICTURES)
        )
        shown = tuple(Quantity.known(float(value), sd, unit="deg") for value in values)
        found.append(Burst(body=f"b{person}", side="left", truth=10.0, shown=shown))
    return found


def test_a_mean_with_its_own_interval_holds_the_truth_nine_times_in_ten() -> None:
    """The SD of a share of 90 % among 4,000 is 0.5 %."""
    people = swaying_people()
    own = result_of(people, WAYS["mean, with its own interval"], ERRORS)
    assert 0.88 <= own.held.value <= 0.92
    one = result_of(people, WAYS["the first picture"], ERRORS)
    assert 0.88 <= one.held.value <= 0.92
    # Hardly narrower, and hardly better, than one picture's.
    assert 0.9 < own.width / one.width < 1.0
    assert own.error == pytest.approx(one.error, rel=0.1)


def test_a_mean_as_of_separate_photos_promises_too_much() -> None:
    people = swaying_people()
    separate = result_of(people, WAYS["mean, as of separate photos"], ERRORS)
    assert separate.held.value < 0.88


def test_the_kept_picture_is_one_of_the_burst_and_as_good_as_the_mean() -> None:
    people = swaying_people()
    kept, mean = (
        result_of(people, WAYS[way], ERRORS)
        for way in ("the picture nearest to the mean (kept)", "mean, with its own interval")
    )
    assert kept.error == pytest.approx(mean.error, rel=0.03)
    assert 0.88 <= kept.held.value <= 0.93
