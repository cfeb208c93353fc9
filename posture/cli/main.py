"""Command ``posture``: results on stdout, everything else on stderr."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from posture import __version__
from posture.cli.batch import batch
from posture.cli.camera import camera
from posture.cli.clients import clients
from posture.cli.errors import EXIT_REFUSED, exit_on_error
from posture.cli.exercises import exercises
from posture.cli.export import export
from posture.cli.options import (
    ListingGroup,
    facing_option,
    language_option,
    point_options,
    require_one_photo,
    setup_options,
    sex_option,
)
from posture.cli.plan import plan
from posture.cli.report import report, studio
from posture.cli.subjects import subjects
from posture.cli.terminal import EXIT_FAILED, echo, echo_json, output_errors, ready_streams, shown
from posture.errors import PhotoError, PoseError, SettingsError

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer
    from posture.analysis.outcome import Outcome
    from posture.case.result_file import Writer
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import Protocol
    from posture.types import Facing, Sex

_LONGEST_LINE: Final = 200
"""Longer lines for the terminal are pictures made of block characters."""

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


class Program(ListingGroup):
    """The command with its streams made ready for any name and any terminal."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command; see :meth:`click.Command.main`."""
        ready_streams()
        with output_errors():
            return super().main(*arguments, **options)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="posture")
def main() -> None:
    """Pelvic tilt and lumbar arch from one side-view photo. A screening aid, not a diagnosis."""


main.add_command(plan)
main.add_command(report)
main.add_command(studio)
main.add_command(exercises)
main.add_command(clients)
main.add_command(export)
main.add_command(batch)
main.add_command(subjects)
main.add_command(camera)


@main.command()
@click.argument(
    "photos", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PHOTO..."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per photo, one per line.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for overlay pictures and JSON files.",
)
@click.option("--height-cm", type=float, help="Body height in centimetres.")
@sex_option
@facing_option
@click.option(
    "--roll-deg", type=float, help="Known camera roll: how far the picture is turned clockwise."
)
@setup_options
@point_options
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
@click.option("--blur-face", is_flag=True, help="Make the face unrecognisable in pictures.")
@language_option
def analyze(
    *,
    photos: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    height_cm: float | None,
    sex: Sex | None,
    facing: Facing | None,
    roll_deg: float | None,
    asis: tuple[float, float] | None,
    psis: tuple[float, float] | None,
    stickers: bool,
    setup: Protocol,
    model: Path | None,
    blur_face: bool,
    language: str,
) -> None:
    """Analyse side-view photos.

    Exit code 0: all analysed; 3: some refused; 2: wrong use; 1: cannot run at all.
    """
    from posture.analysis.analyzer import Analyzer
    from posture.case.result_file import Writer
    from posture.inputs.hints import Hints

    require_one_photo(len(photos), asis, psis)
    _require_no_folder(photos)
    with exit_on_error():
        hints = Hints(
            facing=facing,
            roll_deg=roll_deg,
            sex=sex,
            height_cm=height_cm,
            asis_px=asis,
            psis_px=psis,
            stickers=stickers,
        ).with_setup(setup)
        writer = (
            None
            if out is None
            else Writer(out, photos=photos, blur_face=blur_face, language=language)
        )
        with Analyzer(model, bystanders=blur_face) as analyzer:
            refused = sum(
                not _one(analyzer, photo, hints, writer=writer, as_json=as_json) for photo in photos
            )
    sys.exit(EXIT_REFUSED if refused else 0)


@main.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Port on this computer.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option("--lan", is_flag=True, help="Let phones on the local network in, with a code.")
@click.option("--host", help="With --lan: name or address to use, if a wrong one is found.")
@click.option("--certfile", type=_FILE, help="Certificate (PEM): encrypts the connection.")
@click.option("--keyfile", type=_FILE, help="Key of the certificate (PEM).")
@click.option("--public-url", help="Address of a hosted app, where everybody signs in.")
@click.option("--secrets", type=_FILE, help="With --public-url: TOML file with [auth].")
@click.option("--bind", help="With --public-url: address to listen on (default: 127.0.0.1).")
def app(
    *,
    port: int | None,
    no_browser: bool,
    lan: bool,
    host: str | None,
    certfile: Path | None,
    keyfile: Path | None,
    public_url: str | None,
    secrets: Path | None,
    bind: str | None,
) -> None:
    """Open the web app: for this computer only, unless --lan or --public-url is given."""
    from posture.web import Options, launch

    options = Options(
        port=port,
        lan=lan,
        host=host,
        certfile=certfile,
        keyfile=keyfile,
        public_url=public_url,
        secrets=secrets,
        bind=bind,
    )
    with exit_on_error():
        sys.exit(launch(options, open_browser=not no_browser, tell=_tell))


@main.command()
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def doctor(*, model: Path | None) -> None:
    """Say what is installed and what is missing; exit code 1 when something is."""
    from posture.cli.doctor import run_checks

    checks = run_checks(model)
    for check in checks:
        echo(f"{'ok     ' if check.ok else 'MISSING'} {check.name:24} {shown(check.detail)}")
    sys.exit(0 if all(check.ok for check in checks) else EXIT_FAILED)


def _tell(line: str) -> None:
    """Write a line to stderr, without the QR code if the terminal cannot show it."""
    try:
        line.encode(sys.stderr.encoding or "utf-8")
    except UnicodeEncodeError:
        line = line.encode("ascii", "replace").decode() if len(line) < _LONGEST_LINE else ""
    echo(line, err=True)


def _require_no_folder(photos: tuple[Path, ...]) -> None:
    """Point to the command for folders; a folder among photos costs one refusal."""
    if all(photo.is_dir() for photo in photos):
        folder = photos[0]
        raise click.UsageError(
            f"{folder} is a folder. All photos in it: posture batch {shlex.quote(str(folder))} "
            "--out results"
        )


def _one(
    analyzer: Analyzer, photo: Path, hints: Hints, *, writer: Writer | None, as_json: bool
) -> bool:
    """Analyse and report one photo; return whether it was analysed."""
    from posture.analysis.outcome import Refusal
    from posture.case.result_file import refused_result, result_of

    outcome: Outcome
    try:
        outcome = analyzer.analyze(photo, hints=hints)
        result = result_of(outcome)
    except (PhotoError, PoseError, SettingsError) as error:
        # Points in the hints may be wrong for a single photo, too.
        outcome = analyzer.refusal(photo, error, hints=hints)
        result = refused_result(outcome)
    if writer is not None:
        writer.write(photo, result, None if isinstance(outcome, Refusal) else outcome)
    if as_json:
        echo_json(result)
    else:
        _print(outcome)
    return not isinstance(outcome, Refusal)


def _print(outcome: Outcome) -> None:
    from rich.console import Console

    from posture.analysis.outcome import Refusal
    from posture.cli.summary import print_analysis, print_refusal

    # Names and sentences hold brackets and colons that are no markup and no pictures.
    console = Console(soft_wrap=True, markup=False, emoji=False)
    if isinstance(outcome, Refusal):
        print_refusal(console, outcome.photo, outcome.error)
    else:
        print_analysis(console, outcome)
