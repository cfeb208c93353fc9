"""Command ``posture batch``: thousands of photos, none of them lost."""

from __future__ import annotations

import math
import os
import shlex
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, Literal, NoReturn

import click

from posture.cli.errors import EXIT_REFUSED
from posture.cli.options import setup_options, sex_option
from posture.cli.terminal import EXIT_FAILED, echo, shown
from posture.errors import PostureError, SettingsError

if TYPE_CHECKING:
    from posture.batch.model import Engine
    from posture.batch.request import Report, Request
    from posture.inputs.protocol import Protocol
    from posture.types import Sex

EXIT_STOPPED: Final = 130
"""Status that a shell reports for a program ended by Ctrl-C."""

SHOW_CURSOR: Final = "\x1b[?25h"

WRONG_USE: Final = frozenset(
    {"bad_height", "bad_setting", "no_such_source", "bad_source", "source_unreadable", "no_inputs"}
    | {"bad_manifest", "duplicate_id", "no_output_folder", "folder_not_empty", "batch_exists"}
    | {"batch_in_use", "other_plan", "no_such_bucket", "ray_missing"}
)
"""Codes of errors in the command itself; the others stop a run half-way."""


@click.command()
@click.argument("source", nargs=-1, required=True)
@click.option(
    "--out", metavar="DIR", help="Folder, or s3:// or gs:// prefix, for the results; new or empty."
)
@click.option("--resume", is_flag=True, help="Go on with the batch in DIR where it stopped.")
@click.option(
    "--add", is_flag=True, help="Go on, and take in photos of SOURCE that are new to the batch."
)
@click.option("--workers", type=click.IntRange(1), help="Processes (default: one for each core).")
@click.option("--limit", type=click.IntRange(1), help="Only the first N inputs.")
@click.option("--dry-run", is_flag=True, help="Count the inputs and stop.")
@click.option("--overlays", is_flag=True, help="Write a picture with lines for each photo.")
@click.option("--blur-face", is_flag=True, help="Make faces unrecognisable in all pictures.")
@click.option("--csv", is_flag=True, help="Write all rows to DIR/rows.csv as well.")
@click.option("--json-lines", is_flag=True, help="Write each row to stdout as a JSON object.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="Seconds after which a photo is given up on.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Processes of this computer, or a Ray cluster.",
)
@click.option("--ray-address", help="Address of the cluster (with --engine ray).")
@sex_option
@click.option("--height-cm", type=float, help="Body height in centimetres.")
@setup_options
@click.option("--model", type=click.Path(path_type=Path), help="Another pose landmarker bundle.")
def batch(
    *,
    source: tuple[str, ...],
    out: str | None,
    resume: bool,
    add: bool,
    workers: int | None,
    limit: int | None,
    dry_run: bool,
    overlays: bool,
    blur_face: bool,
    csv: bool,
    json_lines: bool,
    timeout: float,
    engine: Literal["local", "ray"],
    ray_address: str | None,
    sex: Sex | None,
    height_cm: float | None,
    setup: Protocol,
    model: Path | None,
) -> None:
    """Analyse a folder, a quoted pattern, a list of photos, or an s3:// or gs:// prefix.

    Sex, clothing, height and camera hold for every photo, unless a list of photos says otherwise.
    Every input ends in exactly one row of DIR/rows, whatever happens. Exit code 0: all analysed;
    3: some refused; 2: wrong use; 1: cannot go on; 130: stopped, to be resumed.
    """
    from posture.batch.request import Request
    from posture.inputs.hints import Hints

    with _exit_on_error():
        if not math.isfinite(timeout):  # a range of click lets "nan" pass
            raise SettingsError("--timeout takes a number of seconds, such as 60.")
        if ray_address is not None and engine != "ray":
            raise SettingsError("--ray-address goes with --engine ray.", code="bad_setting")
        request = Request(
            source=_single(source),
            out=_required(out, dry_run=dry_run),
            resume=resume,
            add=add,
            limit=limit,
            overlays=overlays,
            csv=csv,
            blur_face=blur_face,
            model=model,
            hints=Hints(sex=sex, height_cm=height_cm).with_setup(setup),
        )
        if dry_run:
            _count(request)
            return
        made = _engine(engine, workers, timeout, ray_address)
        sys.exit(_exit_code(_run(request, made, json_lines=json_lines), request))


