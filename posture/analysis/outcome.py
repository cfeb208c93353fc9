"""Outcomes of many photos in order: an analysis or a refusal each, never an exception."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

import numpy as np
from PIL import Image

from posture import hooks
from posture.analysis.result import Analysis, AnalysisDict, refusal_dict
from posture.errors import PostureError, SettingsError
from posture.messages import valid_text
from posture.photo.load import PhotoSource

AHEAD: Final = 2
"""Items per thread that are taken from the iterable before the caller asks for them."""

MOST_WORKERS: Final = 64

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A photo that could not be analysed.

    Parameters
    ----------
    photo : str
        Name of the photo.
    error : PostureError
        The reason; its text is one sentence that the user can act on.
    """

    photo: str
    error: PostureError

    @property
    def status(self) -> Literal["refused"]:
        """Always ``"refused"``, beside the ``"ok"`` and ``"poor"`` of an analysis."""
        return "refused"

    def to_dict(self) -> AnalysisDict:
        """Return the JSON form, which has the keys of an analysis."""
        return refusal_dict(self.photo, self.error)

    def _repr_html_(self) -> str:
        return hooks.notebook_html(self)


Outcome: TypeAlias = Analysis | Refusal
"""Result of one photo."""


def source_name(source: PhotoSource) -> str:
    """Return the name that a photo has in results when no other is given."""
    if isinstance(source, np.ndarray):
        return "array"
    if isinstance(source, Image.Image):
        return "image"
    return "bytes" if isinstance(source, bytes) else valid_text(Path(source).name)


def in_order(work: Callable[[In], Out], items: Iterable[In], *, workers: int = 1) -> Iterator[Out]:
    """Call ``work`` on items in threads and yield the results in the order of the items.

    Parameters
    ----------
    items : iterable
        Consumed as results are requested, at most ``2 * workers`` ahead, so it may be endless.
    workers : int
        Number of threads; with 1 the caller's own thread does the work, one item per request.

    Returns
    -------
    iterator
        If it is closed early, items that were not begun are left alone.

    Raises
    ------
    SettingsError
        ``bad_workers`` if ``workers`` is not between 1 and 64.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise SettingsError(
            f"The number of workers is between 1 and {MOST_WORKERS}.", code="bad_workers"
        )
    return map(work, items) if workers == 1 else _threaded(work, items, workers)


def _threaded(work: Callable[[In], Out], items: Iterable[In], workers: int) -> Iterator[Out]:
    waiting: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="posture") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) == AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
