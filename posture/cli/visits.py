"""Commands of ``posture clients`` for visits: photos, changes, repeatability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import DAY, ListingGroup, facing_option, setup_options
from posture.cli.selection import (
    client_file,
    day_of,
    name_copies,
    one_client,
    one_visit,
)
from posture.cli.terminal import echo, echo_json, note_unlike
from posture.cli.visit_tests import tests

if TYPE_CHECKING:
    from posture.clients import Capture, Client, ClientStore, Visit
    from posture.comparison.api import Comparison
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import Arms, Footwear, Protocol, Stance
    from posture.types import Facing

ARMS = ("crossed_high", "clasped_front", "forward", "by_side", "other")
STANCES = ("relaxed", "tall")
FOOTWEAR = ("barefoot", "shoes")

RESTARTED = (
    "Repeat photos that another version read do not count here: the client's own repeats start "
    "again. Analyse kept photos again with: posture clients visit again."
)
OUTDATED = (
    "The studio's own repeatability was measured by another version and no longer counts: measure "
    "it again with: posture clients repeatability --keep."
)


@click.group(cls=ListingGroup)
def visit() -> None:
    """Add, delete or re-analyse the visits of a client."""


visit.add_command(tests)


@visit.command()
@click.argument("client")
@click.argument(
    "photos", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PHOTO..."
)
@click.option("--day", type=DAY, help="Day of the photos (default: today).")
@click.option("--arms", type=click.Choice(ARMS), help="How the arms were held.")
@setup_options
@click.option("--stance", type=click.Choice(STANCES), help="How the client was asked to stand.")
@click.option("--footwear", type=click.Choice(FOOTWEAR), help="What was on the feet.")
@click.option("--instruction", default="", help="The words spoken to the client.")
@click.option("--same-as-before", is_flag=True, help="Everything else as at the last visit.")
@click.option("--notes", default="", help="Anything worth remembering.")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers and tests, TOML or JSON.")
@facing_option
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
@click.pass_context
def add(
    context: click.Context,
    /,
    *,
    client: str,
    photos: tuple[Path, ...],
    day: datetime | None,
    arms: Arms | None,
    setup: Protocol,
    stance: Stance | None,
    footwear: Footwear | None,
    instruction: str,
    same_as_before: bool,
    notes: str,
    answers: Path | None,
    facing: Facing | None,
    model: Path | None,
) -> None:
    """Analyse the photos of a visit and keep them; if one is refused, nothing is kept.

    Prints the visit's code. Exit code 3: a photo was refused.
    """
    from posture.clients.capture import hints_of
    from posture.clients.visit_data import visit_data
    from posture.clients.visits import check_count
    from posture.comparison.api import further_photo, say_further_photo
    from posture.comparison.likeness import unlike_the_first
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import MOST_PHOTOS
    from posture.program import read_answers

    with client_file(context) as store:
        found = one_client(store, client)
        check_count(len(photos))
        known = read_answers(answers) if answers else None
        protocol = replace(
            setup, arms=arms, stance=stance, footwear=footwear, instruction=instruction
        )
        if same_as_before and (last := store.last_protocol(found.id)) is not None:
            protocol = protocol.filled_from(last)
        hints = hints_of(found.details, protocol, given=Hints(facing=facing))
        captures = _captures(photos, hints, model)
        _ask_who(store, found.id, captures)
        kept = store.add_visit(
            found.id,
            captures,
            day=day_of(day),
            protocol=protocol,
            notes=notes,
            answers=known.to_dict() if known else None,
        )
        echo(kept.id)
        stored = visit_data(kept)
        note_unlike(unlike_the_first([record.build for record in stored.records]))
        gain = further_photo(stored) if len(photos) < MOST_PHOTOS else None
        if gain is not None:
            echo(say_further_photo(gain), err=True)


@visit.command()
@click.argument("client")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def delete(context: click.Context, /, *, client: str, number: int, yes: bool) -> None:
    """Delete visit NUMBER of a client for good (-1: the last)."""
    with client_file(context) as store:
        found = one_client(store, client)
        item = one_visit(store, found, number)
        if not yes:
            click.confirm(f"Delete {found.name}'s visit of {item.day}?", abort=True, err=True)
        store.delete_visit(item.id)
        name_copies(store)


@visit.command()
@click.argument("client")
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
@click.pass_context
def again(context: click.Context, /, *, client: str, model: Path | None) -> None:
    """Analyse the kept photos of all visits again, with this version."""
    from posture.analysis.analyzer import Analyzer
    from posture.clients.reanalysis import analyze_again

    with client_file(context) as store:
        found = one_client(store, client)
        visits = store.visits(found.id)
        with Analyzer(model) as analyzer:
            for item in visits:
                if all(shot.photo_kept for shot in item.shots):
                    analyze_again(store, item.id, analyzer)
                    echo(f"visit of {item.day}: analysed again", err=True)
                else:
                    echo(f"visit of {item.day}: its photos were not kept", err=True)


@click.command()
@click.argument("client")
@click.option("--before", type=int, default=1, help="Number of the earlier visit (default: 1).")
@click.option("--after", type=int, default=-1, help="Number of the later one (default: the last).")
@click.option("--all", "everything", is_flag=True, help="All measures, not only the estimates.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Before/after sheet: .pdf."
)
@click.pass_context
def compare(
    context: click.Context,
    /,
    *,
    client: str,
    before: int,
    after: int,
    everything: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Say what changed between two visits, tests included, and what cannot be decided."""
    from posture.case.retest import compare_tests
    from posture.clients.answers import answers_of
    from posture.clients.repeatability_store import load_repeatability, studio_errors
    from posture.clients.visit_data import visit_data
    from posture.comparison.api import compare as compare_visits

    with client_file(context) as store:
        found = one_client(store, client)
        pair = [one_visit(store, found, number) for number in (before, after)]
        if len(store.visits(found.id)) == 1:
            raise click.UsageError(
                "This client has one visit so far, and comparing takes two: add the next one with "
                "posture clients visit add."
            )
        if pair[0].id == pair[1].id:
            raise click.UsageError("Comparing takes two different visits of this client.")
        first, second = (visit_data(item) for item in pair)
        history = [visit_data(item) for item in store.visits(found.id)]
        comparison = compare_visits(
            first, second, history=history, studio=studio_errors(store, second)
        )
        retest = compare_tests(*(answers_of(item) for item in pair))
        if out is not None:
            _write_sheet(store, found, pair, out)
            return
        if as_json:
            table = _comparison(comparison) | {"tests": list(retest.lines)}
            echo_json(table)
            return
        _print_comparison(comparison, everything=everything)
        for line in retest.lines:
            echo(line)
        stored = load_repeatability(store)
        if stored is not None and stored.outdated:
            echo(f"Note: {OUTDATED}")


