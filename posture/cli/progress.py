"""Progress of a batch on stderr: a bar on a terminal, an occasional line elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from posture.cli.terminal import echo, echo_json

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task, TaskID

    from posture.batch.model import ItemResult
    from posture.batch.parts import Done

LINE_SECONDS: Final = 10.0
"""Time between two lines without a terminal, so that logs stay readable."""

STATUSES: Final = ("ok", "poor", "refused")


class BatchProgress:
    """Shows the progress of a batch; a :class:`posture.batch.request.Reporter`.

    Parameters
    ----------
    json_lines : bool
        Also write each row to stdout as one JSON object.
    """

    def __init__(self, *, json_lines: bool) -> None:
        self._json_lines = json_lines
        self._bar: tuple[Progress, TaskID] | None = None
        self._total = 0
        self._counts = dict.fromkeys(STATUSES, 0)
        self._before = 0
        self._began = self._last_line = 0.0

    def note(self, sentence: str) -> None:
        """Show a sentence."""
        echo(sentence, err=True)

    def begin(self, total: int, done: Done) -> None:
        """Show the bar, including the photos of earlier runs."""
        self._total, self._before = total, done.count
        self._counts.update(done.statuses)
        self._began = self._last_line = time.monotonic()
        mixed = self._json_lines and sys.stdout.isatty()  # rows would break the bar
        if sys.stderr.isatty() and not mixed:
            self._bar = _bar(total, self._before)

    def outcome(self, outcome: ItemResult) -> None:
        """Count a finished photo."""
        self._counts[str(outcome.row["status"])] += 1
        if self._json_lines:
            echo_json(outcome.row)
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=sum(self._counts.values()), counts=self._counts_text())
        elif time.monotonic() - self._last_line >= LINE_SECONDS:
            self._last_line = time.monotonic()
            echo(self.line(), err=True)

    def end(self) -> None:
        """Remove the bar and leave one line."""
        if self._bar is not None:
            self._bar[0].stop()
        echo(self.line(), err=True)

    def line(self) -> str:
        """Return the state of the batch in one line."""
        done = sum(self._counts.values())
        seconds = max(time.monotonic() - self._began, 1e-9)
        rate = (done - self._before) / seconds
        text = f"{done} of {self._total} ({self._counts_text()})"
        if done > self._before:
            text += f", {rate:.1f} photos/s"
            if done < self._total:
                text += f", {_duration((self._total - done) / rate)} left"
        return text

    def _counts_text(self) -> str:
        return ", ".join(f"{count} {status}" for status, count in self._counts.items())


def _bar(total: int, done: int) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        _rate_column(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        speed_estimate_period=120.0,
        redirect_stdout=False,
    )
    task = bar.add_task("", total=total, completed=done, counts="")
    bar.start()
    return bar, task


def _rate_column() -> ProgressColumn:
    """Return a column with photos per second, from the bar's own estimate."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.1f} photos/s")

    return Rate()


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
