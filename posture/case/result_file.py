"""Result files of one run, in one folder, without ever overwriting a source photo."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis, AnalysisDict
from posture.case.starter import starter_plan
from posture.codec import encode_record
from posture.draw import OverlayOptions, draw_overlay, encode_png
from posture.errors import SettingsError
from posture.files import not_written, safe_stem, write_whole
from posture.messages import ENGLISH

RESULT: Final = ".posture.json"
PICTURE: Final = ".posture.png"
"""Endings of a result and of its picture."""


def result_of(analysis: Analysis) -> AnalysisDict:
    """Return the JSON form of an analysis with its first programme."""
    return {**analysis.to_dict(), "plan": encode_record(starter_plan(analysis.screening))}


def refused_result(refusal: Refusal) -> AnalysisDict:
    """Return the JSON form of a refused photo."""
    return {**refusal.to_dict(), "plan": None}


class Writer:
    """Writes results into one folder.

    Parameters
    ----------
    folder : Path
        Created when it does not exist.
    photos : tuple of Path
        Source photos, whose files are never touched.
    blur_face : bool
        Whether faces in pictures are made unrecognisable.
    language : str
        Language of the words in pictures.

    Raises
    ------
    SettingsError
        ``bad_output`` if the folder cannot be made or written to.
    """

    def __init__(
        self,
        folder: Path,
        *,
        photos: tuple[Path, ...],
        blur_face: bool,
        language: str = ENGLISH,
    ) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The folder {folder} cannot be made: {error.strerror}. Name another one.",
                code="bad_output",
            ) from error
        self._folder = folder
        self._taken = {_resolved(photo) for photo in photos}
        self._options = OverlayOptions(blur_face=blur_face, language=language)

    def write(self, photo: Path, result: AnalysisDict, analysis: Analysis | None) -> None:
        """Write ``NAME.posture.json`` and, for an analysed photo, ``NAME.posture.png``.

        A name that is taken in this run gets a number.
        """
        base = self._free_name(safe_stem(photo.name))
        text = json.dumps(result, ensure_ascii=False, indent=2) + "\n"
        try:
            if analysis is not None:
                image = encode_png(draw_overlay(analysis, options=self._options))
                write_whole(self._folder / f"{base}{PICTURE}", image)
            write_whole(self._folder / f"{base}{RESULT}", text.encode("utf-8"))
        except OSError as error:
            raise not_written(f"Results cannot be written to {self._folder}", error) from error

    def _free_name(self, stem: str) -> str:
        number = 1
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            files = {_resolved(self._folder / f"{name}{ending}") for ending in (RESULT, PICTURE)}
            if not files & self._taken:
                self._taken |= files
                return name
            number += 1


def _resolved(path: Path) -> str:
    """Return the path behind links; of a link that leads back to itself, its own."""
    return os.path.realpath(path)
