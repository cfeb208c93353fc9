"""The record of an analysis: its numbers without the picture, as in a result file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from posture.analysis.old_results import NOT_ESTIMATED, upgraded
from posture.analysis.result import SCHEMA_VERSION, Analysis, Provenance, Status
from posture.codec import FieldError, FreeText, decode, open_ended
from posture.errors import SettingsError
from posture.estimator.model import Estimates
from posture.geometry.proportions import Build, ratios_of
from posture.inputs.corrections import Corrections, StoredCorrections
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.build import chance_of_male
from posture.screening.grade import Screening, screen
from posture.types import Sex
from posture.view.findings import Finding

LARGEST_FILE: Final = 1_000_000
"""Bytes; a result file has about ten thousand."""


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredFindings:
    """The findings of a stored view; other versions may lack the rest of it."""

    findings: tuple[Finding, ...]


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredAnalysis:
    """The part of a stored analysis that a record is made from."""

    photo: FreeText
    status: FreeText = "ok"
    view: _StoredFindings
    measures: Mapping[str, Quantity]
    estimates: Estimates
    screening: Screening
    provenance: Provenance
    corrections: StoredCorrections | None = None

    def __post_init__(self) -> None:
        for name, measure in MEASURES.items():
            if name not in self.measures and self.provenance.algorithm >= measure.since:
                raise FieldError(f"measures.{name}", "is missing")

    def all_measures(self) -> dict[str, Quantity]:
        """Return the measures; those that came after the result was made are absent."""
        later = {
            name: Quantity.absent("not_measured", unit=measure.unit)
            for name, measure in MEASURES.items()
            if name not in self.measures
        }
        return {**self.measures, **later}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """Photos of a mean that may show somebody else, by the proportions of the body.

    Parameters
    ----------
    first : int
        Number, from 1, of the photo that the others are held against.
    others : tuple of int
        Numbers of those that are unlike it; at least one.
    """

    first: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Result of one photo without its geometry; reports are made from it.

    Parameters
    ----------
    photo : str
        Name of the photo.
    status : {"ok", "poor"}
    screening : Screening
        From the photo alone.
    corrected : tuple of str
        Everything corrected by hand: ``"facing"`` and names of points.
    male : float or None
        Chance of a male body by its build, for a mean of several photos whose sex nobody told.
        Never stored and never shown; ``None`` in what was read from a file, unless the outline was
        stored with it.
    build : mapping of str to float
        Proportions of the body, see :mod:`posture.geometry.proportions`; empty in what was read
        from a file, likewise. By them the photos of a mean are asked whether they show one person.
    unlike : Unlike or None
        Photos of a mean that may show somebody else; ``None`` for one photo.
    """

    photo: FreeText
    status: Status
    findings: tuple[Finding, ...]
    measures: Mapping[str, Quantity]
    estimates: Estimates
    screening: Screening
    provenance: Provenance
    corrected: tuple[str, ...] = ()
    male: float | None = field(default=None, compare=False)
    build: Build = field(default_factory=dict, compare=False)
    unlike: Unlike | None = None

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        """Return the record of an analysis."""
        return cls(
            photo=analysis.photo,
            status=analysis.status,
            findings=analysis.view.findings,
            measures=analysis.measures,
            estimates=analysis.estimates,
            screening=analysis.screening,
            provenance=analysis.provenance,
            corrected=analysis.corrections.names,
            male=chance_of_male(analysis.geometry.features),
            build=ratios_of(
                analysis.geometry.joints,
                analysis.geometry.silhouette.stature(analysis.view.parts),
            ),
        )

    @classmethod
    def from_dict(cls, table: object) -> Self:
        """Read a record from the JSON form of an analysis.

        Parameters
        ----------
        table : object
            What :meth:`posture.analysis.result.Analysis.to_dict` returned, in this version or an
            earlier one, possibly with more keys.

        Raises
        ------
        SettingsError
            ``bad_analysis``, naming the key that is wrong.
        """
        if not isinstance(table, Mapping):
            raise _bad("it must hold one table")
        table = upgraded(table)
        if table.get("schema_version") != SCHEMA_VERSION:
            raise _bad(f"schema_version must be {SCHEMA_VERSION} or lower")
        if table.get("status") == "refused":
            raise _bad("its photo was refused, so that there is nothing to plan from")
        try:
            return cls._of_stored(decode(_StoredAnalysis, table))
        except ValueError as error:
            raise _bad(str(error)) from error

    @classmethod
    def _of_stored(cls, stored: _StoredAnalysis) -> Self:
        return cls(
            photo=stored.photo,
            status="poor" if stored.status == "poor" else "ok",
            findings=stored.view.findings,
            measures=stored.all_measures(),
            estimates=stored.estimates,
            screening=stored.screening,
            provenance=stored.provenance,
            corrected=_corrected(stored.corrections),
        )

    @property
    def old(self) -> bool:
        """Whether the result is of version 0.1, which did not estimate the position."""
        return self.estimates.pelvic_tilt_deg.reason == NOT_ESTIMATED

    def rescreened(self, sex: Sex) -> Record:
        """Return the record screened again, among adults of a sex.

        What an earlier rule graded keeps its grade: it belongs to norms that this version no
        longer has.
        """
        if self.old or self.screening.earlier_rule:
            return self
        return replace(self, screening=screen(self.estimates, self.measures, sex=sex))


def read_record(path: Path) -> Record:
    """Read a result file.

    Parameters
    ----------
    path : Path
        A ``*.posture.json`` file that ``posture analyze --out`` wrote.

    Raises
    ------
    SettingsError
        ``bad_analysis`` if the file cannot be read or does not hold an analysis.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _bad(f"{path.name} is too large")
        table: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"There is no file {path}.", code="bad_analysis") from error
    except OSError as error:
        raise _bad(f"{path.name} cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise _bad(f"{path.name} is not valid JSON") from error
    return Record.from_dict(table)


def _bad(problem: str) -> SettingsError:
    return SettingsError(
        f"The result file does not hold an analysis: {problem}. "
        "Name a photo, or a *.posture.json file that posture analyze --out wrote.",
        code="bad_analysis",
    )


def _corrected(stored: StoredCorrections | None) -> tuple[str, ...]:
    """Return the names of everything corrected; results of older versions do not say."""
    if stored is None:
        return ()
    try:
        return Corrections.from_stored(stored).names
    except SettingsError as error:
        raise FieldError("corrections", "makes no sense") from error
