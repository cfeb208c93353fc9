"""One client as a file to take away: a ZIP with everything, readable with and without us.

``client.json`` holds all there is and is what an import reads; ``values.csv`` is for a spreadsheet,
``sheet.pdf`` (of the last visit) for people, ``pictures/`` for the eye.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

from posture.clients import extras, people
from posture.clients import visits as visit_rows
from posture.clients.database import opened
from posture.clients.exported import (
    FORMAT,
    FORMAT_VERSION,
    Exported,
    ExportedShot,
    ExportedVisit,
)
from posture.clients.files import write_whole
from posture.clients.model import Answers, Client, Visit
from posture.clients.sheets import last_sheet
from posture.clients.store import ClientStore
from posture.clients.values_csv import values_csv
from posture.clients.visits import PictureKind
from posture.codec import encode_record

MANIFEST: Final = "client.json"
VALUES: Final = "values.csv"
SHEET: Final = "sheet.pdf"


def export_client(store: ClientStore, client_id: str) -> bytes:
    """Return everything about a client as a ZIP file.

    Parameters
    ----------
    store : ClientStore
    client_id : str

    Returns
    -------
    bytes
        JSON, CSV, the PDF sheet of the last visit, and the stored pictures.

    Raises
    ------
    ClientsError
        ``unknown_client``.
    """
    with opened(store.path) as db:
        # One read transaction: a save in between would give halves of two states.
        db.execute("BEGIN")
        client = people.get(db, store.owner, client_id)
        visits = visit_rows.of_client(db, store.owner, client_id)
        answers = extras.load_answers(db, client)
        pictures = visit_rows.pictures(db, store.owner, client_id)
    return _packed(client, visits, answers, pictures)


def export_to(store: ClientStore, client_id: str, target: Path) -> None:
    """Write everything about a client into a new ZIP file; see :func:`export_client`.

    Raises
    ------
    ClientsError
        ``file_exists`` or ``bad_output``.
    """
    write_whole(target, export_client(store, client_id))


def _packed(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, PictureKind], bytes],
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, _manifest(client, visits, answers, pictures))
        archive.writestr(VALUES, values_csv(client, visits).encode("utf-8-sig"))
        sheet = last_sheet(client, visits, answers, pictures)
        if sheet is not None:
            archive.writestr(SHEET, sheet)
        for name, jpeg in _named(visits, pictures).items():
            archive.writestr(name, jpeg, compress_type=zipfile.ZIP_STORED)
    return buffer.getvalue()


def _named(
    visits: Sequence[Visit], pictures: Mapping[tuple[str, PictureKind], bytes]
) -> dict[str, bytes]:
    return {
        picture_name(number, place, kind): pictures[shot.id, kind]
        for number, visit in enumerate(visits, start=1)
        for place, shot in enumerate(visit.shots, start=1)
        for kind in get_args(PictureKind)
        if (shot.id, kind) in pictures
    }


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
        shots=tuple(
            ExportedShot(
                result=shot.result,
                outline=shot.outline,
                photo=(shot.id, "photo") in pictures,
            )
            for shot in visit.shots
        ),
    )


def file_name(client: Client) -> str:
    """Return a name for an export that any file system takes."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in people.key_of(client.name))
    words = "-".join(part for part in plain.split("-") if part) or "client"
    return f"posture-{words[:60]}.zip"
