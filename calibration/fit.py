"""Fit the estimator that ``posture`` ships, and calibrate its intervals.

The joint distribution comes from many bodies seen through a stand-in for the pose network;
the factor on its intervals from fewer bodies, never fitted, photographed and put through the
real product.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.gaussian import fit_gaussian
from calibration.table import Table, joined, pipeline_table, simulated_table
from posture.analysis import Analyzer
from posture.estimation import TARGETS, Estimator
from posture.quantity import INTERVAL_LEVEL, Z90

Floats = NDArray[np.float64]

RIDGES: Final = (0.01, 0.03, 0.1)
"""Candidates for the shrinkage; the one with the smallest error on the last fifth is kept."""

FAR_QUANTILE: Final = 0.995
"""Share of bodies never fitted that the distance limit must let pass."""


def fit_estimator(masks: Sequence[Path], photos: Path, *, seed: int, name: str) -> Estimator:
    """Fit on a masks-only data set and calibrate on a shaded one.

    Parameters
    ----------
    masks : sequence of Path
        Data sets built with ``--masks-only``.
    photos : Path
        Data set of shaded pictures of other bodies; its test bodies are not touched.
    seed : int
        Seed of the simulated landmark scatter.
    name : str
        Identity of the fit, recorded in results.

    Returns
    -------
    Estimator
    """
    table = joined([simulated_table(folder, seed=seed) for folder in masks])
    mean, covariance = _best_fit(table)
    raw = Estimator(
        id=name,
        mean=mean,
        covariance=covariance,
        inflation=np.ones(len(TARGETS)),
        distance_limit=np.inf,
    )
    with Analyzer(estimator=raw) as analyzer:
        seen = pipeline_table(photos, analyzer)
    return calibrated(raw, _without_test(seen))


def calibrated(raw: Estimator, table: Table) -> Estimator:
    """Return ``raw`` with the interval factors and the distance limit that ``table`` asks for.

    The factor is the conformal quantile of |error| / SD over the rows, per target.
    """
    means, sds, distances = conditioned(raw, table.features)
    score = np.abs(means - table.truth) / sds
    count = len(score)
    level = min(1.0, np.ceil((count + 1) * INTERVAL_LEVEL) / count)  # the conformal quantile
    return Estimator(
        id=raw.id,
        mean=raw.mean,
        covariance=raw.covariance,
        inflation=np.nanquantile(score, level, axis=0) / Z90,
        distance_limit=float(np.quantile(distances, FAR_QUANTILE)),
    )


def conditioned(estimator: Estimator, features: Floats) -> tuple[Floats, Floats, Floats]:
    """Return means (N, T), standard deviations (N, T) and distances (N,) of many rows."""
    results = [estimator.condition(row) for row in features]
    means = np.array([mean for mean, _, _ in results])
    sds = np.array([np.sqrt(np.diag(covariance)) for _, covariance, _ in results])
    return means, sds, np.array([distance for _, _, distance in results])


def _best_fit(table: Table) -> tuple[Floats, Floats]:
    rows = np.column_stack([table.truth, table.features])
    border = int(0.8 * len(rows))
    errors = [_held_out_error(rows[:border], table, border, ridge) for ridge in RIDGES]
    return fit_gaussian(rows, ridge=RIDGES[int(np.argmin(errors))])


def _held_out_error(rows: Floats, table: Table, border: int, ridge: float) -> float:
    """Mean absolute error on the held-out rows, each target in units of its spread."""
    mean, covariance = fit_gaussian(rows, ridge=ridge)
    trial = Estimator(
        id="trial",
        mean=mean,
        covariance=covariance,
        inflation=np.ones(len(TARGETS)),
        distance_limit=np.inf,
    )
    means, _, _ = conditioned(trial, table.features[border:])
    error = np.nanmean(np.abs(means - table.truth[border:]), axis=0)
    return float((error / np.nanstd(table.truth, axis=0)).sum())


def _without_test(table: Table) -> Table:
    keep = [i for i, record in enumerate(table.records) if record["split"] != "test"]
    return Table(
        table.features[keep],
        table.truth[keep],
        [table.records[i] for i in keep],
        table.refused,
    )
