"""Comparison of models, behind the choice of the estimator.

All models get the same rows: features in standard scores, gaps filled by the joint normal
distribution. They are compared on photographed bodies that none of them was fitted to and that are
not in the test sets, on which accuracy is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from calibration.arrays import Floats
from calibration.data.table import Table, joined
from calibration.fit.ensemble import Recipe
from calibration.fit.fit import fitted, inputs_and_residuals, weights_of
from calibration.report.accuracy import ratio_to_guessing
from posture.estimator.model import TARGETS, Estimator

Predictor = Callable[[Floats], Floats]

BOOSTING: Final = {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 15}
RIDGE_PENALTY: Final = 300.0


def compare_models(tables: Sequence[Table], held_out: Sequence[Table], *, seed: int) -> str:
    """Return a Markdown table: mean absolute error over that of guessing, per model and target.

    Parameters
    ----------
    tables : sequence of Table
        The models are fitted to the bodies of the split ``fit``.
    held_out : sequence of Table
        Photographed bodies that are not in ``tables``.
    """
    training = [table.of_split("fit") for table in tables]
    full = fitted(training, seed=seed, name="comparison", recipe=Recipe())
    rows = _TrainingRows(full, training)
    models: dict[str, Predictor] = {
        "joint normal alone": lambda inputs: inputs[:, -len(TARGETS) :],
        "ridge": rows.per_target(lambda: Ridge(alpha=RIDGE_PENALTY)),
        "gradient boosting": rows.per_target(
            lambda: HistGradientBoostingRegressor(random_state=seed, **BOOSTING)
        ),
        "joint normal + ensemble of networks": lambda inputs: _ensemble(full, inputs),
    }
    lines = ["| model | set | tilt | lordosis | depth |", "|---|---|---|---|---|"]
    for population in ("wide", "population"):
        inputs, truth = _held_out_rows(full, held_out, population)
        for name, predict in models.items():
            ratios = _ratios(predict(inputs), truth)
            lines.append(f"| {name} | {population} | " + " | ".join(ratios) + " |")
    return "\n".join(lines)


class _TrainingRows:
    """Inputs and targets in standard scores, for learners of one target at a time."""

    def __init__(self, estimator: Estimator, tables: Sequence[Table]) -> None:
        self.inputs, residuals = inputs_and_residuals(
            estimator, joined(tables).features, joined(tables).truth
        )
        self.scores = residuals + self.inputs[:, -len(TARGETS) :]
        self.weights = weights_of(tables)

    def per_target(self, make: Callable[[], Ridge | HistGradientBoostingRegressor]) -> Predictor:
        """Fit one learner per target and return the predictor of all targets."""
        learners = []
        for column in self.scores.T:
            known = np.isfinite(column)
            learner = make()
            learner.fit(self.inputs[known], column[known], sample_weight=self.weights[known])
            learners.append(learner)
        return lambda inputs: np.column_stack([learner.predict(inputs) for learner in learners])


def _ensemble(estimator: Estimator, inputs: Floats) -> Floats:
    if estimator.ensemble is None:
        raise ValueError("the estimator has no ensemble")
    predictions = np.array([estimator.ensemble.predict(row).mean(axis=0) for row in inputs])
    return np.asarray(inputs[:, -len(TARGETS) :] + predictions)


def _held_out_rows(
    estimator: Estimator, tables: Sequence[Table], population: str
) -> tuple[Floats, Floats]:
    whole = joined(tables)
    keep = [i for i, r in enumerate(whole.records) if r["population"] == population]
    inputs, residuals = inputs_and_residuals(estimator, whole.features[keep], whole.truth[keep])
    return inputs, residuals + inputs[:, -len(TARGETS) :]


def _ratios(read: Floats, truth: Floats) -> list[str]:
    return [f"{ratio:.3f}" for ratio in ratio_to_guessing(read, truth)]
