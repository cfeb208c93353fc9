"""Pelvic tilt and lumbar arch from one side-view photo.

>>> import posture
>>> analysis = posture.analyze("side.jpg")  # doctest: +SKIP
>>> analysis.estimates.pelvic_tilt_deg  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

if TYPE_CHECKING:
    from posture.analysis import Analyzer, analyze
    from posture.errors import ModelError, PhotoError, PoseError, PostureError, SettingsError
    from posture.estimation import Estimates
    from posture.export.tables import to_table
    from posture.findings import Finding
    from posture.hints import Hints
    from posture.keypoints import Keypoint, Keypoints
    from posture.manual import Corrections
    from posture.outcome import Refusal
    from posture.quantity import Quantity, Reference
    from posture.result import Analysis
    from posture.screening import Screening
    from posture.settings import Settings
    from posture.view import View

__all__ = [
    "Analysis",
    "Analyzer",
    "Corrections",
    "Estimates",
    "Finding",
    "Hints",
    "Keypoint",
    "Keypoints",
    "ModelError",
    "PhotoError",
    "PoseError",
    "PostureError",
    "Quantity",
    "Reference",
    "Refusal",
    "Screening",
    "Settings",
    "SettingsError",
    "View",
    "__version__",
    "analyze",
    "to_table",
]

_HOMES: Final = {
    "Analysis": "result",
    "Analyzer": "analysis",
    "Corrections": "manual",
    "Estimates": "estimation",
    "Finding": "findings",
    "Hints": "hints",
    "Keypoint": "keypoints",
    "Keypoints": "keypoints",
    "ModelError": "errors",
    "PhotoError": "errors",
    "PoseError": "errors",
    "PostureError": "errors",
    "Quantity": "quantity",
    "Reference": "quantity",
    "Refusal": "outcome",
    "Screening": "screening",
    "Settings": "settings",
    "SettingsError": "errors",
    "View": "view",
    "analyze": "analysis",
    "to_table": "export.tables",
}


def __getattr__(name: str) -> object:
    """Load names on first use: MediaPipe and OpenCV take half a second to import."""
    if name not in _HOMES:
        raise AttributeError(f"module 'posture' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"posture.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
