"""The one analyzer of a server; it holds models, never anything of a visitor."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.inputs.hints import NO_HINTS, Hints
from posture.web.services.samples import find_samples

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer
    from posture.guidance.burst import Burst, NoBurst
    from posture.guidance.live import Look
    from posture.photo.load import Photo


_loading: Final = threading.Lock()


class SharedAnalyzer:
    """An analyzer for one visitor at a time, so that memory is needed for one photo only.

    It works in one thread of its own. Every run of a page is another thread, and what a C library
    has freed in one is hardly used again in the next: twenty visitors would fill a heap each.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analyzer")

    def analyze(self, source: bytes, *, hints: Hints, name: str) -> Analysis:
        """Analyse one photo; see :meth:`posture.analysis.analyzer.Analyzer.analyze`."""
        return self._thread.submit(self._analyzer.analyze, source, hints=hints, name=name).result()

    def look(self, frame: Photo) -> Look:
        """Read one live frame; see :func:`posture.guidance.live.look_at`."""
        from posture.guidance.live import look_at

        return self._thread.submit(look_at, frame, self._analyzer).result()

    def burst(self, pictures: Sequence[bytes]) -> Burst | NoBurst:
        """Read the pictures of a burst; see :func:`posture.guidance.burst.read_burst`."""
        from posture.guidance.burst import read_burst

        return self._thread.submit(read_burst, pictures, self._analyzer).result()


def shared_analyzer() -> SharedAnalyzer:
    """Return the analyzer that all visitors share, loading its models once.

    Raises
    ------
    ModelError
        If a model is missing or was changed; the next call tries again.
    """
    with _loading:
        return _loaded()


def warm_up() -> None:
    """Load the models and read one sample, so that the first photo takes no longer than others."""
    # Missing models and samples are told of by the pages that need them.
    with suppress(PostureError, OSError):
        analyzer = shared_analyzer()
        for sample in find_samples()[:1]:
            analyzer.analyze(sample.path.read_bytes(), hints=NO_HINTS, name=sample.path.name)


@cache
def _loaded() -> SharedAnalyzer:
    # The pose network takes half a second to import, which no page should wait for.
    from posture.analysis.analyzer import Analyzer

    return SharedAnalyzer(Analyzer())
