"""Fit of the shipped estimator, and calibration of its intervals and change errors.

There are four steps, each on bodies that the steps before it have not seen: the joint normal
distribution and the ensemble (split ``fit``); the model of their errors (split ``calibrate``); the
conformal factors of the intervals (split ``test`` of those sets, and the calibration set); the
change error models (pairs of photos that differ in posture only, and repeats). The test sets, on
which accuracy is stated, are none of these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from calibration.arrays import Bools, Floats
from calibration.data.table import ROLLED_DEG, Table, joined
from calibration.errors import DatasetError
from calibration.fit.bone_line import fitted_bone_line
from calibration.fit.changes import measured_change_errors
from calibration.fit.ensemble import Recipe, train_ensemble
from calibration.fit.gaussian import fit_gaussian
from calibration.fit.locator import fitted_locator
from calibration.fit.spread import fit_spread
from posture.estimator.model import BODY_COUNT, SWAY_SD, TARGETS, Estimator, ensemble_input
from posture.quantity import INTERVAL_LEVEL, Z90

RIDGE: Final = 0.01
"""Shrinkage of the joint normal distribution; from 0.01 to 0.05 the accuracy differs by less than a
percent."""

LINEAR_ROWS: Final = 15_000
"""Rows to which the joint normal distributions are fitted, drawn from all; more do not change them,
and each of their patterns of gaps has to be solved."""

POPULATION_SHARE: Final = 0.5
"""Share of ``population`` in the total weight. Most people who are photographed are like them, but
those who come because of their posture are not; equal shares favour neither."""

PHOTO_WEIGHT: Final = 6.0
"""A photo read by the real network counts as this many simulated ones."""

LEAST_LEVEL: Final = 0.80
"""Least coverage of the 90 % intervals in ``wide``. The intervals are those of adults, of whom 90
in 100 must lie within. In ``wide``, where postures differ twice as much, errors are larger, and
nothing in a photo tells whether somebody belongs to it: intervals that held there 90 times in 100
would be too wide for nearly everybody who is photographed."""

FAR_QUANTILE: Final = 0.995
"""Share of held-out bodies that must lie within the distance limit."""


def fit_estimator(
    tables: Sequence[Table],
    calibrate: Sequence[Table],
    pairs: Sequence[Table],
    repeats: Table,
    *,
    seed: int,
    name: str,
    recipe: Recipe | None = None,
) -> Estimator:
    """Fit and calibrate the estimator.

    Parameters
    ----------
    tables : sequence of Table
        Simulated and photographed bodies; the module says which splits serve which step.
    calibrate : sequence of Table
        Calibration set: photographed bodies for the intervals alone.
    pairs : sequence of Table
        Two photos of each body that differ in posture only.
    repeats : Table
        Unchanged bodies, photographed repeatedly.
    name : str
        Identity of the fit, recorded in results.
    recipe : Recipe, optional
        Training recipe of the ensemble.

    Raises
    ------
    DatasetError
        If no photographed bodies are left for the intervals.
    """
    training = [
        table.of_split(*(["fit"] if table.photographed else ["fit", "test"])) for table in tables
    ]
    estimator = fitted(training, seed=seed, name=name, recipe=recipe or Recipe())
    errors = [table.of_split("calibrate") for table in tables]
    estimator = replace(
        estimator, log_sd_weights=fit_spread(estimator, errors, weights=weights_of(errors))
    )
    held_out = [table.of_split("test") for table in tables if table.photographed]
    held_out += calibrate
    if not sum(len(table.records) for table in held_out):
        raise DatasetError("No photographed bodies are left for the intervals.")
    estimator = calibrated(estimator, held_out)
    return replace(
        estimator,
        change_errors=measured_change_errors(estimator, pairs, repeats),
        bone_line=fitted_bone_line(training),
    )


def calibrated(estimator: Estimator, tables: Sequence[Table]) -> Estimator:
    """Return the estimator with conformal factors, distance limit and roll gain from these rows.

    The factor of a target is the conformal quantile of |error| / SD over the adults, but at least
    what keeps the coverage of ``wide`` at :data:`LEAST_LEVEL`.
    """
    whole = joined(tables)
    mean, sd, distance = predicted(estimator, whole.features)
    # The stated interval includes the person's sway; rendered bodies stand still.
    sway = np.array([SWAY_SD[name] for name in TARGETS])
    score = np.abs(mean - whole.truth) / np.hypot(sd, sway)
    common = np.array([record["population"] == "population" for record in whole.records])
    moved, _, _ = predicted(estimator, whole.rolled)
    return replace(
        estimator,
        conformal_factor=estimator.conformal_factor
        * np.array([_factor(column, common) for column in score.T])
        / Z90,
        distance_limit=float(np.quantile(distance, FAR_QUANTILE)),
        roll_gain=np.median(np.abs(moved - mean), axis=0) / ROLLED_DEG,
    )


def predicted(estimator: Estimator, features: Floats) -> tuple[Floats, Floats, Floats]:
    """Return means (N, T), standard deviations (N, T) and distances (N,) of N rows."""
    found = [estimator.predict(row) for row in features]
    return (
        np.array([prediction.mean for prediction in found]),
        np.array([prediction.sd for prediction in found]),
        np.array([prediction.distance for prediction in found]),
    )


def fitted(tables: Sequence[Table], *, seed: int, name: str, recipe: Recipe) -> Estimator:
    """Return joint normal distribution and ensemble fitted to these rows, not yet calibrated."""
    whole, weights = joined(tables), weights_of(tables)
    targets = whole.truth
    some = np.random.default_rng(seed).permutation(len(targets))[:LINEAR_ROWS]
    locator = fitted_locator(whole.features[some], whole.joints[some], weights[some], ridge=RIDGE)
    features = whole.features[some]
    if locator is not None:
        features = np.array([locator.relocated(row) for row in features])
    mean, covariance = fit_gaussian(
        np.column_stack([targets[some], features[:, :BODY_COUNT]]),
        ridge=RIDGE,
        weights=weights[some],
    )
    raw = Estimator(
        id=name,
        mean=mean,
        covariance=covariance,
        conformal_factor=np.ones(len(TARGETS)),
        distance_limit=np.inf,
        locator=locator,
    )
    inputs, residuals = inputs_and_residuals(raw, whole.features, targets)
    ensemble = train_ensemble(inputs, residuals, weights, recipe=recipe, seed=seed)
    return replace(raw, ensemble=ensemble)


def inputs_and_residuals(raw: Estimator, features: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Return the ensemble's inputs, and the residuals it has to predict, in SDs of the targets."""
    joint = raw.joint
    features = np.array([raw.relocated(row) for row in features])
    seen = [raw.conditional(row) for row in features]
    score = np.array([each.score for each in seen])
    inputs = np.array(
        [ensemble_input(row, each, joint) for row, each in zip(features, seen, strict=True)]
    )
    return inputs, (truth - joint.target_mean) / joint.target_sd - score


def weights_of(tables: Sequence[Table]) -> Floats:
    """Return the weight of each row, mean 1, by population and by whether it was photographed."""
    row = np.concatenate(
        [np.full(len(t.records), PHOTO_WEIGHT if t.photographed else 1.0) for t in tables]
    )
    common = np.array([r["population"] == "population" for t in tables for r in t.records])
    if common.any() and not common.all():
        row[common] *= POPULATION_SHARE / row[common].sum()
        row[~common] *= (1.0 - POPULATION_SHARE) / row[~common].sum()
    weights: Floats = row / row.mean()
    return weights


def _factor(score: Floats, common: Bools) -> float:
    """Return the least factor with enough coverage among adults and in ``wide``."""
    levels = ((common, INTERVAL_LEVEL), (~common, LEAST_LEVEL))
    return max(
        _conformal(score[group], level)
        for group, level in levels
        if np.isfinite(score[group]).any()
    )


def _conformal(score: Floats, level: float) -> float:
    """Return the conformal quantile of the scores, leaving out rows without truth."""
    known = np.sort(score[np.isfinite(score)])
    # One more row with an infinite score makes the coverage hold for new rows.
    at = min(math.ceil(level * (len(known) + 1)) - 1, len(known) - 1)
    return float(known[at])
