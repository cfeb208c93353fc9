"""Bad input through the package, the command and a batch: a result or one sentence each time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from posture.errors import ModelError, PostureError
from reliability.corpus import BadFile, corpus
from reliability.targets import TARGETS, BrokenPromiseError, outcome_of

LONGEST_S: Final = 10.0
"""Time that one file may take; a machine that is busy with other work takes longer."""

MOST_MB: Final = 1000
"""Memory that reading bad files may take, the program and its models included."""

AT_ONCE: Final = 100
"""Files in one command."""


@dataclass(slots=True, kw_only=True)
class Figures:
    """What became of a corpus.

    Parameters
    ----------
    outcomes : Counter of str
        Results, and refusals by their codes.
    longest_s : float
        Time of the slowest file, for commands of the slowest command divided by its files.
    slowest : str
    peak_mb : int
        Memory of the largest process.
    broken : list of str
        Files that ended otherwise, each with a sentence; none is the promise.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    slowest: str = ""
    peak_mb: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Files that were read."""
        return self.outcomes.total()

    def took(self, seconds: float, name: str) -> None:
        """Note the time of a file."""
        if seconds > self.longest_s:
            self.longest_s, self.slowest = seconds, name


def through_readers(count: int, names: Sequence[str] = tuple(TARGETS)) -> dict[str, Figures]:
    """Give ``count`` changed inputs to each reader."""
    found: dict[str, Figures] = {}
    for name in names:
        target, figures = TARGETS[name], Figures()
        for file in corpus(count, target.seeds()):
            began = time.perf_counter()
            try:
                figures.outcomes[outcome_of(target, file.data, file.name)] += 1
            except BrokenPromiseError as error:
                figures.broken.append(str(error))
            figures.took(time.perf_counter() - began, file.name)
        figures.peak_mb = _peak_mb()
        found[name] = figures
    return found


def through_analyzer(files: Iterable[BadFile], *, seconds: float = float("inf")) -> Figures:
    """Analyse photos with one analyzer, until the time is over."""
    from posture.analysis.analyzer import Analyzer

    figures, end = Figures(), time.monotonic() + seconds
    with Analyzer() as analyzer:
        for file in files:
            if time.monotonic() > end:
                break
            began = time.perf_counter()
            try:
                figures.outcomes[analyzer.analyze(file.data, name=file.name).status] += 1
            except ModelError as error:
                figures.broken.append(f"{file.name}: {error}")
            except PostureError as error:
                figures.outcomes[error.code] += 1
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                figures.broken.append(f"{file.name}: {type(error).__name__}: {error}")
            figures.took(time.perf_counter() - began, file.name)
    figures.peak_mb = _peak_mb()
    return figures


def through_command(files: Iterable[BadFile]) -> Figures:
    """Give photos to ``posture analyze --json --out``, many to each command."""
    figures, waiting = Figures(), iter(files)
    while chunk := list(islice(waiting, AT_ONCE)):
        with tempfile.TemporaryDirectory() as folder:
            names = _stored(chunk, Path(folder))
            began = time.perf_counter()
            done, peak_mb = _posture("analyze", "--json", "--out", f"{folder}/out", *names)
            figures.peak_mb = max(figures.peak_mb, peak_mb)
            figures.took((time.perf_counter() - began) / len(chunk), chunk[0].name)
            _note_lines(figures, chunk, done)
    return figures


def through_batch(files: Iterable[BadFile], *, workers: int = 1) -> Figures:
    """Give photos to ``posture batch``; each must have exactly one row."""
    figures, chunk = Figures(), list(files)
    with tempfile.TemporaryDirectory() as folder:
        _stored(chunk, Path(folder) / "photos")
        began = time.perf_counter()
        done, figures.peak_mb = _posture(
            "batch",
            f"{folder}/photos",
            "--out",
            f"{folder}/out",
            "--json-lines",
            "--workers",
            str(workers),
        )
        figures.took((time.perf_counter() - began) / len(chunk), "all")
        _note_lines(figures, chunk, done)
    return figures


def _note_lines(
    figures: Figures, chunk: Sequence[BadFile], done: subprocess.CompletedProcess[str]
) -> None:
    """Count the JSON lines of a command; anything else breaks the promise."""
    lines = done.stdout.splitlines()
    for line in lines:
        row = json.loads(line)
        code = (row.get("error") or {}).get("code") or row.get("error_code")
        figures.outcomes[str(code or row["status"])] += 1
    if len(lines) != len(chunk):
        figures.broken.append(f"{len(chunk)} files, {len(lines)} lines: {done.stderr[-300:]}")
    if "Traceback" in done.stderr or done.returncode not in (0, 3):
        figures.broken.append(f"exit code {done.returncode}: {done.stderr[-300:]}")


def _stored(files: Sequence[BadFile], folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.data)
    return [str(folder / file.name) for file in files]


_LAUNCHER: Final = """
import subprocess, sys
code = subprocess.run([sys.executable, "-m", "posture", *sys.argv[2:]]).returncode
if sys.platform != "win32":
    import resource
    with open(sys.argv[1], "w") as report:
        report.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""Runs a command from a small process: Linux counts the memory of whoever starts a program as its
own, and this process may be large."""


def _posture(*words: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run a command; return how it ended, and the memory of its largest process in MB."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "maxrss"
        command = [sys.executable, "-c", _LAUNCHER, str(report), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done, _mb(int(report.read_text())) if report.exists() else 0


def _peak_mb() -> int:
    """Return the largest memory of this process."""
    if sys.platform == "win32":
        return 0
    import resource

    return _mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _mb(maxrss: int) -> int:
    return maxrss // (1024**2 if sys.platform == "darwin" else 1024)


def broken_by(figures: Figures) -> list[str]:
    """Return what a corpus broke: outcomes, time and memory."""
    found = list(figures.broken)
    if figures.longest_s > LONGEST_S:
        found.append(f"{figures.slowest} took {figures.longest_s:.1f} s")
    if figures.peak_mb > MOST_MB:
        found.append(f"{figures.peak_mb} MB")
    return found
