"""Command ``posture export``: results in the formats of other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import require_photo_for, setup_options
from posture.cli.terminal import echo
from posture.errors import SettingsError

if TYPE_CHECKING:
    from posture.export.entries import Placed
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import Protocol

EXIT_LEFT_OUT: Final = 3

NAMES: Final = ("json", "csv", "parquet", "coco17", "coco33", "openpose", "trc", "mot", "fhir")
"""Formats of :data:`posture.export.FORMATS`, repeated so that help needs no imports."""


@click.command()
@click.argument(
    "sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RESULT|PHOTO..."
)
@click.option("--format", "name", type=click.Choice(NAMES), required=True, help="What to write.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write, or folder for openpose, trc and mot. Text goes to stdout without it.",
)
@click.option("--height-cm", type=float, help="Body height in centimetres; trc needs it.")
@setup_options
@click.option("--subject", help="fhir: reference to the person, such as Patient/17.")
@click.option("--effective", help="fhir: when the photos were taken, such as 2025-01-31.")
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def export(
    *,
    sources: tuple[Path, ...],
    name: str,
    out: Path | None,
    height_cm: float | None,
    setup: Protocol,
    subject: str | None,
    effective: str | None,
    model: Path | None,
) -> None:
    """Write results as json, csv, parquet, coco17, coco33, openpose, trc, mot or fhir.

    A source is the folder of a batch, a *.posture.json file that posture analyze --out wrote, a
    folder of such files, a list that --format json wrote, or a photo, which is analysed first.
    Exit code 0: done; 3: a photo was refused, or this format
    cannot hold it; 2: wrong use; 1: cannot run at all.
    """
    from posture.export.entries import with_own_ids
    from posture.export.files import FORMATS, Options, export_files, export_text
    from posture.inputs.hints import Hints

    options = Options(height_cm=height_cm, subject=subject, effective=effective)
    with exit_on_error():
        if out is None and (name == "parquet" or not FORMATS[name].single):
            kind = "a file" if FORMATS[name].single else "a folder"
            raise SettingsError(f"The format {name} needs --out with {kind}.", code="bad_output")
        require_photo_for(setup, photos=any(map(_is_photo, sources)))
        hints = Hints(height_cm=height_cm).with_setup(setup)
        entries = list(with_own_ids(_entries(sources, hints, model)))
        if out is None:
            text, left_out = export_text(entries, format=name, options=options)
            # Bytes: UTF-8 and line ends unchanged, whatever the terminal would make of them.
            click.echo(text.encode("utf-8"), nl=False)
        else:
            inputs = [*sources, *(Path(entry.uri) for entry in entries)]
            written = export_files(entries, out, format=name, options=options, inputs=inputs)
            left_out = written.left_out
    for sentence in left_out:
        echo(f"posture: left out: {sentence}", err=True)
    sys.exit(EXIT_LEFT_OUT if left_out or any(entry.refused for entry in entries) else 0)


def _entries(sources: Sequence[Path], hints: Hints, model: Path | None) -> Iterator[Placed]:
    """Read results and analyse photos in their order; yields each with its source."""
    from posture.analysis.analyzer import Analyzer
    from posture.export.entries import entry_of, read_place

    photos = any(_is_photo(path) for path in sources)
    with Analyzer(model) if photos else nullcontext() as analyzer:
        for path in sources:
            if analyzer is None or not _is_photo(path):
                yield from ((path, entry) for entry in read_place(path))
            else:
                (outcome,) = analyzer.map([path], hints=hints)
                yield path, entry_of(outcome, id="1", uri=str(path))


def _is_photo(path: Path) -> bool:
    return not path.is_dir() and path.suffix.lower() != ".json"
