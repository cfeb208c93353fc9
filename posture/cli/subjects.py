"""Command ``posture subjects``: changes of many subjects, as tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from posture.cli.errors import exit_on_error
from posture.errors import SettingsError

if TYPE_CHECKING:
    from posture.comparison.subjects import Subjects

PICTURED: Final = ("pelvic_tilt_deg", "asis_psis_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")
"""Quantities that are said and drawn; the tables have all."""


@click.command()
@click.argument(
    "results", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RESULT..."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for means.csv, changes.csv, repeatability.csv and pictures.",
)
def subjects(*, results: tuple[Path, ...], out: Path | None) -> None:
    """Compare the visits of each subject in the folder of a batch, or in result files.

    The list of photos of the batch says whom each photo shows, in its columns subject and visit.
    """
    from posture.comparison.subjects import compare
    from posture.export.entries import read_results

    with exit_on_error():
        found = compare(read_results(results))
        if out is not None:
            _write(found, out)
    for line in _lines(found):
        click.echo(line)


def _lines(found: Subjects) -> Iterator[str]:
    """Yield what changed in each subject, and what is not known."""
    from posture.comparison.sentences import DRAWN_IN, say_change, say_slope
    from posture.texts import label

    drawn = False
    for subject in found.subjects:
        for comparison in subject.compared(found.studio):
            yield f"{subject.name}, {comparison.before.key} to {comparison.after.key}:"
            for name, change in comparison.changes.items():
                if name in PICTURED:
                    drawn = drawn or bool(say_slope(change))
                    yield f"  {label(name)}: {say_change(change)}"
    if drawn:
        yield DRAWN_IN
    alone = [subject.name for subject in found.subjects if len(subject.visits) == 1]
    if alone:
        yield f"One visit only: {', '.join(alone)}."
    if found.left_out:
        yield f"No photo could be analysed: {', '.join(found.left_out)}."
    if found.study is None:
        yield f"No ICC, SEM and MDC of the group. {found.study_reason}"


def _write(found: Subjects, out: Path) -> None:
    from pyarrow import csv

    tables = {
        "means": found.means(),
        "changes": found.changes(),
        "repeatability": found.repeatability(),
    }
    shown = [name for name in PICTURED if name in set(tables["means"]["quantity"].to_pylist())]
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            csv.write_csv(table, out / f"{name}.csv")
        for name in shown:
            (out / f"{name}.svg").write_text(found.picture(name), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{out} cannot be written: {error.strerror}. Name another folder.", code="bad_output"
        ) from error
