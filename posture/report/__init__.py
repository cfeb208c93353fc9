"""The printed sheet: one content, as HTML and as PDF."""

from __future__ import annotations

from posture.report.content import Sheet
from posture.report.sheet import make_sheet

__all__ = ["Sheet", "make_sheet"]
