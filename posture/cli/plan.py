"""The command ``posture plan``: from a photo to the programme that fits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from posture.cli.hints import clothing_option, facing_option, sex_option
from posture.errors import PhotoError, PoseError, PostureError, SettingsError

if TYPE_CHECKING:
    from posture.analysis.record import Record
    from posture.program import Answers
    from posture.program.model import Level
    from posture.report import PlanOptions
    from posture.types import Clothing

EXIT_REFUSED: Final = 3
EXIT_FAILED: Final = 1

LEVELS: Final = ("beginner", "intermediate", "advanced")
PHASES: Final = ("1", "2", "3", "4", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The photo or result file, and how to read it."""

    path: Path
    sex: Literal["female", "male"] | None
    clothing: Clothing | None
    facing: Literal["left", "right"] | None
    blur_face: bool
    model: Path | None


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="PHOTO|RESULT.json")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers and tests, TOML or JSON.")
@click.option("--minutes", type=int, help="Minutes for one session (default 20).")
@click.option("--equipment", help="What there is to train with, joined by commas.")
@click.option("--level", type=click.Choice(LEVELS), help="How used the client is to training.")
@click.option(
    "--start", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: the next Monday)."
)
@sex_option
@clothing_option
@facing_option
@click.option("--blur-face", is_flag=True, help="Make the face unrecognisable in the picture.")
@click.option(
    "--out",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .html or .pdf (two-page sheet), .ics (calendar), .json. May be repeated.",
)
@click.option(
    "--phase",
    type=click.Choice(PHASES),
    default="1",
    help="Phase that the sheet prints in full; 'all' adds a page for each.",
)
@click.option("--trainer", is_flag=True, help="Text with anatomy, cues, regressions and sources.")
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def plan(
    *,
    source: Path,
    answers: Path | None,
    minutes: int | None,
    equipment: str | None,
    level: Level | None,
    start: datetime | None,
    sex: Literal["female", "male"] | None,
    clothing: Clothing | None,
    facing: Literal["left", "right"] | None,
    blur_face: bool,
    out: tuple[Path, ...],
    phase: str,
    trainer: bool,
    model: Path | None,
) -> None:
    """Make the eight-week plan that fits a photo, or a result file of posture analyze.

    Without --out the plan goes to stdout as text. Exit code 0: done; 3: photo refused; 2: wrong
    use or a wrong answer; 1: cannot run at all.
    """
    from posture.program import read_answers
    from posture.report import PlanOptions, make_case
    from posture.report.files import check_targets, write_reports
    from posture.report.text import render_text

    with failing_plainly():
        known = read_answers(answers) if answers else no_answers()
        options = PlanOptions(
            start=start.date() if start else next_monday(date.today()),
            minutes=minutes,
            equipment=split_names(equipment),
            level=level,
            sex=sex,
        )
        _check_options(known, options)
        check_targets(out, sources=[source, *([answers] if answers else [])])
        record, figure = read_source(
            Source(
                path=source,
                sex=sex,
                clothing=clothing,
                facing=facing,
                blur_face=blur_face,
                model=model,
            )
        )
        case = make_case(record, options, answers=known, figure=figure)
        if not out:
            click.echo(render_text(case, reader="trainer" if trainer else "client"), nl=False)
            return
        write_reports(case, out, phases=phase_indices(phase))
        for path in out:
            click.echo(f"written: {path}", err=True)


def next_monday(day: date) -> date:
    """Return the day itself when it is a Monday, else the next one."""
    return day + timedelta(days=-day.weekday() % 7)


def no_answers() -> Answers:
    """Return answers that say nothing."""
    from posture.program import Answers

    return Answers()


def split_names(names: str | None) -> frozenset[str] | None:
    """Return names that are joined by commas; ``None`` when nothing was given."""
    if names is None:
        return None
    return frozenset(name.strip() for name in names.split(",") if name.strip())


def phase_indices(phase: str) -> tuple[int, ...]:
    """Return the phases that a choice of ``--phase`` names, counted from 0."""
    return (0, 1, 2, 3) if phase == "all" else (int(phase) - 1,)


def _check_options(answers: Answers, options: PlanOptions) -> None:
    """Refuse wrong options before the photo is analysed."""
    from posture.program import PlanRequest

    PlanRequest.from_answers(
        answers,
        start=options.start,
        minutes=options.minutes,
        equipment=options.equipment,
        level=options.level,
    )


def read_source(source: Source) -> tuple[Record, bytes | None]:
    """Return the record of a photo with its overlay, or of a result file without one."""
    from posture.analysis.record import read_record

    if source.path.suffix.lower() != ".json":
        return _analyse(source)
    if source.clothing is not None:
        raise click.UsageError(
            "A result file is not measured again: give --clothing with the photo."
        )
    record = read_record(source.path)
    return (record.rescreened(source.sex) if source.sex else record), None


def _analyse(source: Source) -> tuple[Record, bytes]:
    from posture.analysis.analyzer import Analyzer, Hints
    from posture.analysis.record import Record
    from posture.draw import OverlayOptions, draw_overlay, encode_jpeg

    with Analyzer(source.model) as analyzer:
        hints = Hints(facing=source.facing, sex=source.sex, clothing=source.clothing)
        analysis = analyzer.analyze(source.path, hints=hints)
    options = OverlayOptions(blur_face=source.blur_face, show_legend=False)
    return Record.of(analysis), encode_jpeg(draw_overlay(analysis, options=options))


@contextmanager
def failing_plainly() -> Iterator[None]:
    """Turn errors that a user can act on into one sentence and an exit code."""
    from posture.program import AnswersError, PlanRequestError

    try:
        yield
    except (AnswersError, PlanRequestError, SettingsError) as error:
        raise click.UsageError(str(error)) from error
    except (PhotoError, PoseError) as error:
        click.echo(f"posture: {error}", err=True)
        sys.exit(EXIT_REFUSED)
    except PostureError as error:
        click.echo(f"posture: {error}", err=True)
        sys.exit(EXIT_FAILED)
