"""Outcomes of many photos in order: an analysis or a refusal each, never an exception."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar, cast

import numpy as np
from PIL import Image

from posture import hooks
from posture.analysis.result import Analysis, AnalysisDict, refusal_dict
from posture.errors import PostureError, SettingsError
from posture.inputs.hints import NO_HINTS, Hints
from posture.messages import valid_text
from posture.photo.load import NO_FACTS, PhotoFacts, PhotoSource

COLOUR_DIMENSIONS: Final = 3
"""Dimensions of one photo as an array; four are a stack of photos."""

AHEAD: Final = 2
"""Items per thread that are taken from the iterable before the caller asks for them."""

MOST_WORKERS: Final = 64

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Refusal:
    """A photo that could not be analysed.

    Parameters
    ----------
    photo : str
        Name of the photo.
    error : PostureError
        The reason; its text is one sentence that the user can act on.
    path : str or None
        Path of the photo as it was given; ``None`` if it came from memory.
    source : PhotoFacts
        Hash, size and date of the photo, as far as it could be read.
    hints : Hints
        As given by the user.
    """

    photo: str
    error: PostureError
    path: str | None = None
    source: PhotoFacts = NO_FACTS
    hints: Hints = NO_HINTS

    @property
    def status(self) -> Literal["refused"]:
        """Always ``"refused"``, beside the ``"ok"`` and ``"poor"`` of an analysis."""
        return "refused"

    def to_dict(self) -> AnalysisDict:
        """Return the JSON form, which has the keys of an analysis."""
        return refusal_dict(
            self.photo, self.error, path=self.path, source=self.source, hints=self.hints
        )

    def __repr__(self) -> str:
        return f"<Refusal of {self.path or self.photo}: {self.error.code}, {self.error}>"

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


def paired(
    sources: PhotoSource | Iterable[PhotoSource], hints: Hints | Iterable[Hints]
) -> Iterator[tuple[PhotoSource, Hints]]:
    """Return photos with their hints; a single photo counts as a list of one.

    Raises
    ------
    SettingsError
        ``bad_photos`` or ``bad_hints`` if these are no photos and no hints.
    ValueError
        While iterating, if there are not as many hints as photos.
    """
    one = isinstance(sources, str | os.PathLike | bytes | Image.Image)
    if one or (isinstance(sources, np.ndarray) and sources.ndim == COLOUR_DIMENSIONS):
        sources = [cast("PhotoSource", sources)]
    if not isinstance(sources, Iterable):
        raise SettingsError(
            "map takes photos: paths, bytes, Pillow images or arrays, not "
            f"{type(sources).__name__}.",
            code="bad_photos",
        )
    photos = cast("Iterable[PhotoSource]", sources)
    if isinstance(hints, Hints):
        return ((photo, hints) for photo in photos)
    if isinstance(hints, str | Mapping) or not isinstance(hints, Iterable):
        raise _bad_hints(hints)
    return _with_own(photos, hints)


def _with_own(
    photos: Iterable[PhotoSource], hints: Iterable[Hints]
) -> Iterator[tuple[PhotoSource, Hints]]:
    given, count = iter(hints), 0
    for count, photo in enumerate(photos, start=1):
        found = next(given, None)
        if found is None:
            raise ValueError(
                f"there are fewer hints ({count - 1}) than photos: give one for each photo, or a "
                "single posture.Hints for all"
            )
        yield photo, found
    if next(given, None) is not None:
        raise ValueError(f"there are more hints than photos ({count}): give one for each photo")


def checked_hints(hints: object) -> Hints:
    """Return hints; raises ``SettingsError`` (``bad_hints``) for anything else."""
    if not isinstance(hints, Hints):
        raise _bad_hints(hints)
    return hints


def _bad_hints(found: object) -> SettingsError:
    return SettingsError(
        f"Hints are a posture.Hints, such as posture.Hints(sex='female'), not "
        f"{type(found).__name__}.",
        code="bad_hints",
    )


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
