"""Training of the ensemble of small networks that refines the linear estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from calibration.arrays import Floats
from posture.estimator.ensemble import Ensemble

INPUT_NOISE = 0.2
"""SD of the noise added to each input at each step, in standard scores, so that the networks do not
depend on small details."""

HUBER = 3.0
"""Residuals beyond this many standard deviations count linearly, so that a few outliers do not
dominate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Training recipe of the ensemble.

    Parameters
    ----------
    members : int
        Number of networks, each with its own initialisation and order of rows.
    hidden : int
        Units in each of the two hidden layers.
    epochs, batch : int
        Passes over the rows; rows in each step.
    dropout, decay, rate : float
        Share of hidden units dropped in a step; weight decay; peak learning rate.
    """

    members: int = 6
    hidden: int = 96
    epochs: int = 60
    batch: int = 512
    dropout: float = 0.2
    decay: float = 1e-2
    rate: float = 8e-3


def train_ensemble(
    inputs: Floats, residuals: Floats, weights: Floats, *, recipe: Recipe, seed: int
) -> Ensemble:
    """Train networks on the residuals of the linear estimate.

    Parameters
    ----------
    inputs : ndarray, shape (N, D)
        See :func:`posture.estimator.model.ensemble_input`.
    residuals : ndarray, shape (N, T)
        Truth minus linear estimate, in standard deviations of the targets; NaN where there is no
        ground truth.
    weights : ndarray, shape (N,)
        Weight of each row.
    """
    torch.set_num_threads(1)
    data = (
        torch.tensor(inputs, dtype=torch.float32),
        torch.tensor(np.nan_to_num(residuals), dtype=torch.float32),
        torch.tensor(np.isfinite(residuals) * weights[:, None], dtype=torch.float32),
    )
    nets = [_train(data, recipe, seed * 1000 + member) for member in range(recipe.members)]
    layers = [[layer for layer in net if isinstance(layer, torch.nn.Linear)] for net in nets]
    return Ensemble(
        weights=tuple(_stacked([net[at].weight.T for net in layers]) for at in range(3)),
        biases=tuple(_stacked([net[at].bias for net in layers]) for at in range(3)),
    )


def _stacked(parts: list[torch.Tensor]) -> Floats:
    return np.stack([part.detach().numpy() for part in parts]).astype(np.float64)


def _train(
    data: tuple[torch.Tensor, torch.Tensor, torch.Tensor], recipe: Recipe, seed: int
) -> torch.nn.Sequential:
    inputs, residuals, weights = data
    torch.manual_seed(seed)
    net = _network(inputs.shape[1], residuals.shape[1], recipe)
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = -(-len(inputs) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=steps * recipe.epochs
    )
    net.train()
    for _ in range(recipe.epochs):
        for rows in torch.randperm(len(inputs)).split(recipe.batch):
            seen = inputs[rows] + INPUT_NOISE * torch.randn(len(rows), inputs.shape[1])
            loss = torch.nn.functional.huber_loss(
                net(seen), residuals[rows], reduction="none", delta=HUBER
            )
            optimiser.zero_grad()
            (loss * weights[rows]).mean().backward()
            optimiser.step()
            schedule.step()
    return net.eval()


def _network(inputs: int, outputs: int, recipe: Recipe) -> torch.nn.Sequential:
    last = torch.nn.Linear(recipe.hidden, outputs)
    with torch.no_grad():
        # Starts near zero output: the linear estimate is the point of departure.
        last.weight.mul_(0.01)
        last.bias.zero_()
    return torch.nn.Sequential(
        torch.nn.Linear(inputs, recipe.hidden),
        torch.nn.SiLU(),
        torch.nn.Dropout(recipe.dropout),
        torch.nn.Linear(recipe.hidden, recipe.hidden),
        torch.nn.SiLU(),
        torch.nn.Dropout(recipe.dropout),
        last,
    )
