"""From the bytes of a photo to everything that its page shows."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from posture.analysis.analyzer import Hints
from posture.analysis.correct import correct, reestimated
from posture.analysis.result import Analysis, AnalysisDict
from posture.case.result_file import refused_result, result_of
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg, encode_png
from posture.errors import PostureError
from posture.inputs.corrections import PELVIS_POINTS
from posture.web.services.analyzer import SharedAnalyzer
from posture.web.texts import say

INTERNAL: Final = "internal"
"""Code of a failure that is the program's own fault."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFile:
    """A photo as it came in: its name for people, its bytes, and their hash.

    The hash tells photos apart at every look at the page, so it is made once.
    """

    name: str
    data: bytes
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one photo led to: an analysis, or the reason why not.

    Parameters
    ----------
    photo : str
        Name of the photo.
    analysis : Analysis or None
        With what was corrected by hand.
    error : PostureError or None
        Present without an analysis.
    dropped : str
        Why points of the pelvis that were placed no longer count; empty when they do.
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
) -> Examined:
    """Analyse a photo; a failure becomes a sentence.

    Parameters
    ----------
    photo : PhotoFile
    hints : Hints
        What the visitor knows about the photo.
    analyzer : callable
        Returns the shared analyzer; the first call loads models.
    tell : callable
        Told in words what is being done.

    Returns
    -------
    Examined
    """
    try:
        tell(say("step_model"))
        shared = analyzer()
        tell(say("step_measure"))
        found = shared.analyze(photo.data, hints=hints, name=photo.name)
    except PostureError as error:
        return _refused(photo.name, error)
    except Exception:  # noqa: BLE001  # the page must stand, whatever a photo holds
        # The visitor gets a sentence, whoever runs the server gets the trace; neither photo
        # nor file name goes into the log.
        _log.exception("a photo could not be analysed")
        return _refused(photo.name, PostureError(say("error_internal"), code=INTERNAL))
    return Examined(photo=photo.name, analysis=found, error=None)


def with_hints(outcome: Examined, hints: Hints) -> Examined:
    """Return the outcome for another person or camera; the photo is not read again."""
    analysis = outcome.analysis
    if analysis is None:
        return outcome
    renewed = reestimated(analysis, hints)
    wanted = analysis.corrections
    try:
        return dataclasses.replace(outcome, analysis=correct(renewed, wanted), dropped="")
    except PostureError as error:
        # Another height gives the pelvis another size, which its two points may contradict.
        found = correct(renewed, wanted.without(*PELVIS_POINTS))
        return dataclasses.replace(outcome, analysis=found, dropped=error.message)


def document_of(outcome: Examined) -> AnalysisDict:
    """Return the result file of one photo, refused ones included."""
    if outcome.analysis is not None:
        return result_of(outcome.analysis)
    error = outcome.error or PostureError(say("error_internal"), code=INTERNAL)
    return refused_result(outcome.photo, error)


def overlay_jpeg(analysis: Analysis, *, blur_face: bool) -> bytes | None:
    """Return the annotated picture for the page, or ``None`` when it cannot be drawn."""
    try:
        return encode_jpeg(draw_overlay(analysis, options=OverlayOptions(blur_face=blur_face)))
    except Exception:  # noqa: BLE001  # as above
        # Values without a picture are worth more than no page at all.
        _log.exception("a picture could not be drawn")
        return None


def overlay_png(analysis: Analysis, *, blur_face: bool) -> bytes:
    """Return the annotated picture as a file to keep: without loss, and slow to write."""
    return encode_png(draw_overlay(analysis, options=OverlayOptions(blur_face=blur_face)))


def _refused(name: str, error: PostureError) -> Examined:
    return Examined(photo=name, analysis=None, error=error)
