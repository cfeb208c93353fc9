"""Standard scores of real people's features among the bodies of the fit."""

from __future__ import annotations

import numpy as np

from calibration.report.standard_scores import rows_of_features, standard_scores
from posture.estimator.features import BODY_NAMES, FEATURE_NAMES


def test_people_one_sd_off_and_half_as_varied_are_shown_as_that() -> None:
    rng = np.random.default_rng(1)
    bodies = 3.0 + 2.0 * rng.normal(size=(20_000, len(FEATURE_NAMES)))
    people = 5.0 + 1.0 * rng.normal(size=(20_000, len(FEATURE_NAMES)))
    lines = standard_scores({"people": people}, bodies)
    cells = [line.split("|")[2].strip() for line in lines if line.startswith("| back edge")]
    assert len(cells) == 6
    for cell in cells:
        mean, sd = (float(part) for part in cell.split(","))
        assert abs(mean - 1.0) < 0.03
        assert abs(sd - 0.5) < 0.03


def test_a_feature_that_hardly_anybody_shows_is_left_out() -> None:
    bodies = np.random.default_rng(2).normal(size=(50, len(FEATURE_NAMES)))
    people = np.full((50, len(FEATURE_NAMES)), np.nan)
    people[:4] = 0.0
    assert "| stature | – |" in standard_scores({"people": people}, bodies)


def test_each_feature_of_the_body_but_the_hints_is_in_one_row() -> None:
    shown = [column for columns in rows_of_features().values() for column in columns]
    assert len(shown) == len(set(shown))
    assert {BODY_NAMES[column] for column in range(len(BODY_NAMES))} - {
        BODY_NAMES[column] for column in shown
    } == {"abs_yaw_deg", "male", "looseness"}
