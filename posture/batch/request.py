"""What a batch is asked to do, whom it tells how it goes, and how it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from posture.batch.model import ItemResult
from posture.batch.parts import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for.

    Parameters
    ----------
    source : str
        See :func:`posture.batch.sources.find_source`.
    out : str
        Folder, or prefix of an object store, for the results.
    resume : bool
        Go on with the batch that is there.
    limit : int, optional
        Only the first inputs.
    overlays, csv, blur_face : bool
    model : Path, optional
        Another pose bundle.
    """

    source: str
    out: str
    resume: bool = False
    limit: int | None = None
    overlays: bool = False
    csv: bool = False
    blur_face: bool = False
    model: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a run ended.

    Parameters
    ----------
    total : int
        Inputs of the batch; 0 when the run was stopped while they were being listed.
    statuses : Counter
        Rows of each status, earlier runs included.
    stopped : bool
        The user stopped it; the same command with ``--resume`` goes on.
    """

    total: int
    statuses: Counter[str]
    stopped: bool


class Reporter(Protocol):
    """Is told how the run goes."""

    def note(self, sentence: str) -> None:
        """Say something worth knowing."""
        ...

    def begin(self, total: int, done: Done) -> None:
        """Hear that inputs are listed and work begins."""
        ...

    def outcome(self, outcome: ItemResult) -> None:
        """Hear of a photo that is done."""
        ...

    def end(self) -> None:
        """Hear that work is over, for whatever reason."""
        ...
