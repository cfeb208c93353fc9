"""Ensemble of a few small neural networks, which adds what a linear model misses.

The networks are plain arrays evaluated with NumPy alone, so that results need no learning library,
are the same on every machine to the last few digits, and can be checked by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """M networks of the same shape whose outputs are averaged.

    Parameters
    ----------
    weights : tuple of ndarray
        One array per layer, shape (M, inputs, outputs).
    biases : tuple of ndarray
        One array per layer, shape (M, outputs).

    Raises
    ------
    ValueError
        If the shapes of consecutive layers do not match.
    """

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError("each layer needs weights and biases")
        for weight, bias in zip(self.weights, self.biases, strict=True):
            if weight.ndim != 3 or bias.shape != (weight.shape[0], weight.shape[2]):
                raise ValueError(
                    "weights are (members, inputs, outputs), biases (members, outputs)"
                )
        for before, after in zip(self.weights, self.weights[1:], strict=False):
            if before.shape[0] != after.shape[0] or before.shape[2] != after.shape[1]:
                raise ValueError("the shapes of consecutive layers do not match")

    @property
    def inputs(self) -> int:
        """Number of inputs of each network."""
        return int(self.weights[0].shape[1])

    @property
    def outputs(self) -> int:
        """Number of outputs of each network."""
        return int(self.weights[-1].shape[2])

    def predict(self, values: FloatArray) -> FloatArray:
        """Return the outputs of each member for one input vector.

        Parameters
        ----------
        values : ndarray, shape (inputs,)

        Returns
        -------
        ndarray, shape (M, outputs)
        """
        hidden = np.broadcast_to(values, (self.weights[0].shape[0], len(values)))
        last = len(self.weights) - 1
        for at, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            hidden = np.einsum("mi,mio->mo", hidden, weight) + bias
            if at < last:
                hidden = _silu(hidden)
        return hidden


def _silu(values: FloatArray) -> FloatArray:
    """Return x / (1 + exp(-x)), which is smooth and does not saturate for large x."""
    # The clip keeps exp from overflowing where the result is 0 to all digits anyway.
    result: FloatArray = values / (1.0 + np.exp(-np.clip(values, -60.0, None)))
    return result
