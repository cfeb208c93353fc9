"""Examination of one photo: its analysis or the refusal, its result file, its pictures."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from posture.analysis.correct import correct, reestimated
from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis, AnalysisDict
from posture.case.result_file import refused_result, result_of
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg, encode_png
from posture.errors import PostureError
from posture.inputs.corrections import PELVIS_POINTS
from posture.inputs.hints import Hints
from posture.web.language import current_language
from posture.web.services.analyzer import SharedAnalyzer
from posture.web.texts import say

INTERNAL: Final = "internal"
"""Code of a failure that is the program's own fault."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFile:
    """A photo as it came in: a name for people to read, its bytes, and their hash.

    The hash identifies the photo on every redraw of the page, so it is computed once.
    """

    name: str
    data: bytes
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedPhoto:
    """An examined photo: its analysis, or the reason why there is none.

    Parameters
    ----------
    photo : str
        Name of the photo.
    analysis : Analysis or None
        With the corrections made by hand.
    error : PostureError or None
        Present if and only if there is no analysis.
    dropped : str
        Why placed points of the pelvis no longer count; empty when they do.
    """

    photo: str
    analysis: Analysis | None
    error: PostureError | None
    dropped: str = ""


def examine(
    photo: PhotoFile,
    *,
    hints: Hints,
    analyzer: Callable[[], SharedAnalyzer],
    tell: Callable[[str], None],
) -> ExaminedPhoto:
    """Analyse a photo; a failure becomes a sentence.

    Parameters
    ----------
    photo : PhotoFile
    hints : Hints
        What the visitor knows about the photo.
    analyzer : callable
        Returns the shared analyzer; the first call loads the models.
    tell : callable
        Takes a sentence about the step that begins.
    """
    try:
        tell(say("step_model"))
        shared = analyzer()
        tell(say("step_measure"))
        found = shared.analyze(photo.data, hints=hints, name=photo.name)
    except PostureError as error:
        return _refused(photo.name, error)
    except Exception:  # noqa: BLE001  # the page must stand, whatever a photo holds
        # The visitor gets a sentence and whoever runs the server the trace; the log holds neither
        # the photo nor its name.
        _log.exception("a photo could not be analysed")
        return _refused(photo.name, PostureError(say("error_internal"), code=INTERNAL))
    return ExaminedPhoto(photo=photo.name, analysis=found, error=None)


def update_hints(examined: ExaminedPhoto, hints: Hints) -> ExaminedPhoto:
    """Return the photo for other hints on person or camera; it is not read again."""
    analysis = examined.analysis
    if analysis is None:
        return examined
    renewed = reestimated(analysis, hints)
    wanted = analysis.corrections
    try:
        return dataclasses.replace(examined, analysis=correct(renewed, wanted), dropped="")
    except PostureError as error:
        # Another height gives the pelvis another size, which its two points may contradict.
        found = correct(renewed, wanted.without(*PELVIS_POINTS))
        return dataclasses.replace(examined, analysis=found, dropped=error.message)


def result_dict(examined: ExaminedPhoto) -> AnalysisDict:
    """Return the result file of one photo, refused ones included."""
    if examined.analysis is not None:
        return result_of(examined.analysis)
    error = examined.error or PostureError(say("error_internal"), code=INTERNAL)
    return refused_result(Refusal(photo=examined.photo, error=error))


def overlay_jpeg(analysis: Analysis, *, blur_face: bool) -> bytes | None:
    """Return the annotated picture for the page, or ``None`` when it cannot be drawn."""
    try:
        # The values stand beside the picture.
        options = OverlayOptions(
            blur_face=blur_face, show_legend=False, language=current_language()
        )
        return encode_jpeg(draw_overlay(analysis, options=options))
    except Exception:  # noqa: BLE001  # as above
        # A page without the picture is worth more than no page at all.
        _log.exception("a picture could not be drawn")
        return None


def overlay_png(analysis: Analysis, *, blur_face: bool, language: str) -> bytes:
    """Return the annotated picture as a file to keep: lossless, and slow to write."""
    return encode_png(
        draw_overlay(analysis, options=OverlayOptions(blur_face=blur_face, language=language))
    )


def _refused(name: str, error: PostureError) -> ExaminedPhoto:
    return ExaminedPhoto(photo=name, analysis=None, error=error)
