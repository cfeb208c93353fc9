"""Readable summary of an analysis on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.case.case import NO_ANSWERS
from posture.case.starter import starter_plan
from posture.case.words import next_lines
from posture.cli.terminal import shown
from posture.comparison.api import further_photo, say_further_photo, unsaved_visit
from posture.errors import PostureError
from posture.screening.words import definition_lines, verdict_text
from posture.texts import (
    CALLIPER_NOTE,
    DISCLAIMER,
    describe_quantity,
    label,
    placed_sentence,
)
from posture.view.findings import with_advice


def print_analysis(console: Console, analysis: Analysis) -> None:
    """Print one analysed photo."""
    console.print(Text(shown(analysis.photo), style="bold"), highlight=False)
    for line in _verdict(analysis):
        console.print(f"  {line}", highlight=False)
    console.print(_estimates(analysis))
    for line in _notes(analysis):
        console.print(f"  {line}", highlight=False)
    gain = further_photo(unsaved_visit([Record.of(analysis)]))
    if gain is not None:
        console.print(f"  {say_further_photo(gain)}", highlight=False)
    plan = starter_plan(analysis.screening)
    console.print(f"  {plan.headline}", highlight=False)
    for item in plan.session:
        console.print(f"    • {item.name}, {item.dose}", highlight=False)
    console.print()


def _verdict(analysis: Analysis) -> Iterator[str]:
    """Yield the verdict, what comes next, and by which definition it is one."""
    sex, record = analysis.hints.sex, Record.of(analysis)
    yield verdict_text(record.screening, record.estimates, sex=sex)
    yield from next_lines(record.screening, record, NO_ANSWERS)
    yield from definition_lines(record.screening)
    yield DISCLAIMER


def print_refusal(console: Console, photo: str, error: PostureError) -> None:
    """Print why a photo was refused."""
    console.print(Text(shown(photo), style="bold"), highlight=False)
    console.print(f"  Not analysed: {shown(str(error))}", style="yellow", highlight=False)
    console.print()


def _estimates(analysis: Analysis) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for name, quantity in analysis.estimates.shown().items():
        table.add_row(label(name), describe_quantity(quantity))
    return table


def _notes(analysis: Analysis) -> Iterator[str]:
    if analysis.status == "poor":
        yield "This photo costs a lot of accuracy; a new one is worth taking."
    if analysis.corrections.names:
        yield placed_sentence(analysis.corrections.names)
    if analysis.estimates.line_placed and analysis.estimates.pelvic_tilt_deg.present:
        yield CALLIPER_NOTE
    for finding, advice in with_advice(analysis.view.findings):
        cost = f" (costs ±{finding.cost_90_deg:.1f}°)" if finding.cost_90_deg else ""
        yield f"- {finding.message}{cost} {advice}".rstrip()
