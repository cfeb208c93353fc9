"""Report files: all of them are written, or none."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from posture.case.case import Case
from posture.errors import SettingsError
from posture.messages import ENGLISH
from posture.program import plan_to_ics
from posture.report.content import Sheet
from posture.report.html import render_html
from posture.report.pdf import render_pdf
from posture.report.sheet import make_sheet


def _html(case: Case, phases: Sequence[int], language: str) -> bytes:
    return render_html(make_sheet(case, phases=phases, language=language)).encode()


def _pdf(case: Case, phases: Sequence[int], language: str) -> bytes:
    return render_pdf(make_sheet(case, phases=phases, language=language))


def _ics(case: Case, _phases: Sequence[int], language: str) -> bytes:
    reference = case.record.provenance.photo_sha256
    return plan_to_ics(case.plan, reference=reference, language=language).encode()


def _json(case: Case, _phases: Sequence[int], _language: str) -> bytes:
    return (json.dumps(case.to_dict(), ensure_ascii=False, indent=2) + "\n").encode()


SHEETS: Final[Mapping[str, Callable[[Sheet], bytes]]] = {
    ".html": lambda sheet: render_html(sheet).encode(),
    ".pdf": render_pdf,
}
"""Renderers of a sheet, by the ending of the file."""

FORMATS: Final[Mapping[str, Callable[[Case, Sequence[int], str], bytes]]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".ics": _ics,
    ".json": _json,
}
"""Renderers of a case in a language, by the ending of the file; data stay English."""


def check_targets(
    targets: Sequence[Path],
    *,
    sources: Sequence[Path],
    endings: Collection[str] = FORMATS.keys(),
) -> None:
    """Refuse files that cannot or must not be written, before any work is done.

    Parameters
    ----------
    targets : sequence of Path
        Files to write.
    sources : sequence of Path
        Files that are read and must not be overwritten.
    endings : collection of str
        Allowed endings.

    Raises
    ------
    SettingsError
        ``bad_output``, naming the file.
    """
    taken = {source.resolve() for source in sources}
    for target in targets:
        if target.suffix.lower() not in endings:
            raise _bad(target, f"must end in one of: {', '.join(endings)}.")
        if target.resolve() in taken:
            raise _bad(target, "is read by this command, or named twice.")
        if target.is_dir() or not target.parent.is_dir():
            raise _bad(target, "is not a file in a folder that exists.")
        taken.add(target.resolve())


def write_reports(
    case: Case, targets: Sequence[Path], *, phases: Sequence[int] = (0,), language: str = ENGLISH
) -> None:
    """Write a case in the format that the ending of each file names.

    All files are first written under temporary names and renamed at the end, so that none is left
    half-written.

    Parameters
    ----------
    case : Case
    targets : sequence of Path
    phases : sequence of int
        Indices of the phases that get a page each on the sheet.
    language : str
        Language of sheet and calendar.

    Raises
    ------
    SettingsError
        ``bad_output`` if a file cannot be written.
    """
    write_all(
        targets, [FORMATS[target.suffix.lower()](case, phases, language) for target in targets]
    )


def write_sheets(sheet: Sheet, targets: Sequence[Path]) -> None:
    """Write a sheet in the format that the ending of each file names; all files or none.

    Raises
    ------
    SettingsError
        ``bad_output`` if a file cannot be written.
    """
    write_all(targets, [SHEETS[target.suffix.lower()](sheet) for target in targets])


def write_all(targets: Sequence[Path], contents: Sequence[bytes]) -> None:
    """Write files; all of them or none.

    Raises
    ------
    SettingsError
        ``bad_output`` if a file cannot be written.
    """
    stored: list[Path] = []
    target = Path()
    try:
        for target, content in zip(targets, contents, strict=True):
            stored.append(_store(target, content))
        for target, part in zip(targets, stored, strict=True):
            part.replace(target)
    except OSError as error:
        raise _bad(target, f"cannot be written: {error.strerror}.") from error
    finally:
        for part in stored:
            part.unlink(missing_ok=True)


def _store(target: Path, content: bytes) -> Path:
    """Write a temporary file beside the target, with the permissions of an ordinary file."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(0o666 & ~_umask())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _bad(target: Path, problem: str) -> SettingsError:
    return SettingsError(f"--out {target} {problem}", code="bad_output")
