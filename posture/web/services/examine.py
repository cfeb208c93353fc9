"""From the bytes of a photo to everything that its page shows."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis import Hints
from posture.draw import OverlayOptions, draw_overlay, encode_jpeg, encode_png
from posture.errors import PostureError
from posture.output import refused_result, result_of
from posture.program import Plan, build_plan
from posture.result import Analysis
from posture.starter import plan_request
from posture.web.services.analyzer import SharedAnalyzer
from posture.web.texts import say

INTERNAL: Final = "internal"
"""Code of a failure that is the program's own fault."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFile:
    """A photo as it came in: its name for people, and its bytes."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one photo led to: an analysis with its plan, or the reason why not.

    Parameters
    ----------
    photo : str
        Name of the photo.
    analysis : Analysis or None
    plan : Plan or None
        Present with an analysis.
    error : PostureError or None
        Present without one.
    document : str
        The JSON file to download.
    """

    photo: str
    analysis: Analysis | None
    plan: Plan | None
    error: PostureError | None
    document: str


def examine(
    photo: PhotoFile,
    *,
    hints: Hints,
    analyzer: Callable[[], SharedAnalyzer],
    today: date,
    tell: Callable[[str], None],
) -> Outcome:
    """Analyse a photo and build its first programme; a failure becomes a sentence.

    Parameters
    ----------
    photo : PhotoFile
    hints : Hints
        What the visitor knows about the photo.
    analyzer : callable
        Returns the shared analyzer; the first call loads models.
    today : date
        First day of the programme.
    tell : callable
        Told in words what is being done.

    Returns
    -------
    Outcome
    """
    try:
        tell(say("step_model"))
        shared = analyzer()
        tell(say("step_measure"))
        found = shared.analyze(photo.data, hints=hints)
        tell(say("step_plan"))
        analysis = dataclasses.replace(found, photo=photo.name)
        plan = build_plan(plan_request(analysis.screening, start=today))
        document = _document(result_of(analysis))
    except PostureError as error:
        return _refused(photo.name, error)
    except Exception:  # noqa: BLE001  # the page must stand, whatever a photo holds
        # The visitor gets a sentence, whoever runs the server gets the trace; neither photo
        # nor file name goes into the log.
        _log.exception("a photo could not be analysed")
        return _refused(photo.name, PostureError(say("error_internal"), code=INTERNAL))
    return Outcome(photo=photo.name, analysis=analysis, plan=plan, error=None, document=document)


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


def _refused(name: str, error: PostureError) -> Outcome:
    readable = _readable(error, name)
    return Outcome(
        photo=name,
        analysis=None,
        plan=None,
        error=readable,
        document=_document(refused_result(name, readable)),
    )


def _readable(error: PostureError, name: str) -> PostureError:
    """Put the file's name where the reader of bytes had none to say."""
    if not error.message.startswith("bytes "):
        return error
    return type(error)(name + error.message.removeprefix("bytes"), code=error.code)


def _document(result: object) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