@click.command()
@click.argument("clients", nargs=-1, required=True, metavar="CLIENT...")
@click.option("--keep", is_flag=True, help="Use the result for comparing visits from now on.")
@click.pass_context
def repeatability(context: click.Context, /, *, clients: tuple[str, ...], keep: bool) -> None:
    """Say how repeatable this studio's photos are.

    CLIENT... are at least five people whose last two visits, with at least two photos each,
    followed the same protocol while nothing changed.
    """
    from posture.clients.repeatability_store import method_of, save_repeatability
    from posture.clients.visit_data import visit_data
    from posture.comparison.api import say_repeatability
    from posture.comparison.repeatability import study

    with client_file(context) as store:
        found = {one_client(store, name).id for name in clients}
        people = [
            [visit_data(item) for item in store.visits(client_id)[-2:]]
            for client_id in sorted(found)
        ]
        result = study(people)
        for item in result.found.values():
            echo(say_repeatability(item))
        method = method_of(people[0][0])
        if keep and method is not None:
            save_repeatability(store, result, measured_on=date.today(), method=method)
            echo("kept: visits are compared by this from now on", err=True)


def _write_sheet(store: ClientStore, client: Client, pair: Sequence[Visit], out: Path) -> None:
    """Write the before/after sheet with the letterhead of the studio."""
    from posture.clients.documents import change_pdf
    from posture.clients.pairs import pair_of
    from posture.clients.repeatability_store import studio_errors
    from posture.clients.visit_data import visit_data
    from posture.report.files import check_targets, write_all
    from posture.report.letterhead_store import load_letterhead

    check_targets([out], sources=[], endings=(".pdf",))
    studio = studio_errors(store, visit_data(pair[-1]))
    both = pair_of(store.visits(client.id), pair[0].id, pair[-1].id, studio=studio)
    write_all([out], [change_pdf(store, both, details=load_letterhead())])
    echo(f"written: {out}", err=True)


def _captures(photos: Sequence[Path], hints: Hints, model: Path | None) -> list[Capture]:
    from posture.analysis.analyzer import Analyzer
    from posture.clients.capture import capture
    from posture.errors import PoseError

    found = []
    with Analyzer(model) as analyzer:
        for photo in photos:
            try:
                found.append(capture(analyzer.analyze(photo, hints=hints)))
            except PoseError as error:
                raise PoseError(f"{photo.name}: {error}", code=error.code) from error
    return found


def _ask_who(store: ClientStore, client_id: str, captures: Sequence[Capture]) -> None:
    """Say on standard error when the photos look like somebody else than those of last time."""
    from posture.clients.likeness import looks_like_another

    if looks_like_another(store, client_id, captures):
        echo(
            "Is this the same person? The proportions of the body differ from the last visit. If "
            "it is somebody else, delete this visit: posture clients visit delete.",
            err=True,
        )


def _print_comparison(comparison: Comparison, *, everything: bool) -> None:
    from posture.comparison.api import comparison_lines, say_change
    from posture.texts import label

    echo(f"{comparison.before.day} → {comparison.after.day}")
    for difference in comparison.differences:
        echo(f"Note: {difference.message}")
    if comparison.repeats_left_out:
        echo(f"Note: {RESTARTED}")
    for line in comparison_lines(comparison):
        echo(line)
    for name, change in comparison.changes.items() if everything else ():
        echo(f"{label(name)}: {say_change(change)}")


def _comparison(comparison: Comparison) -> dict[str, object]:
    from posture.codec import encode_record
    from posture.comparison.api import say_change

    return {
        "before": comparison.before.day.isoformat(),
        "after": comparison.after.day.isoformat(),
        "differences": [encode_record(item) for item in comparison.differences],
        "pelvis": comparison.pelvis,
        "changes": {
            name: {**encode_record(change), "sentence": say_change(change)}
            for name, change in comparison.changes.items()
        },
    }
