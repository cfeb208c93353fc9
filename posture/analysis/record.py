"""The record of an analysis: its numbers without the picture, as in a result file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self, cast

from posture.analysis.result import SCHEMA_VERSION, Analysis, Provenance, Status
from posture.codec import FieldError, R, decode
from posture.errors import SettingsError
from posture.estimator.model import Estimates
from posture.inputs.corrections import Corrections, CorrectionsDict
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.grade import Screening, screen
from posture.types import Sex
from posture.view.findings import Finding

LARGEST_FILE: Final = 1_000_000
"""Bytes; a result file has about ten thousand."""


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
    """

    photo: str
    status: Status
    findings: tuple[Finding, ...]
    measures: Mapping[str, Quantity]
    estimates: Estimates
    screening: Screening
    provenance: Provenance
    corrected: tuple[str, ...] = ()

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
        )

    @classmethod
    def from_dict(cls, table: object) -> Self:
        """Read a record from the JSON form of an analysis.

        Parameters
        ----------
        table : object
            What :meth:`posture.analysis.result.Analysis.to_dict` returned, possibly with more keys.

        Raises
        ------
        SettingsError
            ``bad_analysis``, naming the key that is wrong.
        """
        if not isinstance(table, Mapping):
            raise _bad("it must hold one table")
        if table.get("schema_version") != SCHEMA_VERSION:
            raise _bad(f"schema_version must be {SCHEMA_VERSION}")
        if table.get("status") == "refused":
            raise _bad("its photo was refused, so that there is nothing to plan from")
        try:
            return cls._read(table)
        except FieldError as error:
            raise _bad(str(error)) from error
        except ValueError as error:
            raise _bad(f"a value makes no sense ({error})") from error

    @classmethod
    def _read(cls, table: Mapping[str, object]) -> Self:
        photo = table.get("photo")
        if not isinstance(photo, str):
            raise FieldError("photo", "must be text")
        measures = _table(table, "measures")
        for name in MEASURES:
            if name not in measures:
                raise FieldError(f"measures.{name}", "is missing")
        findings = _table(table, "view").get("findings")
        if not isinstance(findings, list):
            raise FieldError("view.findings", "must be a list")
        record = cls(
            photo=photo,
            status="ok",
            findings=tuple(
                Finding.from_dict(item, f"view.findings[{i}]") for i, item in enumerate(findings)
            ),
            measures={
                name: _decoded(Quantity, measures[name], f"measures.{name}") for name in measures
            },
            estimates=_decoded(Estimates, table.get("estimates"), "estimates"),
            screening=_decoded(Screening, table.get("screening"), "screening"),
            provenance=_decoded(Provenance, table.get("provenance"), "provenance"),
            corrected=_corrected(table),
        )
        return replace(record, status="poor" if table.get("status") == "poor" else "ok")

    def rescreened(self, sex: Sex) -> Record:
        """Return the record screened again, against the norms of a sex."""
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


def _table(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, Mapping):
        raise FieldError(key, "must be a table of fields")
    return cast("Mapping[str, object]", value)


def _corrected(table: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of everything corrected; results of older versions do not say."""
    if table.get("corrections") is None:
        return ()
    try:
        data = cast("CorrectionsDict", _table(table, "corrections"))
        return Corrections.from_dict(data).names
    except (SettingsError, KeyError, TypeError, AttributeError) as error:
        raise FieldError("corrections", "makes no sense") from error


def _decoded(record: type[R], table: object, at: str) -> R:
    """Decode a table; the error names it when its values contradict each other."""
    try:
        return decode(record, table, at)
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError(at, f"makes no sense: {error}") from error
