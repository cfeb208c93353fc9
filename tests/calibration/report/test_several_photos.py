"""Means of several photos: coverage as measured on repeats whose errors are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.data.table import Table
from calibration.errors import DatasetError
from calibration.report.several_photos import means, means_table
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import BODY_COUNT, SWAY_SD, TARGETS, Estimator

TILT = "pelvic_tilt_deg"
SHARED_SD, OWN_SD = 3.0, 1.5
PEOPLE, SESSIONS, PHOTOS = 250, 2, 3


def toy_estimator() -> Estimator:
    """Reads each target off one feature: its value, with an error of the stated SD."""
    size = len(TARGETS) + BODY_COUNT
    covariance = np.eye(size)
    spread, whole = 100.0, np.hypot(SHARED_SD, OWN_SD)
    # The sway of a living person, which the estimator adds, is part of what this SD stands for.
    stated = np.sqrt(whole**2 - SWAY_SD[TILT] ** 2)
    for at in range(len(TARGETS)):
        covariance[at, at] = spread**2
        feature = len(TARGETS) + at
        covariance[at, feature] = covariance[feature, at] = np.sqrt(spread**2 - stated**2)
    model = ChangeErrorModel(slope=1.0, between_session_sd=0.0, within_session_sd=OWN_SD)
    return Estimator(
        id="toy",
        mean=np.zeros(size),
        covariance=covariance,
        conformal_factor=np.ones(len(TARGETS)),
        distance_limit=1e9,
        change_errors=ChangeErrors(pelvic_tilt_deg=model),
    )


def repeats(estimator: Estimator, *, shared_sd: float = SHARED_SD) -> Table:
    """Draw people whose photos share an error, and have one of their own."""
    rng = np.random.default_rng(7)
    gain = estimator.covariance[0, len(TARGETS)]
    features, truth, records = [], [], []
    for person in range(PEOPLE):
        true, shared = rng.normal(0.0, 40.0), rng.normal(0.0, shared_sd)
        for session in range(SESSIONS):
            for _ in range(PHOTOS):
                row = np.full(len(FEATURE_NAMES), np.nan)
                row[0] = (true + shared + rng.normal(0.0, OWN_SD)) / gain
                features.append(row)
                truth.append([true, np.nan, np.nan])
                read = {"roll_sd_deg": 0.5}
                records.append({"body": f"b{person}", "session": session, "read": read})
    unknown = np.full((len(features), 4), np.nan)
    return Table(np.array(features), np.array(truth), records, np.empty((0, 0)), {}, unknown)


def test_the_mean_of_any_number_of_photos_holds_the_truth_nine_times_in_ten() -> None:
    estimator = toy_estimator()
    found = list(means(estimator, repeats(estimator), 0, TILT))
    assert [(mean.photos, mean.count) for mean in found] == [(1, 1500), (2, 1500), (3, 500)]
    for mean in found:
        # 500 visits of 250 people: a share of 90 % has a standard error of 1.9 %.
        assert mean.held.value == pytest.approx(0.90, abs=0.04)
        assert mean.held.low < mean.held.value < mean.held.high
        assert mean.error_sd == pytest.approx(
            np.hypot(SHARED_SD, OWN_SD / np.sqrt(mean.photos)), rel=0.1
        )
    assert found[0].width > found[1].width > found[2].width > 2 * 1.645 * SHARED_SD


def test_a_shared_error_that_is_larger_than_stated_is_seen() -> None:
    estimator = toy_estimator()
    *_, three = means(estimator, repeats(estimator, shared_sd=2 * SHARED_SD), 0, TILT)
    assert three.held.high < 0.8


def test_the_table_has_a_row_for_each_number_of_photos() -> None:
    estimator = toy_estimator()
    table = repeats(estimator)
    lines = means_table(estimator, table).splitlines()
    assert [line.split(" | ")[1] for line in lines[2:]] == ["1", "2", "3"]
    blank = replace(table, truth=np.full_like(table.truth, np.nan))
    with pytest.raises(DatasetError, match="make them again"):
        means_table(estimator, blank)
