"""Estimator on disk: plain arrays, checked against the features of this version."""

from __future__ import annotations

import functools
import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from posture.errors import ModelError
from posture.estimator.bone_line import BoneLine
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors
from posture.estimator.ensemble import Ensemble
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.locator import Locator
from posture.estimator.model import TARGETS, Estimator
from posture.estimator.uncertainty import QUALITY_NAMES
from posture.pose.bundle import models_dir, registered_sha256
from posture.types import FloatArray

Arrays = Mapping[str, NDArray[Any]]

ESTIMATOR_FILE: Final = "estimator.npz"

_NAMED: Final = {"target": tuple(TARGETS), "feature": FEATURE_NAMES, "quality": QUALITY_NAMES}
"""Names that a file must have been fitted for."""

_DAMAGED: Final = (zipfile.BadZipFile, zlib.error)


@functools.cache
def shipped_estimator() -> Estimator:
    """Return the estimator that this version ships.

    Raises
    ------
    ModelError
        ``model_checksum`` if the file is not the registered one; else as :func:`read_estimator`.
    """
    path = models_dir() / ESTIMATOR_FILE
    estimator = read_estimator(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != registered_sha256(path.parent, "estimator"):
        raise ModelError(
            f"The estimator {path} is damaged or was replaced: install posture again.",
            code="model_checksum",
        )
    return estimator


def write_estimator(estimator: Estimator, path: Path) -> None:
    """Write an estimator's coefficients as plain arrays."""
    arrays: dict[str, NDArray[Any]] = {
        **{f"{kind}_names": np.array(names) for kind, names in _NAMED.items()},
        "id": np.array(estimator.id),
        "mean": estimator.mean,
        "covariance": estimator.covariance.astype(np.float32),
        "inflation": estimator.conformal_factor,
        "distance_limit": np.array(estimator.distance_limit),
        "roll_gain": estimator.roll_gain,
        "claims": _change_array(estimator.change_errors),
    }
    if estimator.ensemble is not None:
        layers = zip(estimator.ensemble.weights, estimator.ensemble.biases, strict=True)
        for at, (weight, bias) in enumerate(layers):
            arrays[f"weight_{at}"] = weight.astype(np.float32)
            arrays[f"bias_{at}"] = bias.astype(np.float32)
    if estimator.log_sd_weights is not None:
        arrays["spread"] = estimator.log_sd_weights
    if estimator.locator is not None:
        arrays["locator_mean"] = estimator.locator.mean
        arrays["locator_covariance"] = estimator.locator.covariance.astype(np.float32)
    if estimator.bone_line is not None:
        arrays["bone_line"] = _bone_line_array(estimator.bone_line)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def read_estimator(path: Path) -> Estimator:
    """Read an estimator written by :func:`write_estimator`.

    Raises
    ------
    ModelError
        ``model_missing`` when the file cannot be read, ``model_mismatch`` when it was fitted
        for features other than those of this version.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        fitted = {kind: tuple(arrays.get(f"{kind}_names", ())) for kind in _NAMED}
        estimator = _built(arrays) if fitted == _NAMED else None
    except (OSError, ValueError, KeyError, EOFError, TypeError, *_DAMAGED) as error:
        raise ModelError(
            f"The estimator {path} cannot be read: install posture again.",
            code="model_missing",
        ) from error
    if estimator is None:
        raise ModelError(
            f"The estimator {path} belongs to another version: install posture again.",
            code="model_mismatch",
        )
    return estimator


def _built(arrays: Arrays) -> Estimator:
    numbers = {
        name: np.asarray(array, dtype=np.float64)
        for name, array in arrays.items()
        if array.dtype.kind == "f"
    }
    return Estimator(
        id=str(arrays["id"]),
        mean=numbers["mean"],
        covariance=numbers["covariance"],
        conformal_factor=numbers["inflation"],
        distance_limit=float(numbers["distance_limit"]),
        ensemble=_ensemble(numbers),
        log_sd_weights=numbers.get("spread"),
        roll_gain=numbers["roll_gain"],
        change_errors=_change_errors(numbers["claims"]),
        bone_line=_bone_line(numbers.get("bone_line")),
        locator=_locator(numbers),
    )


def _locator(numbers: Mapping[str, FloatArray]) -> Locator | None:
    if "locator_mean" not in numbers:
        return None
    return Locator(mean=numbers["locator_mean"], covariance=numbers["locator_covariance"])


def _bone_line_array(bones: BoneLine) -> FloatArray:
    """Return intercept, slope and SD, shape (3,)."""
    return np.array([bones.intercept_deg, bones.slope, bones.sd_deg])


def _bone_line(row: FloatArray | None) -> BoneLine | None:
    """Return the distribution of the bone line; estimators of version 0.1 have none."""
    if row is None:
        return None
    intercept, slope, sd = map(float, row)
    return BoneLine(intercept_deg=intercept, slope=slope, sd_deg=sd)


def _ensemble(numbers: Mapping[str, FloatArray]) -> Ensemble | None:
    depth = sum(name.startswith("weight_") for name in numbers)
    if not depth:
        return None
    return Ensemble(
        weights=tuple(numbers[f"weight_{at}"] for at in range(depth)),
        biases=tuple(numbers[f"bias_{at}"] for at in range(depth)),
    )


def _change_array(errors: ChangeErrors) -> FloatArray:
    """Return slope, between- and within-session SD, shape (T, 3); NaN where unknown."""
    rows = np.full((len(TARGETS), 3), np.nan)
    for row, name in zip(rows, TARGETS, strict=True):
        error: ChangeErrorModel | None = getattr(errors, name)
        if error is not None:
            row[:] = error.slope, error.between_session_sd, error.within_session_sd
    return rows


def _change_errors(rows: FloatArray) -> ChangeErrors:
    found = {
        name: ChangeErrorModel(
            slope=float(row[0]), between_session_sd=float(row[1]), within_session_sd=float(row[2])
        )
        for name, row in zip(TARGETS, rows, strict=True)
        if np.isfinite(row).all()
    }
    return ChangeErrors(**found)
