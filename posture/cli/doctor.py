"""Checks of ``posture doctor``: installed packages, models and libraries."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posture import __version__
from posture.errors import ModelError, PostureError
from posture.estimator.file import shipped_estimator
from posture.pose.bundle import resolve_model
from posture.program import ProgramDataError, check_library, load_library

PACKAGES: Final = (
    "mediapipe",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pi-heif",
    "streamlit",
    "pyarrow",
    "jinja2",
    "reportlab",
    "click",
    "rich",
    "cattrs",
    "platformdirs",
    "segno",
    "sqlcipher3",
)
EXTRAS: Final = {
    "ray": ("ray", "batches on a cluster"),
    "Authlib": ("auth", "sign-in to a hosted app"),
    "httpx": ("auth", "sign-in to a hosted app"),
    "botocore": ("s3", "S3 keys with // in them"),
    "keyring": ("keyring", "a passphrase remembered in the system's key ring"),
}
"""Packages that only some people need: the extra that brings them, and what they are for."""
RIVAL_CV2: Final = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report.

    Parameters
    ----------
    detail : str
        Finding, or advice if not ``ok``.
    """

    name: str
    ok: bool
    detail: str


def run_checks(model_path: Path | None = None) -> tuple[Check, ...]:
    """Check versions, models and the one conflict that silently breaks installations."""
    return (
        Check(name="posture", ok=True, detail=__version__),
        Check(name="python", ok=True, detail=f"{platform.python_version()} {platform.platform()}"),
        *(_package(name) for name in PACKAGES),
        *(_extra(name) for name in EXTRAS),
        *_rivals(),
        _cv2(),
        _pose_model(model_path),
        _estimator(),
        _library(),
        _detector(model_path),
    )


def _package(name: str) -> Check:
    try:
        return Check(name=name, ok=True, detail=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name=name, ok=False, detail="missing: install posture again")


def _extra(name: str) -> Check:
    """Return the version of a package that may be missing, or how to get it."""
    extra, purpose = EXTRAS[name]
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = f"not installed; only for {purpose}: pip install '.[{extra}]'"
    return Check(name=name, ok=True, detail=found)


def _library() -> Check:
    try:
        library = load_library()
        check_library(library)
    except ProgramDataError as error:
        return Check(name="exercise library", ok=False, detail=str(error))
    return Check(name="exercise library", ok=True, detail=f"{len(library.exercises)} exercises")


def _rivals() -> Iterator[Check]:
    for name in RIVAL_CV2:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield Check(
            name=name,
            ok=False,
            detail="overwrites opencv-python-headless: uninstall both, then install posture again",
        )


def _cv2() -> Check:
    try:
        import cv2
    except ImportError as error:
        return Check(name="cv2", ok=False, detail=f"cannot be imported: {error}")
    return Check(name="cv2", ok=True, detail=f"{cv2.__version__} from {Path(cv2.__file__).parent}")


def _pose_model(path: Path | None) -> Check:
    try:
        model = resolve_model(path)
    except ModelError as error:
        return Check(name="pose model", ok=False, detail=str(error))
    return Check(name="pose model", ok=True, detail=f"{model.path} sha256 {model.sha256}")


def _estimator() -> Check:
    try:
        return Check(name="estimator", ok=True, detail=shipped_estimator().id)
    except ModelError as error:
        return Check(name="estimator", ok=False, detail=str(error))


def _detector(path: Path | None) -> Check:
    try:
        from posture.pose.detector import PoseDetector

        with PoseDetector(path):
            return Check(name="pose network", ok=True, detail="loads")
    except (PostureError, ImportError) as error:
        return Check(name="pose network", ok=False, detail=str(error))
