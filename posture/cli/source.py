"""Source of a plan or sheet, a photo or a result file, and related options."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from posture.cli.options import require_photo_for
from posture.types import Facing, Sex

if TYPE_CHECKING:
    from posture.analysis.record import Record
    from posture.inputs.protocol import Protocol
    from posture.program import Answers

LEVELS: Final = ("beginner", "intermediate", "advanced")
PHASES: Final = ("1", "2", "3", "4", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The photo or result file, and how to read it."""

    path: Path
    sex: Sex | None
    facing: Facing | None
    setup: Protocol
    blur_face: bool
    model: Path | None
    language: str


def next_monday(day: date) -> date:
    """Return the day itself when it is a Monday, else the next one."""
    return day + timedelta(days=-day.weekday() % 7)


def no_answers() -> Answers:
    """Return empty answers."""
    from posture.program import Answers

    return Answers()


def split_names(names: str | None) -> frozenset[str] | None:
    """Split names at commas; ``None`` if nothing was given."""
    if names is None:
        return None
    return frozenset(name.strip() for name in names.split(",") if name.strip())


def phase_indices(phase: str) -> tuple[int, ...]:
    """Return the phases of a ``--phase`` choice, counted from 0."""
    return (0, 1, 2, 3) if phase == "all" else (int(phase) - 1,)


def read_source(source: Source) -> tuple[Record, bytes | None]:
    """Return the record of a photo with its overlay, or of a result file without overlay."""
    from posture.analysis.record import read_record

    if source.path.suffix.lower() != ".json":
        return _analyse(source)
    require_photo_for(source.setup, photos=False)
    record = read_record(source.path)
    return (record.rescreened(source.sex) if source.sex else record), None


def _analyse(source: Source) -> tuple[Record, bytes]:
    from posture.analysis.analyzer import Analyzer
    from posture.analysis.record import Record
    from posture.draw import OverlayOptions, draw_overlay, encode_jpeg
    from posture.inputs.hints import Hints

    with Analyzer(source.model) as analyzer:
        hints = Hints(facing=source.facing, sex=source.sex).with_setup(source.setup)
        analysis = analyzer.analyze(source.path, hints=hints)
    options = OverlayOptions(
        blur_face=source.blur_face, show_legend=False, language=source.language
    )
    return Record.of(analysis), encode_jpeg(draw_overlay(analysis, options=options))
