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
    from posture.export.entries import Entry
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import Protocol

EXIT_LEFT_OUT: Final = 3

NAMES: Final = ("json", "csv", "parquet", "coco17", "coco33", "openpose", "trc", "mot", "fhir")
"""Formats of :data:`posture.export.FORMATS`, repeated so that help needs no imports."""

RESULT_ENDING: Final = ".posture.json"


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

    A source is a *.posture.json file that posture analyze --out wrote, a folder of such files,
    or a photo, which is analysed first. Exit code 0: done; 3: a photo was refused, or this format
    cannot hold it; 2: wrong use; 1: cannot run at all.
    """
    from posture.export.files import FORMATS, Options, export_files, export_text
    from posture.inputs.hints import Hints

    options = Options(height_cm=height_cm, subject=subject, effective=effective)
    with exit_on_error():
        if out is None and (name == "parquet" or not FORMATS[name].single):
            kind = "a file" if FORMATS[name].single else "a folder"
            raise SettingsError(f"The format {name} needs --out with {kind}.", code="bad_output")
        paths = list(_expanded(sources))
        require_photo_for(setup, photos=any(not _is_result(path) for path in paths))
        entries = list(_entries(paths, Hints(height_cm=height_cm).with_setup(setup), model))
        if out is None:
            text, left_out = export_text(entries, format=name, options=options)
            # Bytes: UTF-8 and line ends unchanged, whatever the terminal would make of them.
            click.echo(text.encode("utf-8"), nl=False)
        else:
            written = export_files(entries, out, format=name, options=options, inputs=paths)
            left_out = written.left_out
    for sentence in left_out:
        echo(f"posture: left out: {sentence}", err=True)
    sys.exit(EXIT_LEFT_OUT if left_out or any(entry.refused for entry in entries) else 0)


def _expanded(sources: Sequence[Path]) -> Iterator[Path]:
    """Yield files; for a folder, its result files sorted by name."""
    for source in sources:
        if not source.is_dir():
            yield source
            continue
        found = sorted(source.glob(f"*{RESULT_ENDING}"))
        if not found:
            raise SettingsError(
                f"The folder {source} holds no *{RESULT_ENDING} file: name a folder that posture "
                "analyze --out wrote, or the photos themselves.",
                code="no_results",
            )
        yield from found


def _entries(paths: Sequence[Path], hints: Hints, model: Path | None) -> Iterator[Entry]:
    """Read results and analyse photos, in the order of the paths."""
    from posture.analysis.analyzer import Analyzer
    from posture.export.entries import entry_of, read_result

    photos = any(not _is_result(path) for path in paths)
    with Analyzer(model) if photos else nullcontext() as analyzer:
        for number, path in enumerate(paths, start=1):
            if analyzer is None or _is_result(path):
                yield read_result(path, id=str(number))
            else:
                (outcome,) = analyzer.map([path], hints=hints)
                yield entry_of(outcome, id=str(number), uri=str(path))


def _is_result(path: Path) -> bool:
    return path.suffix.lower() == ".json"
