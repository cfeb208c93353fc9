"""Commands ``posture report`` and ``posture studio``: the sheet that a studio hands out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import facing_option, require_photo_for, setup_options, sex_option
from posture.cli.source import PHASES, Source, next_monday, no_answers, phase_indices, read_source
from posture.cli.terminal import echo, shown

if TYPE_CHECKING:
    from posture.inputs.protocol import Protocol
    from posture.program import Answers
    from posture.report import Sheet
    from posture.report.letterhead import Letterhead
    from posture.report.letterhead_store import LetterheadDetails
    from posture.types import Facing, Sex

_DATE = click.DateTime(["%Y-%m-%d"])
_LOGO = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "source", required=False, type=click.Path(path_type=Path), metavar="[PHOTO|RESULT.json]"
)
@click.option(
    "--out",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .pdf or .html. May be repeated.",
)
@click.option("--client", default="", help="Name of the client, printed on the sheet only.")
@click.option("--name", help="Name of the trainer or studio (default: posture studio).")
@click.option("--contact", help="One line: telephone, address, web page.")
@click.option("--logo", type=_LOGO, help="Logo: PNG, JPEG or WebP.")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers and tests, TOML or JSON.")
@click.option("--date", "day", type=_DATE, help="Date on the sheet (default: today).")
@click.option("--start", type=_DATE, help="First day of the plan (default: the next Monday).")
@sex_option
@facing_option
@setup_options
@click.option("--blur-face", is_flag=True, help="Make the face unrecognisable in the picture.")
@click.option("--phase", type=click.Choice(PHASES), default="1", help="Phase printed in full.")
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def report(
    *,
    source: Path | None,
    out: tuple[Path, ...],
    client: str,
    name: str | None,
    contact: str | None,
    logo: Path | None,
    answers: Path | None,
    day: datetime | None,
    start: datetime | None,
    sex: Sex | None,
    facing: Facing | None,
    setup: Protocol,
    blur_face: bool,
    phase: str,
    model: Path | None,
) -> None:
    """Print the sheet for a client: findings and plan, with the letterhead of the studio.

    Made from a photo, from a result file of posture analyze, or from --answers alone, which
    gives the plan without findings. Exit code 0: done; 3: photo refused; 2: wrong use or a
    wrong answer; 1: cannot run at all.
    """
    from posture.program import read_answers
    from posture.report.files import SHEETS, check_targets, write_sheets
    from posture.report.letterhead import letterhead_of

    if source is None and answers is None:
        raise click.UsageError("Name a photo or a result file, or give --answers for a plan alone.")
    read = [path for path in (source, answers, logo) if path is not None]
    require_photo_for(setup, photos=source is not None)
    with exit_on_error():
        check_targets(out, sources=read, endings=SHEETS.keys())
        printed = day.date() if day else date.today()
        letterhead = letterhead_of(
            _letterhead_details(name, contact, logo), day=printed, client=client
        )
        known = read_answers(answers) if answers else no_answers()
        first = start.date() if start else next_monday(date.today())
        phases = phase_indices(phase)
        if source is None:
            sheet = _plan_alone(known, first, phases, letterhead)
        else:
            photo = Source(
                path=source,
                sex=sex,
                facing=facing,
                setup=setup,
                blur_face=blur_face,
                model=model,
            )
            sheet = _full_sheet(photo, known, first, phases, letterhead)
        _say_not_printed(letterhead, out)
        write_sheets(sheet, out)
    for path in out:
        echo(f"written: {path}", err=True)


def _say_not_printed(letterhead: Letterhead, out: tuple[Path, ...]) -> None:
    """Say before printing which names the PDF leaves as lines to write on."""
    from posture.report.pdf import not_printed

    if any(path.suffix.lower() == ".pdf" for path in out):
        for name in not_printed(letterhead):
            echo(
                f"posture: this computer has no font that prints {shown(name)} in a PDF: its line "
                "is left to write on. An .html sheet prints it from any browser.",
                err=True,
            )


def _full_sheet(
    photo: Source, answers: Answers, start: date, phases: tuple[int, ...], letterhead: Letterhead
) -> Sheet:
    from posture.case.case import PlanOptions, make_case
    from posture.report import make_sheet

    record, figure = read_source(photo)
    options = PlanOptions(start=start, sex=photo.sex)
    case = make_case(record, options, answers=answers, figure=figure)
    return make_sheet(case, phases=phases, letterhead=letterhead)


def _plan_alone(
    answers: Answers, start: date, phases: tuple[int, ...], letterhead: Letterhead
) -> Sheet:
    from posture.case.case import plan_without_photo
    from posture.report.sheet import make_plan_sheet

    plan = plan_without_photo(answers, start=start)
    return make_plan_sheet(plan, phases=phases, letterhead=letterhead)


def _letterhead_details(
    name: str | None, contact: str | None, logo: Path | None
) -> LetterheadDetails:
    """Return the stored letterhead with the changes of the command line."""
    from posture.report.letterhead_store import LetterheadDetails, load_letterhead, read_logo

    complete = name is not None and contact is not None and logo is not None
    stored = LetterheadDetails() if complete else load_letterhead()
    return LetterheadDetails(
        name=stored.name if name is None else name.strip(),
        contact=stored.contact if contact is None else contact.strip(),
        logo=stored.logo if logo is None else read_logo(logo),
    )


@click.command()
@click.option("--name", help='Name of the trainer or studio; "" for none.')
@click.option("--contact", help='One line: telephone, address, web page; "" for none.')
@click.option("--logo", type=_LOGO, help="Logo: PNG, JPEG or WebP.")
@click.option("--no-logo", is_flag=True, help="Forget the stored logo.")
def studio(*, name: str | None, contact: str | None, logo: Path | None, no_logo: bool) -> None:
    """Show the letterhead of reports, or store what is given."""
    from posture.report.letterhead_store import save_letterhead
    from posture.settings import config_dir

    with exit_on_error():
        kept = _letterhead_details(name, contact, logo)
        if no_logo:
            kept = replace(kept, logo=None)
        if no_logo or any(given is not None for given in (name, contact, logo)):
            save_letterhead(kept)
    echo(f"name     {kept.name or '-'}")
    echo(f"contact  {kept.contact or '-'}")
    echo(f"logo     {'stored' if kept.logo else '-'}")
    echo(f"folder   {config_dir()}")
