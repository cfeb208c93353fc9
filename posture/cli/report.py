"""Commands ``posture report`` and ``posture studio``: the sheet that a studio hands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import (
    DAY,
    day_option,
    facing_option,
    language_option,
    require_photo_for,
    setup_options,
    sex_option,
)
from posture.cli.source import PHASES, Source, next_monday, no_answers, phase_indices, read_source
from posture.cli.terminal import echo, note_unlike, shown

if TYPE_CHECKING:
    from posture.inputs.protocol import Protocol
    from posture.program import Answers
    from posture.report import Sheet
    from posture.report.letterhead import Letterhead
    from posture.report.letterhead_store import LetterheadDetails
    from posture.types import Facing, Sex

_LOGO = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "sources", nargs=-1, type=click.Path(path_type=Path), metavar="[PHOTO|RESULT.json]..."
)
@click.option(
    "--visit",
    "number",
    type=int,
    help="Instead of photos: a stored visit of --client, counted from 1, or -1 for the last.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The client file for --visit (default: in your data folder, or in $POSTURE_DATA).",
)
@click.option(
    "--out",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .pdf or .html. May be repeated.",
)
@click.option("--client", default="", help="Name of the client, printed on the sheet.")
@click.option("--name", help="Name of the trainer or studio (default: posture studio).")
@click.option("--contact", help="One line: telephone, address, web page.")
@click.option("--logo", type=_LOGO, help="Logo: PNG, JPEG or WebP.")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers and tests, TOML or JSON.")
@day_option("--date", "Day on the sheet (default: today).")
@click.option("--start", type=DAY, help="First day of the plan (default: the next Monday).")
@sex_option
@facing_option
@setup_options
@click.option("--blur-face", is_flag=True, help="Make the face unrecognisable in the picture.")
@click.option("--phase", type=click.Choice(PHASES), default="1", help="Phase printed in full.")
@language_option
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def report(
    *,
    sources: tuple[Path, ...],
    number: int | None,
    data: Path | None,
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
    language: str,
    model: Path | None,
) -> None:
    """Print the sheet for a client: findings and plan, with the letterhead of the studio.

    Made from photos of one person, whose mean is printed, from result files of posture analyze,
    from a stored visit (--client and --visit), or from --answers alone, which gives the plan
    without findings. Exit code 0: done; 3: photo refused; 2: wrong use or a wrong answer; 1:
    cannot run at all.
    """
    from posture.program import read_answers
    from posture.report.files import SHEETS, check_targets, write_sheets
    from posture.report.letterhead import letterhead_of

    _check_use(sources, number, client, answers)
    read = [*sources, *(path for path in (answers, logo) if path is not None)]
    require_photo_for(setup, photos=bool(sources))
    with exit_on_error():
        check_targets(out, sources=read, endings=SHEETS.keys())
        details = _letterhead_details(name, contact, logo)
        if number is not None:
            stored = _stored_sheet(data, client, number, details, phase, language)
            _say_not_printed(stored.letterhead, out)
            write_sheets(stored, out)
            _tell(out)
            return
        printed = day.date() if day else date.today()
        letterhead = letterhead_of(
            details, day=printed, client=client, photos=len(sources), language=language
        )
        known = read_answers(answers) if answers else no_answers()
        first = start.date() if start else next_monday(date.today())
        phases = phase_indices(phase)
        if not sources:
            sheet = _plan_alone(known, first, phases, letterhead)
        else:
            photos = [
                Source(
                    path=path,
                    sex=sex,
                    facing=facing,
                    setup=setup,
                    blur_face=blur_face,
                    model=model,
                    language=language,
                )
                for path in sources
            ]
            sheet = _full_sheet(photos, known, first, phases, letterhead)
        _say_not_printed(letterhead, out)
        write_sheets(sheet, out)
    _tell(out)


def _tell(out: Sequence[Path]) -> None:
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


def _check_use(
    sources: Sequence[Path], number: int | None, client: str, answers: Path | None
) -> None:
    """Refuse a sheet of nothing, or of two things at once."""
    from posture.inputs.protocol import MOST_PHOTOS

    if number is not None and (sources or answers is not None):
        raise click.UsageError(
            "--visit takes photos and answers from the client file: name no photo and no --answers."
        )
    if number is not None and not client:
        raise click.UsageError("--visit needs --client: whose visit is it?")
    if number is None and not sources and answers is None:
        raise click.UsageError("Name a photo or a result file, or give --answers for a plan alone.")
    if len(sources) > MOST_PHOTOS:
        raise click.UsageError(f"A visit has one to {MOST_PHOTOS} photos.")


def _stored_sheet(
    data: Path | None,
    client: str,
    number: int,
    details: LetterheadDetails,
    phase: str,
    language: str,
) -> Sheet:
    from posture.cli.selection import one_client, one_visit, unlocked
    from posture.clients import ClientStore
    from posture.clients.documents import visit_sheet

    store = unlocked(ClientStore(data))
    visit = one_visit(store, one_client(store, client), number)
    return visit_sheet(
        store, visit, details=details, phases=phase_indices(phase), language=language
    )


def _full_sheet(
    photos: Sequence[Source],
    answers: Answers,
    start: date,
    phases: tuple[int, ...],
    letterhead: Letterhead,
) -> Sheet:
    from posture.case.case import PlanOptions, make_case
    from posture.comparison.average import merged
    from posture.report import make_sheet

    records, figures = zip(*(read_source(photo) for photo in photos), strict=True)
    sex = photos[0].sex
    record = records[0] if len(records) == 1 else merged(records, sex=sex)
    note_unlike(record.unlike)
    figure = next((each for each in figures if each is not None), None)
    case = make_case(record, PlanOptions(start=start, sex=sex), answers=answers, figure=figure)
    return make_sheet(case, phases=phases, letterhead=letterhead, language=letterhead.language)


def _plan_alone(
    answers: Answers, start: date, phases: tuple[int, ...], letterhead: Letterhead
) -> Sheet:
    from posture.case.case import plan_without_photo
    from posture.report.sheet import make_plan_sheet

    plan = plan_without_photo(answers, start=start)
    return make_plan_sheet(plan, phases=phases, letterhead=letterhead, language=letterhead.language)


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
