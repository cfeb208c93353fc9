"""Error model of the estimates: their spread given the quality of the photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.table import Table
from posture.estimator.model import TARGETS, Estimator, ensemble_input
from posture.estimator.uncertainty import QUALITY_NAMES, qualities

STEPS: Final = 200
PENALTY: Final = 10.0
"""Ridge penalty on each weight of the standardised qualities, in rows."""


def fit_spread(estimator: Estimator, tables: Sequence[Table], *, weights: Floats) -> Floats:
    """Return the weights of the qualities in the logarithm of the spread, shape (T, Q).

    They maximise the likelihood of the errors under a Laplace distribution, which is robust to
    outliers.

    Parameters
    ----------
    estimator : Estimator
        With its ensemble.
    tables : sequence of Table
        Bodies that the estimator was not fitted to.
    weights : ndarray, shape (N,)
        Weight of each row.
    """
    rows, errors = quality_rows(estimator, tables)
    return np.array(
        [_maximised(rows[:, i], np.abs(errors[:, i]), weights) for i in range(len(TARGETS))]
    )


def quality_rows(estimator: Estimator, tables: Sequence[Table]) -> tuple[Floats, Floats]:
    """Return qualities (N, T, Q) and errors (N, T) in standard deviations of the targets."""
    if estimator.ensemble is None:
        raise ValueError("the estimator has no ensemble")
    joint = estimator.joint
    rows, errors = [], []
    for table in tables:
        for row, truth in zip(table.features, table.truth, strict=True):
            features = estimator.relocated(row)
            seen = estimator.conditional(features)
            predictions = estimator.ensemble.predict(ensemble_input(features, seen, joint))
            rows.append(qualities(features, seen, predictions))
            true = (truth - joint.target_mean) / joint.target_sd
            errors.append(true - seen.score - predictions.mean(axis=0))
    return np.array(rows), np.array(errors)


def _maximised(rows: Floats, errors: Floats, weights: Floats) -> Floats:
    """Maximise the penalised Laplace likelihood by Newton steps; return weights of shape (Q,)."""
    known = np.isfinite(errors)
    rows, errors, share = rows[known], errors[known], weights[known]
    centre, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    constant = QUALITY_NAMES.index("constant")
    centre[constant], scale[constant] = 0.0, 1.0
    standard = (rows - centre) / scale
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[constant] = 1e-6
    found = np.zeros(rows.shape[1])
    found[constant] = np.log(np.average(errors, weights=share))
    for _ in range(STEPS):
        ratio = share * errors * np.exp(-np.clip(standard @ found, -10.0, 10.0))
        slope = standard.T @ (share - ratio) + penalty * found * (np.arange(len(found)) != constant)
        bend = (standard.T * ratio) @ standard + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    plain = found / scale
    plain[constant] = found[constant] - (found / scale * centre).sum()
    return plain
