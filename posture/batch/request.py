"""Request for a run of a batch, reporter of its progress, and final report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from posture.batch.model import ItemResult
from posture.batch.parts import Done
from posture.inputs.hints import NO_HINTS, Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Request of the user.

    Parameters
    ----------
    source : str
        See :func:`posture.batch.sources.find_source`.
    out : str
        Folder, or prefix of an object store, for the results.
    resume : bool
        Continue the existing batch.
    add : bool
        Continue it, and take in the photos of the source that are not yet part of it.
    limit : int, optional
        Number of inputs from the start; all if not given.
    model : Path, optional
        Another pose bundle.
    hints : Hints
        What is known of all photos; a list says more of single ones.
    """

    source: str
    out: str
    resume: bool = False
    add: bool = False
    limit: int | None = None
    overlays: bool = False
    csv: bool = False
    blur_face: bool = False
    model: Path | None = None
    hints: Hints = NO_HINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Outcome of a run.

    Parameters
    ----------
    total : int
        Inputs of the batch; 0 when the run was stopped while they were being listed.
    statuses : Counter
        Number of rows of each status, earlier runs included.
    stopped : bool
        Whether the user stopped it; the same command with ``--resume`` continues it.
    """

    total: int
    statuses: Counter[str]
    stopped: bool


class Reporter(Protocol):
    """Listener to the progress of a run."""

    def note(self, sentence: str) -> None:
        """Show a sentence to the user."""
        ...

    def begin(self, total: int, done: Done) -> None:
        """React to the start of the work, once inputs are listed."""
        ...

    def outcome(self, outcome: ItemResult) -> None:
        """React to a photo that is done."""
        ...

    def end(self) -> None:
        """React to the end of the work, for whatever reason."""
        ...
