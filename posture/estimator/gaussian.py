"""Joint normal distribution of the targets and the features, and conditioning on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """Distribution of the targets given the features that a photo shows.

    Parameters
    ----------
    mean : ndarray, shape (T,)
    covariance : ndarray, shape (T, T)
    distance : float
        Squared Mahalanobis distance per seen feature; about 1 for a typical body.
    filled : ndarray, shape (F,)
        The features in standard scores; missing ones have their conditional mean.
    score, score_sd : ndarray, shape (T,)
        Mean and standard deviation of the targets in standard scores.
    """

    mean: FloatArray
    covariance: FloatArray
    distance: float
    filled: FloatArray
    score: FloatArray
    score_sd: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class JointNormal:
    """Joint normal distribution of T targets and F features.

    Parameters
    ----------
    mean : ndarray, shape (T + F,)
        Targets first.
    covariance : ndarray, shape (T + F, T + F)
    targets : int
        Number of targets, T.
    """

    mean: FloatArray
    covariance: FloatArray
    targets: int

    @property
    def target_mean(self) -> FloatArray:
        """Means of the targets before anything is seen, shape (T,)."""
        return self.mean[: self.targets]

    @property
    def target_sd(self) -> FloatArray:
        """Standard deviations of the targets before anything is seen, shape (T,)."""
        return np.sqrt(np.diag(self.covariance)[: self.targets])

    @property
    def feature_mean(self) -> FloatArray:
        """Means of the features, shape (F,)."""
        return self.mean[self.targets :]

    @property
    def feature_sd(self) -> FloatArray:
        """Standard deviations of the features, shape (F,)."""
        return np.sqrt(np.diag(self.covariance)[self.targets :])

    def given(self, features: FloatArray) -> Conditional:
        """Condition on the finite entries of one feature vector, shape (F,)."""
        count, seen = self.targets, np.isfinite(features)
        rows = np.flatnonzero(seen) + count
        open_rows = np.concatenate([np.arange(count), np.flatnonzero(~seen) + count])
        offset = features[seen] - self.mean[rows]
        cross = self.covariance[np.ix_(open_rows, rows)]
        inner = self.covariance[np.ix_(rows, rows)]
        solved = np.linalg.solve(inner, np.column_stack([offset, cross[:count].T]))
        expected = cross @ solved[:, 0]
        filled = np.empty(len(features))
        filled[seen], filled[~seen] = offset, expected[count:]
        rest = self.covariance[:count, :count] - cross[:count] @ solved[:, 1:]
        return Conditional(
            mean=self.mean[:count] + expected[:count],
            covariance=rest,
            distance=float(offset @ solved[:, 0]) / max(len(rows), 1),
            filled=filled / self.feature_sd,
            score=expected[:count] / self.target_sd,
            score_sd=np.sqrt(np.diag(rest)) / self.target_sd,
        )
