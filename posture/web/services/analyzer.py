"""The one analyzer of a server; it holds models, never anything of a visitor."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import streamlit as st

from posture.analysis.result import Analysis
from posture.inputs.hints import Hints

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer


class SharedAnalyzer:
    """An analyzer for one visitor at a time, so that memory is needed for one photo only."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._lock = threading.Lock()

    def analyze(self, source: bytes, *, hints: Hints, name: str) -> Analysis:
        """Analyse one photo; see :meth:`posture.analysis.analyzer.Analyzer.analyze`."""
        with self._lock:
            return self._analyzer.analyze(source, hints=hints, name=name)


@st.cache_resource(show_spinner=False)
def shared_analyzer() -> SharedAnalyzer:
    """Return the analyzer that all visitors share, loading its models once.

    Raises
    ------
    ModelError
        If a model is missing or was changed; the next call tries again.
    """
    # The pose network takes half a second to import, which no page should wait for.
    from posture.analysis.analyzer import Analyzer

    return SharedAnalyzer(Analyzer())
