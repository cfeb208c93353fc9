"""What an export says about a client, checked field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NoReturn, TypeVar, cast

from posture.analysis.record import Record
from posture.analysis.result import SCHEMA_VERSION
from posture.case.result_file import ResultDict
from posture.clients.archive import FORMAT, FORMAT_VERSION
from posture.clients.errors import ClientsError
from posture.clients.model import Answers, Consent, Details, check_day, check_text
from posture.clients.visits import read_protocol, stored_outline
from posture.codec import FieldError, decode
from posture.errors import SettingsError
from posture.geometry.stored_outline import Outline
from posture.inputs.protocol import MOST_PHOTOS, Protocol
from posture.messages import message

T = TypeVar("T")

ID_LENGTH: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedShot:
    """One photo of an export; ``photo`` tells whether its picture is in there."""

    result: ResultDict
    outline: Outline
    photo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVisit:
    """One visit of an export."""

    day: date
    saved_at: datetime
    protocol: Protocol
    notes: str
    shots: tuple[ExportedShot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Everything that an export says about a client."""

    id: str
    details: Details
    consents: tuple[Consent, ...]
    created_at: datetime
    archived_at: datetime | None
    answers: Answers | None
    visits: tuple[ExportedVisit, ...]


def read_exported(text: bytes) -> Exported:
    """Read ``client.json`` of an export.

    Raises
    ------
    ClientsError
        ``bad_archive``, naming what is wrong, or ``newer_archive``.
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
    try:
        return _exported(table)
    except (FieldError, SettingsError) as error:
        raise refusal(str(error).rstrip(".")) from error
    except ClientsError as error:
        raise refusal(error.message[:1].lower() + error.message[1:].rstrip(".")) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise refusal("a field is missing or of the wrong kind") from error


def refusal(problem: str) -> ClientsError:
    """Return the error that says why a file is not an export."""
    return ClientsError(
        message(
            "The file is not a complete export of a client: {problem}. Nothing was imported.",
            problem=problem,
        ),
        code="bad_archive",
    )


def _exported(table: Mapping[str, object]) -> Exported:
    return Exported(
        id=_id(table["id"]),
        details=decode(Details, _without_empty(table["details"]), "details"),
        consents=_consents(_list(table["consents"])),
        created_at=_moment(table["created_at"]),
        archived_at=None if table["archived_at"] is None else _moment(table["archived_at"]),
        answers=_answers(table["answers"]),
        visits=tuple(_visit(_table(item)) for item in _list(table["visits"])),
    )


def _visit(table: Mapping[str, object]) -> ExportedVisit:
    day = date.fromisoformat(_text(table["day"]))
    check_day(day, "The day of a visit", ahead_days=1)
    notes = _text(table["notes"])
    check_text("Notes", notes)
    shots = tuple(_shot(_table(item)) for item in _list(table["shots"]))
    if not 1 <= len(shots) <= MOST_PHOTOS:
        raise FieldError("shots", f"must be one to {MOST_PHOTOS}")
    return ExportedVisit(
        day=day,
        saved_at=_moment(table["saved_at"]),
        protocol=read_protocol(json.dumps(_table(table["protocol"]))),
        notes=notes,
        shots=shots,
    )


def _shot(table: Mapping[str, object]) -> ExportedShot:
    result = dict(_table(table["result"]))
    # Results of other versions are kept as they are; this one's are checked.
    if result.get("schema_version") == SCHEMA_VERSION:
        Record.from_dict(result)
    photo = table["photo"]
    if not isinstance(photo, bool):
        raise FieldError("photo", "must be true or false")
    return ExportedShot(
        result=cast("ResultDict", result),
        outline=stored_outline(json.dumps(table["outline"])),
        photo=photo,
    )


def _consents(rows: list[object]) -> tuple[Consent, ...]:
    found = tuple(decode(Consent, row, "consents") for row in rows)
    for consent in found:
        check_day(consent.given_on, "The day of consent", ahead_days=1)
        if consent.withdrawn_on is not None and consent.withdrawn_on < consent.given_on:
            raise FieldError("consents", "withdrawn before it was given")
    if any(consent.withdrawn_on is None for consent in found[:-1]):
        raise FieldError("consents", "more than one is in force")
    return found


def _answers(value: object) -> Answers | None:
    return None if value is None else cast("Answers", _table(value))


def _id(value: object) -> str:
    text = _text(value)
    if len(text) != ID_LENGTH or not set(text) <= set("0123456789abcdef"):
        raise FieldError("id", f"must be {ID_LENGTH} hexadecimal digits")
    return text


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise FieldError("a time", "must say its time zone")
    return moment.astimezone(UTC)


def _without_empty(value: object) -> dict[str, object]:
    """Leave out empty text, which the reader of records does not take."""
    return {name: item for name, item in _table(value).items() if item != ""}


def _text(value: object) -> str:
    return _kind(value, str, "text")


def _list(value: object) -> list[object]:
    return _kind(value, list, "a list")


def _table(value: object) -> dict[str, object]:
    return _kind(value, dict, "a table of fields")


def _kind(value: object, kind: type[T], name: str) -> T:
    if not isinstance(value, kind):
        raise FieldError("a field", f"must be {name}")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
