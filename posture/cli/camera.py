"""``posture camera``: stand in front of it, be told what to change, be photographed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import setup_options, sex_option
from posture.cli.terminal import note_unlike

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer
    from posture.analysis.result import Analysis
    from posture.guidance.burst import Burst
    from posture.guidance.capture import Device, Frame
    from posture.guidance.coach import Coach, Further, Step
    from posture.inputs.hints import Hints
    from posture.inputs.protocol import Protocol
    from posture.types import Sex

_WIDTH: Final = 30
"""Characters of the countdown's bar."""


@click.command()
@click.option(
    "--device",
    default="0",
    show_default=True,
    help="Number of the camera, or the address of a video stream (a phone as webcam).",
)
@click.option("--once", is_flag=True, help="End after one person.")
@click.option(
    "--again",
    is_flag=True,
    help="Two photos of each side, stepping off and on in between: their mean is surer.",
)
@click.option("--both-sides", is_flag=True, help="Photos from the left and from the right.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for overlay picture, JSON file and photo; without it nothing is written.",
)
@click.option("--height-cm", type=float, help="Body height in centimetres.")
@sex_option
@setup_options
@click.option(
    "--blur-face",
    is_flag=True,
    help="Make the face unrecognisable in the overlay, and write no photo.",
)
def camera(
    *,
    device: str,
    once: bool,
    again: bool,
    both_sides: bool,
    out: Path | None,
    height_cm: float | None,
    sex: Sex | None,
    setup: Protocol,
    blur_face: bool,
) -> None:
    """Take side-view photos with a camera that says what to change.

    It counts down by itself when you stand right. Ctrl-C ends it.
    """
    from posture.analysis.analyzer import Analyzer
    from posture.guidance.capture import Device
    from posture.inputs.hints import Hints

    with exit_on_error():
        hints = Hints(sex=sex, height_cm=height_cm).with_setup(setup)
        further = _further(again=again, both_sides=both_sides)
        opened = Device(device)
        try:
            with Analyzer(bystanders=blur_face) as analyzer:
                while True:
                    _take_visit(opened, analyzer, hints, further, out=out, blur_face=blur_face)
                    if once:
                        break
                    click.echo("Ready for the next person; Ctrl-C ends.", err=True)
        except KeyboardInterrupt:
            click.echo(err=True)
        finally:
            opened.close()


def _further(*, again: bool, both_sides: bool) -> list[Further]:
    """Return what each photo after the first one is of."""
    side: list[Further] = ["again"] if again else []
    return [*side, "other_side", *side] if both_sides else side


def _take_visit(
    device: Device,
    analyzer: Analyzer,
    hints: Hints,
    further: list[Further],
    *,
    out: Path | None,
    blur_face: bool,
) -> None:
    from posture.guidance.coach import Coach

    coach = Coach()
    found = []
    for then in (*further, None):
        found.append(_take_one(device, analyzer, coach, hints, out=out, blur_face=blur_face))
        if then is not None:
            coach.go_on(then)
    if len(found) > 1:
        _print_together(found)


def _take_one(
    device: Device,
    analyzer: Analyzer,
    coach: Coach,
    hints: Hints,
    *,
    out: Path | None,
    blur_face: bool,
) -> Analysis:
    from rich.console import Console

    from posture.cli.summary import print_analysis
    from posture.guidance.capture import take

    shown = _Line()
    burst, picture = take(
        device, analyzer, coach=coach, tell=shown.step, say=shown.say, hints=hints
    )
    shown.end()
    name = f"camera-{datetime.now():%Y%m%d-%H%M%S}.jpg"
    analysis = replace(burst.analysis, photo=name)
    print_analysis(Console(soft_wrap=True), analysis)
    click.echo(_spread(burst), err=True)
    if out is not None:
        _write(out / name, picture, analysis, blur_face=blur_face)
    return analysis


def _print_together(found: Sequence[Analysis]) -> None:
    """Print the mean of a visit's photos, and how the sides differ."""
    from posture.comparison.api import average, say_sides, side_differences, visit_of_photos
    from posture.comparison.likeness import unlike_the_first
    from posture.texts import describe_quantity, label

    visit = visit_of_photos(found)
    note_unlike(unlike_the_first([record.build for record in visit.records]), err=False)
    means = average(visit)
    click.echo(f"Mean of {len(found)} photos:")
    for name in found[0].estimates.shown():
        click.echo(f"  {label(name)}: {describe_quantity(means[name].quantity)}")
    for difference in side_differences(visit):
        click.echo(f"  {say_sides(difference)}")


def _write(path: Path, picture: Frame, analysis: Analysis, *, blur_face: bool) -> None:
    from PIL import Image

    from posture.case.result_file import Writer, result_of
    from posture.messages import valid_text

    writer = Writer(path.parent, photos=(path,), blur_face=blur_face)
    writer.write(path, {**result_of(analysis), "path": valid_text(str(path))}, analysis)
    if not blur_face:
        Image.fromarray(picture).save(path, quality=95)
    click.echo(f"Written to {path.parent}: {path.stem}", err=True)


def _spread(burst: Burst) -> str:
    tilt = burst.spread.get("pelvic_tilt_deg")
    swayed = "" if tilt is None else f"; you swayed by {tilt:.1f}° in three seconds"
    return f"{len(burst.kept)} good pictures{swayed}."


class _Line:
    """One line of the terminal that always shows the present step."""

    def __init__(self) -> None:
        self._last = ""

    def step(self, step: Step) -> None:
        if step.phase == "guide":
            self.say(step.instruction.sentence)
            return
        full = round(_WIDTH * step.steady)
        self._show(f"Hold still [{'#' * full}{'.' * (_WIDTH - full)}]")
        if step.phase == "take":
            # The bell: whoever stands to the side does not see the screen.
            click.echo("\a", nl=False, err=True)

    def say(self, sentence: str) -> None:
        self._show(sentence)

    def end(self) -> None:
        click.echo(err=True)

    def _show(self, text: str) -> None:
        if text == self._last:
            return
        if sys.stderr.isatty():
            click.echo(f"\r{text:<{max(len(self._last), len(text))}}", nl=False, err=True)
        else:
            click.echo(text, err=True)
        self._last = text
