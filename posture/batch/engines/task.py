"""Task of a batch: turns an item into its row and pictures; a bad photo never raises."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes, urlsplit

from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.result import Analysis
from posture.batch.model import Item, ItemResult, TaskOptions
from posture.errors import ModelError, PhotoError, PostureError
from posture.export.batch_folder import stored_text
from posture.export.entries import entry_of
from posture.export.rows import row_of
from posture.inputs.hints import Hints
from posture.inputs.told import Told
from posture.messages import valid_text

if TYPE_CHECKING:
    from posture.photo.load import PhotoSource

THUMBNAIL_SIDE: Final = 240
THUMBNAIL_QUALITY: Final = 72
"""About 6 kB a picture: a gallery of a thousand stays below 10 MB."""

OVERLAY_QUALITY: Final = 88


def limit_threads() -> None:
    """Limit OpenCV to one thread: there is already a worker for each core."""
    import cv2

    cv2.setNumThreads(1)


class AnalysisTask:
    """Analyses items one after another with a single analyzer.

    Raises
    ------
    ModelError
        If a model is missing, changed or unusable.
    """

    def __init__(self, options: TaskOptions) -> None:
        from posture.analysis.analyzer import Analyzer

        self._options = options
        self._analyzer = Analyzer(
            Path(options.model) if options.model else None, bystanders=options.blur_face
        )

    def __call__(self, item: Item) -> ItemResult:
        """Return the outcome of one item.

        Raises
        ------
        ModelError
            The run cannot continue.
        MemoryError
            The worker should be replaced; :func:`out_of_memory` gives the outcome of the item.
        """
        try:
            return self._analysed(item)
        except (ModelError, MemoryError):
            raise
        except PostureError as error:
            return refused(item, error)
        except Exception as error:  # noqa: BLE001 - a fault must cost one row, not the run
            return refused(item, _fault(item, error))

    def _analysed(self, item: Item) -> ItemResult:
        if item.problem is not None:
            raise PhotoError(item.problem, code="bad_manifest_line")
        hints, name, source = hints_of(item), name_of(item), _source(item)
        try:
            analysis = self._analyzer.analyze(source, hints=hints, name=name)
        except ModelError:
            raise
        except PostureError as error:
            return _result(item, self._analyzer.refusal(source, _plain(error), name=name))
        return replace(
            _result(item, analysis),
            overlay=self._overlay(analysis) if self._options.overlays else None,
            thumbnail=self._thumbnail(analysis) if self._wants_thumbnail(item) else None,
        )

    def _wants_thumbnail(self, item: Item) -> bool:
        every = self._options.thumbnail_every
        return every > 0 and item.number % every == 0

    def _overlay(self, analysis: Analysis) -> bytes:
        from posture.draw import OverlayOptions, draw_overlay, encode_jpeg

        options = OverlayOptions(blur_face=self._options.blur_face)
        return encode_jpeg(draw_overlay(analysis, options=options), quality=OVERLAY_QUALITY)

    def _thumbnail(self, analysis: Analysis) -> bytes:
        from posture.draw import encode_jpeg, thumbnail

        picture = thumbnail(analysis, blur_face=self._options.blur_face, long_side=THUMBNAIL_SIDE)
        return encode_jpeg(picture, quality=THUMBNAIL_QUALITY)


def name_of(item: Item) -> str:
    """Return the file name of an item, as text that can be stored."""
    path = item.uri.split("?", 1)[0] if "://" in item.uri else item.uri
    return valid_text(path).rsplit("/", 1)[-1]


def refused(item: Item, error: PostureError) -> ItemResult:
    """Return the outcome of a refused item.

    Its row has the status ``refused`` and the error's code and sentence.
    """
    return _result(item, Refusal(photo=name_of(item), error=_plain(error)))


def hints_of(item: Item) -> Hints:
    """Return what the list of inputs says about a photo, as hints.

    Raises
    ------
    SettingsError
        A value is out of its range.
    """
    return Hints(
        facing=item.facing,
        sex=item.sex,
        clothing=item.clothing,
        height_cm=item.height_cm,
        camera_height_cm=item.camera_height_cm,
        camera_distance_cm=item.camera_distance_cm,
    )


def _plain(error: PostureError) -> PostureError:
    return PostureError(valid_text(error.message), code=error.code)


def _result(item: Item, outcome: Outcome) -> ItemResult:
    entry = entry_of(
        outcome,
        id=valid_text(item.id),
        uri=valid_text(item.uri),
        path=valid_text(item.id if item.path is None else item.path),
        number=item.number,
        told=_told(item),
    )
    return ItemResult(
        number=item.number, row=row_of(entry), result=stored_text(entry.result).encode("ascii")
    )


def _told(item: Item) -> Told:
    further = {valid_text(name): valid_text(value) for name, value in item.further.items()}
    return Told(
        facing=item.facing,
        sex=item.sex,
        clothing=item.clothing,
        height_cm=item.height_cm,
        camera_height_cm=item.camera_height_cm,
        camera_distance_cm=item.camera_distance_cm,
        subject=None if item.subject is None else valid_text(item.subject),
        visit=None if item.visit is None else valid_text(item.visit),
        further=further or None,
    )


def died(item: Item, how: str) -> ItemResult:
    """Return the outcome of an item whose worker ended while analysing it.

    Parameters
    ----------
    how : str
        Known cause of the end, such as "signal SIGABRT".
    """
    return refused(
        item,
        PostureError(
            f"{name_of(item)} made the analysing process end ({how}): the file may be damaged, "
            "or memory ran out. Save it anew as a JPEG and try it again.",
            code="worker_died",
        ),
    )


def out_of_memory(item: Item) -> ItemResult:
    """Return the outcome of an item that needed more memory than available."""
    return refused(
        item,
        PostureError(
            f"{name_of(item)} needs more memory than there is: reduce it, or run with fewer "
            "--workers.",
            code="worker_died",
        ),
    )


def timed_out(item: Item, seconds: float) -> ItemResult:
    """Return the outcome of an item that took too long."""
    return refused(
        item,
        PostureError(
            f"{name_of(item)} was given up after {seconds:g} s: save it anew as a JPEG, or allow "
            "more with --timeout.",
            code="timed_out",
        ),
    )


def _source(item: Item) -> PhotoSource:
    """Return a path, or the content of a file in an object store."""
    from posture.batch.stores.base import is_store_uri, read_uri
    from posture.settings import DEFAULT

    if is_store_uri(item.uri):
        return read_uri(item.uri, max_bytes=DEFAULT.max_bytes)
    return local_path(item.uri)


def local_path(uri: str) -> Path:
    """Return the path behind a path or a ``file://`` URI.

    Raises
    ------
    PhotoError
        ``photo_unsupported`` for any other scheme.
    """
    from posture.batch.stores.uri import STORE_ADDRESS

    if uri.startswith("file://"):
        return Path(_decoded(urlsplit(uri).path))
    if "://" in uri:
        raise PhotoError(
            f"{uri} cannot be opened: give a path or an address with {STORE_ADDRESS}.",
            code="photo_unsupported",
        )
    return Path(uri)


def _decoded(text: str) -> str:
    return os.fsdecode(unquote_to_bytes(text))


def _fault(item: Item, error: Exception) -> PostureError:
    words = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return PostureError(
        f"{name_of(item)} met a fault in the program ({words}): please report it with this "
        "sentence.",
        code="analysis_failed",
    )
