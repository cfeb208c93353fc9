"""Pelvic tilt and lumbar arch from one side-view photo."""

from __future__ import annotations

__version__ = "0.1.0"
