"""Calibrated estimates: pelvic tilt and lumbar arch with their intervals, or silence.

The model is one joint normal distribution over what bodies are (tilt, lordosis, depth) and
what a photo shows of them (profile, measures, joints). Its estimate is the conditional mean
given whatever the photo happens to show: a stretch of back behind an arm is simply not
conditioned on. That is a linear estimator, so it does not saturate at the edge of what it has
seen, and it knows by itself how much wider an interval gets when less is visible. The factor
that makes intervals true 90 times in 100 is measured on bodies that were never fitted.
"""

from __future__ import annotations

import functools
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from posture.claims import NO_CLAIMS, ChangeClaims
from posture.errors import ModelError
from posture.features import FEATURE_NAMES
from posture.models import models_dir
from posture.program.codec import Json, decode, encode_record
from posture.quantity import Quantity, QuantityDict

FloatArray = NDArray[np.float64]

ESTIMATOR_FILE: Final = "estimator.npz"

TARGETS: Final[dict[str, str]] = {
    "pelvic_tilt_deg": "deg",
    "lumbar_lordosis_deg": "deg",
    "lumbar_depth_pct": "%trunk",
}
"""Estimated quantities and their units."""

SWAY_SD: Final[dict[str, float]] = {
    "pelvic_tilt_deg": 1.0,
    "lumbar_lordosis_deg": 1.0,
    "lumbar_depth_pct": 0.0,
}
"""The person's own movement within a minute of quiet standing (Pan 2021: median change of 2.7
and 2.9 degrees within the minute, about 1 degree SD), which no rendered body shows."""

MIN_GAIN: Final = 0.97
"""An interval wider than this share of the population's own spread tells nothing new."""


_DAMAGED: Final = (zipfile.BadZipFile, zlib.error)


