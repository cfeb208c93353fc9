"""Command ``posture plan``: the programme that fits a photo."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import facing_option, language_option, setup_options, sex_option
from posture.cli.source import (
    LEVELS,
    PHASES,
    Source,
    next_monday,
    no_answers,
    phase_indices,
    read_source,
    split_names,
)
from posture.cli.terminal import echo

if TYPE_CHECKING:
    from posture.case.case import PlanOptions
    from posture.inputs.protocol import Protocol
    from posture.program import Answers
    from posture.program.model import Level
    from posture.program.render_text import Reader


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="PHOTO|RESULT.json")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers and tests, TOML or JSON.")
@click.option("--minutes", type=int, help="Minutes for one session (default 20).")
@click.option("--equipment", help="Equipment to train with, separated by commas.")
@click.option("--level", type=click.Choice(LEVELS), help="The client's experience with training.")
@click.option(
    "--start", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: the next Monday)."
)
@sex_option
@facing_option
@setup_options
@click.option("--blur-face", is_flag=True, help="Make the face unrecognisable in the picture.")
@click.option(
    "--out",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .html or .pdf (sheet), .ics (calendar), .json. May be repeated.",
)
@click.option(
    "--phase",
    type=click.Choice(PHASES),
    default="1",
    help="Phase that the sheet prints in full; 'all' adds a page for each.",
)
@click.option("--trainer", is_flag=True, help="Text with anatomy, cues, regressions and sources.")
@language_option
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
    facing: Literal["left", "right"] | None,
    setup: Protocol,
    blur_face: bool,
    out: tuple[Path, ...],
    phase: str,
    trainer: bool,
    language: str,
    model: Path | None,
) -> None:
    """Make the eight-week plan that fits a photo, or a result file of posture analyze.

    Without --out the plan goes to stdout as text. Exit code 0: done; 3: photo refused; 2: wrong
    use or a wrong answer; 1: cannot run at all.
    """
    from posture.case.case import PlanOptions, make_case
    from posture.program import read_answers
    from posture.report.files import check_targets, write_reports
    from posture.report.plain_text import render_text

    with exit_on_error():
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
                facing=facing,
                setup=setup,
                blur_face=blur_face,
                model=model,
                language=language,
            )
        )
        case = make_case(record, options, answers=known, figure=figure)
        if not out:
            reader: Reader = "trainer" if trainer else "client"
            echo(render_text(case, reader=reader, language=language), nl=False)
            return
        write_reports(case, out, phases=phase_indices(phase), language=language)
        for path in out:
            echo(f"written: {path}", err=True)


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
