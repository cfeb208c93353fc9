"""Result files of one run, in one folder, without ever overwriting a source photo."""

from __future__ import annotations

import json
from pathlib import Path

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis, AnalysisDict
from posture.case.starter import starter_plan
from posture.codec import encode_record
from posture.draw import OverlayOptions, draw_overlay, encode_png
from posture.errors import SettingsError


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

    Raises
    ------
    SettingsError
        ``bad_output`` if the folder cannot be made or written to.
    """

    def __init__(self, folder: Path, *, photos: tuple[Path, ...], blur_face: bool) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The folder {folder} cannot be made: {error.strerror}. Name another one.",
                code="bad_output",
            ) from error
        self._folder = folder
        self._taken = {photo.resolve() for photo in photos}
        self._options = OverlayOptions(blur_face=blur_face)

    def write(self, photo: Path, result: AnalysisDict, analysis: Analysis | None) -> None:
        """Write ``NAME.posture.json`` and, for an analysed photo, ``NAME.posture.png``.

        A name that is taken in this run gets a number.
        """
        base = self._free_base(photo.stem)
        text = json.dumps(result, ensure_ascii=False, indent=2) + "\n"
        try:
            base.with_name(base.name + ".posture.json").write_text(text, encoding="utf-8")
            if analysis is not None:
                image = encode_png(draw_overlay(analysis, options=self._options))
                base.with_name(base.name + ".posture.png").write_bytes(image)
        except OSError as error:
            raise SettingsError(
                f"Results cannot be written to {self._folder}: {error.strerror}.",
                code="bad_output",
            ) from error

    def _free_base(self, stem: str) -> Path:
        number = 1
        while True:
            base = self._folder / (stem if number == 1 else f"{stem}-{number}")
            files = {
                base.with_name(base.name + ending).resolve()
                for ending in (".posture.json", ".posture.png")
            }
            if not files & self._taken:
                self._taken |= files
                return base
            number += 1