def _single(source: tuple[str, ...]) -> str:
    if len(source) > 1:
        raise SettingsError(
            f"One source, please, not {len(source)}: put a pattern in quotes, or list the photos "
            "in a .txt file.",
            code="bad_setting",
        )
    return source[0]


def _required(out: str | None, *, dry_run: bool) -> str:
    if out is None and not dry_run:
        raise SettingsError("Name a folder for the results: --out DIR.", code="bad_setting")
    return out or os.devnull


def _count(request: Request) -> None:
    from posture.batch.start import list_only, note_sentences

    count, notes = list_only(request)
    for sentence in note_sentences(notes):
        echo(sentence, err=True)
    echo(f"{count} inputs; nothing was analysed or written.", err=True)


def _engine(
    name: Literal["local", "ray"], workers: int | None, timeout: float, address: str | None
) -> Engine:
    if name == "ray":
        from posture.batch.engines.ray import RayEngine

        return RayEngine(workers, timeout_s=timeout, address=address)
    from posture.batch.engines.local import LocalEngine

    return LocalEngine(workers, timeout_s=timeout)


def _run(request: Request, engine: Engine, *, json_lines: bool) -> Report:
    from posture.batch.request import Report
    from posture.batch.run import run_batch
    from posture.cli.progress import BatchProgress

    stop, progress = threading.Event(), BatchProgress(json_lines=json_lines)
    with _stopping_on_signals(stop):
        try:
            return run_batch(request, engine, stop=stop, reporter=progress)
        except BrokenPipeError:  # the reader of the rows has closed the pipe
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
            return Report(total=0, statuses=Counter(), stopped=True)


def _exit_code(report: Report, request: Request) -> int:
    """Print how the run ended and return the exit code."""
    if report.stopped:
        echo(
            f"Stopped; nothing that was done is lost. Go on with:\n  {_resume_command()}", err=True
        )
        sys.stdout.flush()
        sys.stderr.flush()
        # Everything is on disk; unloading the libraries would take longer than stopping did.
        os._exit(EXIT_STOPPED)
    echo(
        f"Done: {report.total} inputs, {report.total} rows in {request.out}; "
        "gallery.html shows them.",
        err=True,
    )
    return EXIT_REFUSED if report.statuses["refused"] else 0


def _resume_command() -> str:
    """Return the command that resumes the batch."""
    words = ["posture", *sys.argv[1:]]
    return shlex.join(words if {"--resume", "--add"} & {*words} else [*words, "--resume"])


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the run in order; a second signal ends it at once."""

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            # Safe at any moment: files are complete or absent, and workers notice.
            sys.stderr.write(SHOW_CURSOR if sys.stderr.isatty() else "")
            sys.stderr.flush()
            os._exit(128 + number)
        stop.set()

    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {
        number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _exit_on_error() -> Iterator[None]:
    """Turn errors that stop the whole run into a sentence on stderr and an exit code."""
    try:
        yield
    except PostureError as error:
        if error.code in WRONG_USE:
            raise click.UsageError(shown(str(error))) from error
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.strerror or error}.")
    except MemoryError:
        _fail("There is not enough memory: close other programs, or use fewer --workers.")


def _fail(sentence: str) -> NoReturn:
    echo(f"posture: {shown(sentence)}", err=True)
    echo(f"What was written stays valid. To go on:\n  {_resume_command()}", err=True)
    sys.exit(EXIT_FAILED)
