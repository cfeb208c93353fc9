"""The fit against known distributions: weights, spread, intervals, changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.arrays import Floats
from calibration.data.records import true_quantities
from calibration.data.table import Table, _with_hints
from calibration.fit.bone_line import fitted_bone_line
from calibration.fit.changes import changes, variance_components
from calibration.fit.ensemble import Recipe, train_ensemble
from calibration.fit.fit import calibrated, fitted, predicted
from calibration.fit.gaussian import fit_gaussian
from calibration.fit.spread import fit_spread
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import SWAY_SD, TARGETS, Estimator
from posture.quantity import Z90

QUICK = Recipe(members=2, hidden=8, epochs=2, batch=64)
COUNT = len(FEATURE_NAMES)


def table(rows: int, *, seed: int, population: str = "wide", photographed: bool = True) -> Table:
    """Bodies whose targets are a linear function of the features plus noise."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(rows, 3))
    loads = np.random.default_rng(0).normal(size=(3, COUNT))
    features = hidden @ loads + 0.5 * rng.normal(size=(rows, COUNT))
    truth = 10.0 + hidden * (6.0, 9.0, 3.0) + rng.normal(size=(rows, 3)) * (4.0, 5.0, 1.0)
    features[rng.random(features.shape) < 0.05] = np.nan
    records = [
        {
            "population": population,
            "split": "fit",
            "body": f"b{i}",
        }
        for i in range(rows)
    ]
    rolled = features + 0.1 if photographed else np.empty((0, COUNT))
    return Table(features, truth, records, rolled, {}, np.full((rows, 4), np.nan))


def test_a_row_of_weight_two_is_two_rows() -> None:
    rows = table(60, seed=1).features[:, :5]
    weights = np.ones(60)
    weights[:20] = 2.0
    twice = np.concatenate([rows, rows[:20]])
    mean, covariance = fit_gaussian(rows, ridge=1e-6, weights=weights)
    # The ridge is added to standard scores, which differ slightly between the two.
    expected_mean, expected = fit_gaussian(twice, ridge=1e-6)
    assert mean == pytest.approx(expected_mean, abs=1e-3)
    assert covariance == pytest.approx(expected, abs=1e-2)


@pytest.mark.parametrize(("population", "level"), [("population", 0.9), ("wide", 0.8)])
def test_intervals_have_their_stated_coverage_on_new_people(population: str, level: float) -> None:
    """90 in 100 adults; at least 80 in 100 of those whose postures differ twice as much."""
    drawn = [table(rows, seed=seed, population=population) for rows, seed in ((800, 2), (600, 3))]
    estimator = fitted(drawn[:1], seed=1, name="toy", recipe=QUICK)
    estimator = calibrated(estimator, drawn[1:])
    inside = coverage(estimator, table(1500, seed=4))
    assert inside == pytest.approx([level] * 3, abs=0.035)
    assert estimator.distance_limit < np.inf


def test_both_promises_are_kept_where_wide_errs_more() -> None:
    adults, wide = table(600, seed=3, population="population"), table(600, seed=5)
    middle = wide.truth.mean(axis=0)
    estimator = fitted([table(800, seed=2)], seed=1, name="toy", recipe=QUICK)
    for stretch, least in ((1.2, (0.9, 0.8)), (6.0, (0.99, 0.8))):
        far = replace(wide, truth=middle + stretch * (wide.truth - middle))
        found = calibrated(estimator, [adults, far])
        inside = np.array([coverage(found, each) for each in (adults, far)])
        assert (inside.min(axis=1) >= np.array(least) - 0.02).all()
        # One of the two promises decides, so the intervals are no wider than they must be.
        assert (inside <= np.array([[0.93], [0.83]])).any(axis=0).all()


def coverage(estimator: Estimator, people: Table) -> Floats:
    mean, sd, _ = predicted(estimator, people.features)
    wide = Z90 * np.hypot(sd, list(SWAY_SD.values()))
    inside: Floats = (np.abs(mean - people.truth) <= wide).mean(axis=0)
    return inside


def test_the_target_is_the_position_without_the_hidden_bone_shape() -> None:
    record = {
        "truth": {"pelvic_tilt_deg": 14.0, "lumbar_lordosis_deg": None},
        "traits": {"pelvis_shape_deg": 4.5},
    }
    found = true_quantities(record)
    assert found["pelvic_tilt_deg"] == pytest.approx(9.5)
    assert found["asis_psis_deg"] == pytest.approx(14.0)
    assert found["lumbar_lordosis_deg"] is None
    assert record["truth"]["pelvic_tilt_deg"] == 14.0


def test_the_bone_line_is_the_position_and_what_bones_leave_uncompensated() -> None:
    """Half of a deviating shape is compensated: the line of adults rises less than the position."""
    rng = np.random.default_rng(14)
    bones = 4.3 * rng.normal(size=6000)
    position = 9.0 + 5.0 * rng.normal(size=6000) - 0.5 * bones
    records = [
        {
            "population": "population" if at % 2 else "wide",
            "truth": {"pelvic_tilt_deg": place + shape},
            "traits": {"pelvis_shape_deg": shape},
        }
        for at, (place, shape) in enumerate(zip(position, bones, strict=True))
    ]
    empty = np.empty((6000, 0))
    found = fitted_bone_line([Table(empty, empty, records, empty[:0], {}, empty)])
    compensated = 0.5 * 4.3**2
    variance = 5.0**2 + (0.5 * 4.3) ** 2
    assert found.slope == pytest.approx(1.0 - compensated / variance, abs=0.03)
    assert found.sd_deg == pytest.approx(np.sqrt(4.3**2 - compensated**2 / variance), rel=0.04)


