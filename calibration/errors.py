"""Errors of the calibration tools, each with one sentence that says what to do."""

from __future__ import annotations


class CalibrationError(Exception):
    """Base class of every error that this package raises on purpose."""


class MissingExtraError(CalibrationError):
    """The body model or the renderer is not installed in this environment."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"{missing} is not available: create the calibration environment first "
            "(make calibration; see calibration/README.md)."
        )


class DatasetError(CalibrationError):
    """A data set cannot be written or read; files that are already there stay usable."""
