"""Export of one client: a ZIP with everything, readable with and without this program.

``client.json`` holds everything and is the only file that an import needs besides ``pictures/``;
``values.csv`` is for spreadsheets, ``sheet.pdf`` is the printed sheet of the last visit.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from posture.clients import people
from posture.clients import visits as visit_rows
from posture.clients.answers import answers_of
from posture.clients.archive_content import (
    FORMAT,
    FORMAT_VERSION,
    Exported,
    ExportedShot,
    ExportedVisit,
)
from posture.clients.capture import blank_thumbnail
from posture.clients.documents import figure_of, head_of, visit_case
from posture.clients.model import Answers, Client, Visit
from posture.clients.new_files import write_new
from posture.clients.sealed import ENDING, seal
from posture.clients.store import ClientStore
from posture.clients.visit_data import visit_data
from posture.clients.visits import PictureKind
from posture.codec import encode_record
from posture.comparison.visit_data import quantities
from posture.errors import SettingsError
from posture.messages import ENGLISH
from posture.quantity import Quantity
from posture.report import make_sheet
from posture.report.pdf import render_pdf

MANIFEST: Final = "client.json"
VALUES: Final = "values.csv"
SHEET: Final = "sheet.pdf"

COLUMNS: Final = (
    "client",
    "visit",
    "day",
    "photo",
    "quantity",
    "value",
    "unit",
    "low",
    "high",
    "level",
    "reason",
    "flags",
)

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Spreadsheets run text that starts with one of these as a formula (OWASP, CSV injection)."""


def export_client(
    store: ClientStore, client_id: str, *, plain: bool = False, language: str = ENGLISH
) -> bytes:
    """Return everything about a client as a ZIP file.

    Parameters
    ----------
    plain : bool
        Not encrypted even if the client file is, for somebody else to read.
    language : str
        Of the sheet.

    Returns
    -------
    bytes
        JSON, CSV, the PDF sheet of the last visit, and the stored pictures; from an encrypted
        client file encrypted with its passphrase.

    Raises
    ------
    ClientsError
        ``unknown_client``.
    """
    with store.opened() as db:
        # One read transaction: otherwise a save in between would mix two states.
        db.execute("BEGIN")
        client = people.get(db, store.owner, client_id)
        visits = visit_rows.of_client(db, store.owner, client_id)
        answers = people.load_answers(db, client)
        pictures = visit_rows.pictures(db, store.owner, client_id)
    # Without a photo that can be read, nothing of a visit is left to export.
    readable = [visit for visit in visits if visit.shots]
    content = _zip_file(client, readable, answers, pictures, language)
    if plain or store.passphrase is None:
        return content
    return seal(content, store.passphrase, beside=store.path)


def export_to(
    store: ClientStore,
    client_id: str,
    target: Path,
    *,
    plain: bool = False,
    language: str = ENGLISH,
) -> None:
    """Write everything about a client into a new file; see :func:`export_client`.

    Raises
    ------
    ClientsError
        ``file_exists`` or ``bad_output``.
    """
    content = export_client(store, client_id, plain=plain, language=language)
    write_new(target, content, noted_at=store.path)


def _zip_file(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, PictureKind], bytes],
    language: str,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, _manifest(client, visits, answers, pictures))
        archive.writestr(VALUES, values_csv(client, visits).encode("utf-8-sig"))
        sheet = last_sheet(client, visits, answers, pictures, language)
        if sheet is not None:
            archive.writestr(SHEET, sheet)
        for name, jpeg in _picture_files(visits, pictures).items():
            archive.writestr(name, jpeg, compress_type=zipfile.ZIP_STORED)
    return buffer.getvalue()