def test_sex_and_clothing_are_each_stated_for_every_second_body() -> None:
    records = [
        {
            "body": f"b{i // 2}",
            "traits": {"sex": "male" if i % 4 < 2 else "female"},
            "look": {"fit": ("minimal", "tight", "regular", "loose")[i // 2 % 4]},
        }
        for i in range(800)
    ]
    features = _with_hints(np.full((800, COUNT), np.nan), records)
    male, loose = (features[:, FEATURE_NAMES.index(name)] for name in ("male", "looseness"))
    for column in (male, loose):
        known = np.isfinite(column)
        assert 0.4 < known.mean() < 0.6
        # Both photos of a body have the same hints.
        assert (known[::2] == known[1::2]).all()
    both = (np.isfinite(male) & np.isfinite(loose)).mean()
    assert 0.15 < both < 0.35
    sexes = np.array([record["traits"]["sex"] == "male" for record in records])
    assert (male[np.isfinite(male)] == sexes[np.isfinite(male)]).all()
    worn = np.array([min(i // 2 % 4, 2) for i in range(800)])
    assert (loose[np.isfinite(loose)] == worn[np.isfinite(loose)]).all()


def test_the_ensemble_learns_what_is_not_linear() -> None:
    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(2000, 4))
    residuals = np.column_stack([0.5 * inputs[:, 0] ** 2 - 0.5, np.abs(inputs[:, 1]) - 0.8])
    recipe = Recipe(members=2, hidden=24, epochs=40, batch=64, dropout=0.0)
    ensemble = train_ensemble(inputs, residuals, np.ones(2000), recipe=recipe, seed=1)
    new = rng.normal(size=(300, 4))
    predictions = np.array([ensemble.predict(row).mean(axis=0) for row in new])
    left = np.abs(predictions[:, 0] - (0.5 * new[:, 0] ** 2 - 0.5)).mean()
    assert left < 0.4 * np.abs(0.5 * new[:, 0] ** 2 - 0.5).mean()


def test_the_spread_is_wider_where_the_back_is_covered() -> None:
    """Errors three times as large where the back is covered must give three times the SD."""
    estimator = fitted([table(800, seed=6)], seed=1, name="toy", recipe=QUICK)
    shown = table(1200, seed=7)
    covered = np.arange(1200) % 2 == 0
    rng = np.random.default_rng(8)
    noise = rng.laplace(size=(1200, 3)) * np.where(covered, 6.0, 2.0)[:, None]
    features = shown.features.copy()
    back = [i for i, name in enumerate(FEATURE_NAMES) if name.startswith("back_")]
    features[np.ix_(covered, back)] = np.nan
    again, _, _ = predicted(estimator, features)
    rows = Table(features, again + noise, shown.records, shown.rolled, {}, shown.joints)
    weights = fit_spread(estimator, [rows], weights=np.ones(1200))
    with_spread = type(estimator)(
        id="toy",
        mean=estimator.mean,
        covariance=estimator.covariance,
        conformal_factor=estimator.conformal_factor,
        distance_limit=np.inf,
        ensemble=estimator.ensemble,
        log_sd_weights=weights,
    )
    _, sd, _ = predicted(with_spread, features)
    ratio = np.median(sd[covered], axis=0) / np.median(sd[~covered], axis=0)
    assert ratio == pytest.approx([3.0] * 3, rel=0.3)


def test_variance_components_are_recovered_from_repeats() -> None:
    estimator = fitted([table(800, seed=9)], seed=1, name="toy", recipe=QUICK)
    base = table(40, seed=10)
    rng = np.random.default_rng(11)
    features, records = [], []
    for person in range(40):
        for session in range(2):
            shared = 0.3 * rng.normal()
            for _ in range(3):
                row = np.nan_to_num(base.features[person]) + shared + 0.2 * rng.normal()
                features.append(row)
                records.append({"body": f"b{person}", "session": session})
    unknown = np.full((240, 4), np.nan)
    repeats = Table(np.array(features), unknown[:, :3], records, np.empty((0, 1)), {}, unknown)
    within, between = variance_components(estimator, repeats)
    assert (within > 0).all()
    assert within[0] / between[0] == pytest.approx(0.2 / 0.3, rel=0.45)


def test_pairs_are_two_photos_of_one_body() -> None:
    estimator = fitted([table(400, seed=12)], seed=1, name="toy", recipe=QUICK)
    rows = table(4, seed=13)
    for record, body in zip(rows.records, ("a", "b", "a", "c"), strict=True):
        record["body"] = body
    read, true = changes(estimator, [rows])
    assert read.shape == true.shape == (1, len(TARGETS))
    assert true[0] == pytest.approx(rows.truth[2] - rows.truth[0])
