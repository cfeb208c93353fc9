"""Pelvic tilt and lumbar arch from one side-view photo.

>>> import posture
>>> analysis = posture.analyze("side.jpg")  # doctest: +SKIP
>>> analysis.estimates.pelvic_tilt_deg  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from posture import hooks

__version__ = "0.2.0"

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer, analyze
    from posture.analysis.keypoints import Keypoint, Keypoints
    from posture.analysis.outcome import Refusal
    from posture.analysis.result import Analysis
    from posture.comparison.subjects import compare
    from posture.errors import ModelError, PhotoError, PoseError, PostureError, SettingsError
    from posture.estimator.model import Estimates
    from posture.export.tables import to_table
    from posture.inputs.corrections import Corrections
    from posture.inputs.hints import Hints
    from posture.quantity import Quantity, Reference
    from posture.screening.grade import Screening
    from posture.settings import Settings
    from posture.view.findings import Finding
    from posture.view.gate import View

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
    "compare",
    "to_table",
]

_HOMES: Final = {
    "Analysis": "analysis.result",
    "Analyzer": "analysis.analyzer",
    "Corrections": "inputs.corrections",
    "Estimates": "estimator.model",
    "Finding": "view.findings",
    "Hints": "inputs.hints",
    "Keypoint": "analysis.keypoints",
    "Keypoints": "analysis.keypoints",
    "ModelError": "errors",
    "PhotoError": "errors",
    "PoseError": "errors",
    "PostureError": "errors",
    "Quantity": "quantity",
    "Reference": "quantity",
    "Refusal": "analysis.outcome",
    "Screening": "screening.grade",
    "Settings": "settings",
    "SettingsError": "errors",
    "View": "view.gate",
    "analyze": "analysis.analyzer",
    "compare": "comparison.subjects",
    "to_table": "export.tables",
}


def __getattr__(name: str) -> object:
    """Load names on first use: MediaPipe and OpenCV take half a second to import."""
    if name not in _HOMES:
        raise AttributeError(f"module 'posture' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"posture.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def _later(module: str, name: str) -> Callable[[Any], Any]:
    """Return a function that loads its module when it is first called."""

    def call(argument: Any) -> Any:
        return getattr(importlib.import_module(module), name)(argument)

    return call


hooks.to_table = _later("posture.export.tables", "to_table")
hooks.notebook_html = _later("posture.draw.notebook", "notebook_html")


def __dir__() -> list[str]:
    return sorted(__all__)
