"""Pose model on disk, checked against the hash it was shipped with."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from posture.errors import ModelError

POSE_BUNDLE = "pose_landmarker_full.task"
REGISTRY = "registry.toml"
_PACKAGE = Path(__file__).resolve().parents[1]
# An installed wheel has the folder inside the package, a checkout beside it.
_FOLDERS = (_PACKAGE / "_models", _PACKAGE.parent / "models")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model on disk and the hash that results record.

    Attributes
    ----------
    sha256 : str
        Hash of the content, 64 hexadecimal digits.
    """

    path: Path
    sha256: str


def models_dir() -> Path:
    """Return the folder with the shipped models.

    Raises
    ------
    ModelError
        ``model_missing`` when neither the wheel's nor the checkout's folder exists.
    """
    for folder in _FOLDERS:
        if (folder / REGISTRY).is_file():
            return folder
    raise ModelError("The model folder is missing: install posture again.", code="model_missing")


def resolve_model(path: Path | None = None) -> ModelFile:
    """Find the pose model and hash it.

    Parameters
    ----------
    path : Path, optional
        A bundle chosen by the user; any content is accepted, and results record its hash.
        Defaults to the shipped bundle, which must match the registry.

    Raises
    ------
    ModelError
        ``model_missing`` when there is no such file, ``model_checksum`` when the shipped
        bundle is not the registered one.
    """
    if path is None:
        return _shipped_model()
    return ModelFile(path=path, sha256=_hash(path, "Check the path given as the model."))


@functools.cache
def _shipped_model() -> ModelFile:
    # Cached, so that 9 MB are hashed only once per process; failures are not cached.
    return _checked(models_dir())


def _checked(folder: Path) -> ModelFile:
    path = folder / POSE_BUNDLE
    found = _hash(path, "Install posture again, or name a bundle with --model.")
    if found != registered_sha256(folder):
        raise ModelError(
            f"The pose model {path} is damaged or was replaced: install posture again, "
            "or name your own bundle with --model.",
            code="model_checksum",
        )
    return ModelFile(path=path, sha256=found)


def registered_sha256(folder: Path, model: str = "pose") -> str:
    """Return the hash of a model, ``pose`` or ``estimator``, as registered in ``folder``."""
    try:
        registry = tomllib.loads((folder / REGISTRY).read_text(encoding="utf-8"))
        return str(registry[model]["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The model registry {folder / REGISTRY} cannot be read: install posture again.",
            code="model_missing",
        ) from error


def _hash(path: Path, advice: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The pose model {path} cannot be read. {advice}", code="model_missing"
        ) from error
