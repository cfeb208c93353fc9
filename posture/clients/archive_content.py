"""Content of an export, ``client.json``, written and checked field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NoReturn

from posture.analysis.old_results import upgraded
from posture.analysis.record import Record
from posture.analysis.result import SCHEMA_VERSION, AnalysisDict
from posture.clients.errors import ClientsError
from posture.clients.model import Consent, Details, check_day, check_text
from posture.codec import FieldError, FreeText, decode, open_ended
from posture.errors import PostureError
from posture.geometry.stored_outline import Outline
from posture.inputs.protocol import MOST_PHOTOS, Protocol
from posture.messages import message

FORMAT: Final = "posture-client"
FORMAT_VERSION: Final = 1
"""Rises when an older version could no longer read an export."""

ID_LENGTH: Final = 32


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedShot:
    """One photo of an export; ``photo`` states whether its picture is included."""

    result: AnalysisDict
    outline: Outline
    photo: bool


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVisit:
    """One visit of an export."""

    day: date
    saved_at: datetime
    protocol: Protocol
    notes: FreeText
    algorithm: int | None = None
    answers: Mapping[str, object] | None = None
    shots: tuple[ExportedShot, ...]


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Everything in an export except the pictures."""

    id: str
    details: Details
    consents: tuple[Consent, ...]
    created_at: datetime
    archived_at: datetime | None
    answers: Mapping[str, object] | None
    visits: tuple[ExportedVisit, ...]


def read_exported(text: bytes) -> Exported:
    """Read ``client.json`` of an export.

    Raises
    ------
    ClientsError
        ``bad_archive``, naming the problem, or ``newer_archive``.
    """
    try:
        table = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refusal("client.json is not valid JSON") from error
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise refusal("client.json is not ours")
    version = table.get("format_version")
    if type(version) is not int or version < 1:
        raise refusal("client.json does not say which version it has")
    if version > FORMAT_VERSION:
        raise ClientsError(
            f"This export was made by a later version of posture (its format is {version}, this "
            f"version reads up to {FORMAT_VERSION}): install the later version.",
            code="newer_archive",
        )
    if not _is_text(table):
        raise refusal("it holds characters that are no text")
    try:
        exported = decode(Exported, table)
        _check(exported)
    except PostureError as error:
        raise refusal(error.message[:1].lower() + error.message[1:].rstrip(".")) from error
    except ValueError as error:
        raise refusal(str(error)) from error
    return exported


def refusal(problem: str) -> ClientsError:
    """Return the error for a file that is not a valid export."""
    return ClientsError(
        message(
            "The file is not a complete export of a client: {problem}. Nothing was imported.",
            problem=problem,
        ),
        code="bad_archive",
    )


def _check(exported: Exported) -> None:
    """Refuse what cannot be true, though each field is of the right kind."""
    if len(exported.id) != ID_LENGTH or not set(exported.id) <= set("0123456789abcdef"):
        raise FieldError("id", f"must be {ID_LENGTH} hexadecimal digits")
    _check_consents(exported.consents)
    for moment in (exported.created_at, exported.archived_at):
        if moment is not None:
            check_day(moment.date(), "The time of an entry", ahead_days=1)
    for visit in exported.visits:
        check_day(visit.day, "The day of a visit", ahead_days=1)
        check_day(visit.saved_at.date(), "The time of a save", ahead_days=1)
        check_text("Notes", visit.notes)
        if not 1 <= len(visit.shots) <= MOST_PHOTOS:
            raise FieldError("shots", f"must be one to {MOST_PHOTOS}")
        for shot in visit.shots:
            # Results of later versions are kept as they are; those that this one reads are checked.
            if upgraded(shot.result).get("schema_version") == SCHEMA_VERSION:
                Record.from_dict(shot.result)


def _check_consents(consents: tuple[Consent, ...]) -> None:
    for consent in consents:
        check_day(consent.given_on, "The day of consent", ahead_days=1)
        if consent.withdrawn_on is not None and consent.withdrawn_on < consent.given_on:
            raise FieldError("consents", "withdrawn before it was given")
    if any(consent.withdrawn_on is None for consent in consents[:-1]):
        raise FieldError("consents", "more than one is in force")


def _is_text(table: Mapping[str, object]) -> bool:
    try:
        json.dumps(table, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
