"""Fit the estimator that ``posture`` ships, and calibrate its intervals and errors of a change.

Four steps, each on bodies that the steps before it have not seen: the joint normal distribution
and the ensemble (split ``fit``), the model of their errors (split ``calibrate``), the factors of
the intervals (split ``test`` of those sets, and photos kept for that alone), and what a change can
be stated with (pairs of photos that differ in posture only). The sets on which accuracy is stated
are none of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from calibration.arrays import Bools, Floats
from calibration.data.table import ROLLED_DEG, Table, joined
from calibration.errors import DatasetError
from calibration.fit.bones import TILT, learnable
from calibration.fit.changes import measured_change_errors
from calibration.fit.gaussian import fit_gaussian
from calibration.fit.learn import Recipe, train_ensemble
from calibration.fit.spread import fit_spread
from posture.estimator.model import BODY_COUNT, SWAY_SD, TARGETS, Estimator, ensemble_input
from posture.quantity import INTERVAL_LEVEL, Z90

RIDGE: Final = 0.01
"""Shrinkage of the joint normal distribution; 0.01 to 0.05 differ by less than a percent."""

POPULATION_SHARE: Final = 0.5
"""Weight of bodies from ``population`` among all: people who are photographed are mostly like
them, and those who come because of their posture are not; the same for both is the guess that
favours neither."""

PHOTO_WEIGHT: Final = 3.0
"""A photo that went through the real network counts like this many simulated ones."""

LEAST_LEVEL: Final = 0.88
"""Share of either population that intervals must hold. People who spread widely are read with
larger errors, and nothing in a photo tells whether somebody is one of them: an interval that is
true 90 times in 100 over both may not fall far short for them."""

FAR_QUANTILE: Final = 0.995
"""Share of bodies never fitted that the distance limit must let pass."""


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
    """Fit and calibrate.

    Parameters
    ----------
    tables : sequence of Table
        Simulated and photographed bodies; see the module for which of them are used for what.
    calibrate : sequence of Table
        Photographed bodies for the intervals alone.
    pairs : sequence of Table
        Two photos a body, apart in posture only.
    repeats : Table
        Bodies photographed again without having changed.
    seed : int
    name : str
        Identity of the fit, recorded in results.
    recipe : Recipe, optional
        How the ensemble is trained.

    Returns
    -------
    Estimator

    Raises
    ------
    DatasetError
        If no photographed bodies are left for the intervals.
    """
    learned = [
        table.of_split(*(["fit"] if table.photographed else ["fit", "test"])) for table in tables
    ]
    estimator = fitted(learned, seed=seed, name=name, recipe=recipe or Recipe())
    errors = [table.of_split("calibrate") for table in tables]
    estimator = replace(
        estimator, log_sd_weights=fit_spread(estimator, errors, weights=weights_of(errors))
    )
    kept = [table.of_split("test") for table in tables if table.photographed] + list(calibrate)
    if not sum(len(table.records) for table in kept):
        raise DatasetError("No photographed bodies are left for the intervals.")
    estimator = calibrated(estimator, kept)
    return replace(estimator, change_errors=measured_change_errors(estimator, pairs, repeats))


def calibrated(estimator: Estimator, tables: Sequence[Table]) -> Estimator:
    """Return the estimator with interval factors, distance limit and roll gain of these rows.

    The factor is the conformal quantile of |error| / SD over the rows, per target; rows of the
    two populations count as :data:`POPULATION_SHARE` says, and neither is held less often than
    :data:`LEAST_LEVEL`.
    """
    whole, weights = joined(tables), weights_of(tables)
    mean, sd, distance = predicted(estimator, whole.features)
    # The stated interval adds the person's sway; rendered bodies stand still.
    sway = np.array([SWAY_SD[name] for name in TARGETS])
    score = np.abs(mean - whole.truth) / np.hypot(sd, sway)
    common = np.array([record["population"] == "population" for record in whole.records])
    moved, _, _ = predicted(estimator, whole.rolled)
    return replace(
        estimator,
        conformal_factor=estimator.conformal_factor
        * np.array([_factor(column, weights, common) for column in score.T])
        / Z90,
        distance_limit=float(np.quantile(distance, FAR_QUANTILE)),
        roll_gain=np.median(np.abs(moved - mean), axis=0) / ROLLED_DEG,
    )


def predicted(estimator: Estimator, features: Floats) -> tuple[Floats, Floats, Floats]:
    """Return means (N, T), standard deviations (N, T) and distances (N,) of many rows."""
    found = [estimator.predict(row) for row in features]
    return (
        np.array([prediction.mean for prediction in found]),
        np.array([prediction.sd for prediction in found]),
        np.array([prediction.distance for prediction in found]),
    )


def fitted(tables: Sequence[Table], *, seed: int, name: str, recipe: Recipe) -> Estimator:
    """Return joint normal distribution and ensemble of these rows; no intervals yet."""
    whole, weights = joined(tables), weights_of(tables)
    learned = learnable(tables)
    mean, covariance = fit_gaussian(
        np.column_stack([learned, whole.features[:, :BODY_COUNT]]), ridge=RIDGE, weights=weights
    )
    # What was left out of learning is still part of how far off an estimate can be.
    hidden = whole.truth[:, TILT] - learned[:, TILT]
    covariance[TILT, TILT] += float(np.average(hidden**2, weights=weights))
    raw = Estimator(
        id=name,
        mean=mean,
        covariance=covariance,
        conformal_factor=np.ones(len(TARGETS)),
        distance_limit=np.inf,
    )
    inputs, residuals = leftover(raw, whole.features, learned)
    ensemble = train_ensemble(inputs, residuals, weights, recipe=recipe, seed=seed)
    return replace(raw, ensemble=ensemble)


def leftover(raw: Estimator, features: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Return the ensemble's inputs and what it has to find, in SDs of the targets."""
    joint = raw.joint
    seen = [raw.conditional(row) for row in features]
    score = np.array([each.score for each in seen])
    inputs = np.array(
        [ensemble_input(row, each, joint) for row, each in zip(features, seen, strict=True)]
    )
    return inputs, (truth - joint.target_mean) / joint.target_sd - score


def weights_of(tables: Sequence[Table]) -> Floats:
    """Return the weight of each row, mean 1: by population and by how it was seen."""
    row = np.concatenate(
        [np.full(len(t.records), PHOTO_WEIGHT if t.photographed else 1.0) for t in tables]
    )
    common = np.array([r["population"] == "population" for t in tables for r in t.records])
    if common.any() and not common.all():
        row[common] *= POPULATION_SHARE / row[common].sum()
        row[~common] *= (1.0 - POPULATION_SHARE) / row[~common].sum()
    weights: Floats = row / row.mean()
    return weights


def _factor(score: Floats, weights: Floats, common: Bools) -> float:
    """Return what holds the truth often enough over all rows and over each population."""
    groups = [group for group in (common, ~common) if np.isfinite(score[group]).any()]
    least = [_conformal(score[group], weights[group], LEAST_LEVEL) for group in groups]
    return max(_conformal(score, weights, INTERVAL_LEVEL), *least)


def _conformal(score: Floats, weights: Floats, level: float) -> float:
    """Return the weighted conformal quantile of the scores; rows without truth do not count."""
    known = np.isfinite(score)
    order = np.argsort(score[known])
    share = weights[known][order]
    # One more row of average weight, infinitely far off, makes the promise hold for new rows.
    reached = np.cumsum(share) / (share.sum() + share.mean())
    at = min(int(np.searchsorted(reached, level)), len(order) - 1)
    return float(score[known][order][at])