class EstimatesDict(TypedDict):
    """JSON form of :class:`Estimates`."""

    pelvic_tilt_deg: QuantityDict
    lumbar_lordosis_deg: QuantityDict
    lumbar_depth_pct: QuantityDict
    change: NotRequired[dict[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What the photo says about the skeleton, each with a 90 % interval or a reason.

    Parameters
    ----------
    pelvic_tilt_deg : Quantity
        ASIS-PSIS line against the horizontal; positive when the ASIS is lower (anterior).
    lumbar_lordosis_deg : Quantity
        Surface angle between the back's tangents at the two lumbar inflections.
    lumbar_depth_pct : Quantity
        Depth of the lumbar hollow in percent of trunk length.
    change : ChangeClaims
        What a change of each can be claimed with; see :mod:`posture.claims`.
    """

    pelvic_tilt_deg: Quantity
    lumbar_lordosis_deg: Quantity
    lumbar_depth_pct: Quantity
    change: ChangeClaims = NO_CLAIMS

    def to_dict(self) -> EstimatesDict:
        """Return the JSON form."""
        return {
            "pelvic_tilt_deg": self.pelvic_tilt_deg.to_dict(),
            "lumbar_lordosis_deg": self.lumbar_lordosis_deg.to_dict(),
            "lumbar_depth_pct": self.lumbar_depth_pct.to_dict(),
            "change": encode_record(self.change),
        }

    @classmethod
    def from_dict(cls, data: EstimatesDict) -> Estimates:
        """Rebuild estimates from their JSON form."""
        return cls(
            pelvic_tilt_deg=Quantity.from_dict(data["pelvic_tilt_deg"]),
            lumbar_lordosis_deg=Quantity.from_dict(data["lumbar_lordosis_deg"]),
            lumbar_depth_pct=Quantity.from_dict(data["lumbar_depth_pct"]),
            change=decode(ChangeClaims, data.get("change", {}), "change"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """Joint normal model of bodies and what photos show of them.

    Parameters
    ----------
    id : str
        Name and version of the fit; recorded in every result.
    mean : ndarray, shape (T + F,)
        Means of the T targets and the F features.
    covariance : ndarray, shape (T + F, T + F)
    inflation : ndarray, shape (T,)
        Factor on the conditional standard deviation that makes 90 % intervals cover 90 % of
        bodies that were never fitted.
    distance_limit : float
        Largest squared Mahalanobis distance per feature that such bodies show (99.5 %).
    """

    id: str
    mean: FloatArray
    covariance: FloatArray
    inflation: FloatArray
    distance_limit: float

    def estimate(self, features: FloatArray, *, absent: dict[str, str] | None = None) -> Estimates:
        """Estimate from one feature vector.

        Parameters
        ----------
        features : ndarray, shape (F,)
            See :func:`posture.features.feature_vector`; NaN where nothing was seen.
        absent : dict of str to str, optional
            Targets that must not be stated, with the reason.

        Returns
        -------
        Estimates
        """
        mean, covariance, distance = self.condition(features)
        prior_sd = np.sqrt(np.diag(self.covariance)[: len(TARGETS)])
        sd = np.sqrt(np.diag(covariance)) * self.inflation
        far = distance > self.distance_limit
        found: dict[str, Quantity] = {}
        for i, (name, unit) in enumerate(TARGETS.items()):
            reason = (absent or {}).get(name)
            if reason is None and far:
                reason = "outside_calibration"
            if reason is None and sd[i] > MIN_GAIN * prior_sd[i]:
                reason = "no_better_than_population"
            spread = float(np.hypot(sd[i], SWAY_SD[name]))
            found[name] = (
                Quantity.absent(reason, unit=unit)
                if reason
                else Quantity.known(float(mean[i]), spread, unit=unit)
            )
        return Estimates(change=NO_CLAIMS, **found)

    def condition(self, features: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Return mean (T,), covariance (T, T) of the targets and the input's distance.

        The distance is the squared Mahalanobis distance per seen feature, about 1 for a
        typical body.
        """
        count = len(TARGETS)
        seen = np.flatnonzero(np.isfinite(features)) + count
        targets = np.arange(count)
        offset = features[seen - count] - self.mean[seen]
        inner = self.covariance[np.ix_(seen, seen)]
        cross = self.covariance[np.ix_(targets, seen)]
        solved = np.linalg.solve(inner, np.column_stack([offset, cross.T]))
        mean = self.mean[targets] + cross @ solved[:, 0]
        covariance = self.covariance[np.ix_(targets, targets)] - cross @ solved[:, 1:]
        distance = float(offset @ solved[:, 0]) / max(len(seen), 1)
        return mean, covariance, distance

    def save(self, path: Path) -> None:
        """Write the coefficients as plain arrays."""
        np.savez_compressed(
            path,
            id=np.array(self.id),
            target_names=np.array(list(TARGETS)),
            feature_names=np.array(FEATURE_NAMES),
            mean=self.mean,
            covariance=self.covariance.astype(np.float32),
            inflation=self.inflation,
            distance_limit=np.array(self.distance_limit),
        )

    @classmethod
    def load(cls, path: Path) -> Estimator:
        """Read coefficients written by :meth:`save`.

        Raises
        ------
        ModelError
            ``model_missing`` when the file cannot be read, ``model_mismatch`` when it was
            fitted for other features than this version computes.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
                names = (tuple(data["target_names"]), tuple(data["feature_names"]))
                estimator = cls(
                    id=str(data["id"]),
                    mean=data["mean"].astype(np.float64),
                    covariance=data["covariance"].astype(np.float64),
                    inflation=data["inflation"].astype(np.float64),
                    distance_limit=float(data["distance_limit"]),
                )
        except (OSError, ValueError, KeyError, EOFError, TypeError, *_DAMAGED) as error:
            raise ModelError(
                f"The estimator {path} cannot be read: install posture again.",
                code="model_missing",
            ) from error
        if names != (tuple(TARGETS), FEATURE_NAMES):
            raise ModelError(
                f"The estimator {path} belongs to another version: install posture again.",
                code="model_mismatch",
            )
        return estimator


@functools.cache
def shipped_estimator() -> Estimator:
    """Return the estimator that this version ships.

    Raises
    ------
    ModelError
        See :meth:`Estimator.load`.
    """
    return Estimator.load(models_dir() / ESTIMATOR_FILE)