def _picture_files(
    visits: Sequence[Visit], pictures: Mapping[tuple[str, PictureKind], bytes]
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for number, visit in enumerate(visits, start=1):
        for place, shot in enumerate(visit.shots, start=1):
            # A damaged thumbnail must not keep the values from being imported.
            thumbnail = pictures.get((shot.id, "thumbnail")) or blank_thumbnail(shot.outline)
            found[picture_name(number, place, "thumbnail")] = thumbnail
            if (shot.id, "photo") in pictures:
                found[picture_name(number, place, "photo")] = pictures[shot.id, "photo"]
    return found


def picture_name(visit: int, shot: int, kind: str) -> str:
    """Return the name of a picture in an export; visits and shots count from 1."""
    return f"pictures/{visit}-{shot}-{kind}.jpg"


def _manifest(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, PictureKind], bytes],
) -> str:
    exported = Exported(
        id=client.id,
        details=client.details,
        consents=client.consents,
        created_at=client.created_at,
        archived_at=client.archived_at,
        answers=answers,
        visits=tuple(_visit(visit, pictures) for visit in visits),
    )
    table = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **encode_record(exported),
    }
    return json.dumps(table, ensure_ascii=False, allow_nan=False)


def _visit(visit: Visit, pictures: Mapping[tuple[str, PictureKind], bytes]) -> ExportedVisit:
    return ExportedVisit(
        day=visit.day,
        saved_at=visit.saved_at,
        protocol=visit.protocol,
        notes=visit.notes,
        algorithm=visit.algorithm,
        answers=visit.answers,
        shots=tuple(
            ExportedShot(
                result=shot.result,
                outline=shot.outline,
                photo=(shot.id, "photo") in pictures,
            )
            for shot in visit.shots
        ),
    )


def values_csv(client: Client, visits: Sequence[Visit]) -> str:
    """Return a CSV table with a header and one row per visit, photo and quantity.

    Photos whose results belong to another version have no rows.
    """
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(COLUMNS)
    for number, visit in enumerate(visits, start=1):
        for place, shot in enumerate(visit.shots, start=1):
            try:
                found: Mapping[str, Quantity] = quantities(shot.record())
            except SettingsError:
                # Another version's result: client.json holds it unchanged.
                continue
            for cells in _rows(found):
                head = (plain_cell(client.name), number, visit.day.isoformat(), place)
                table.writerow((*head, *cells))
    return buffer.getvalue()


def plain_cell(text: str) -> str:
    """Return text that no spreadsheet mistakes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(found: Mapping[str, Quantity]) -> Iterator[tuple[str | float | None, ...]]:
    for name, item in found.items():
        yield (
            plain_cell(name),
            item.value,
            plain_cell(item.unit),
            item.low,
            item.high,
            item.level if item.present else None,
            plain_cell(item.reason or ""),
            plain_cell(" ".join(item.flags)),
        )


def last_sheet(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, PictureKind], bytes],
    language: str = ENGLISH,
) -> bytes | None:
    """Return the printed sheet of the last visit that this version can read, as PDF.

    Parameters
    ----------
    visits : sequence of Visit
        Oldest first.
    answers : mapping, optional
        What the client answered outside any visit; it counts where a visit has no answers.
    pictures : mapping of (shot id, kind) to bytes
        JPEG files.
    language : str
        Of the sheet.
    """
    for visit in reversed(visits):
        if visit_data(visit).records:
            shot = visit.shots[0]
            thumbnail = pictures.get((shot.id, "thumbnail")) or blank_thumbnail(shot.outline)
            figure = figure_of(thumbnail, shot.outline)
            held = answers_of(visit, visits, answers)
            case = visit_case(client, visit, held, figure=figure)
            head = head_of(client, visit, language=language)
            return render_pdf(make_sheet(case, letterhead=head, language=language))
    return None


def file_name(client: Client, *, encrypted: bool = False) -> str:
    """Return a name for an export that any file system accepts."""
    return f"{file_stem(client)}{ENDING if encrypted else '.zip'}"


def file_stem(client: Client) -> str:
    """Return the beginning of the names of files about a client."""
    plain = "".join(
        c if c.isascii() and c.isalnum() else "-" for c in people.search_key(client.name)
    )
    words = "-".join(part for part in plain.split("-") if part) or "client"
    return f"posture-{words[:60]}"
