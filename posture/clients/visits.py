"""Visits, their shots and pictures in the client file; each query is bound to one owner."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Literal, cast

from posture.analysis.result import AnalysisDict
from posture.clients.errors import ClientsError
from posture.clients.lenient import (
    FIRST_DAY,
    Damage,
    stored_day,
    stored_json,
    stored_moment,
    stored_note,
)
from posture.clients.model import (
    Answers,
    Capture,
    Client,
    Shot,
    Visit,
    check_text,
    provenance_of,
)
from posture.clients.people import now
from posture.clients.pictures import readable
from posture.codec import decode, encode_record
from posture.geometry.stored_outline import Outline, outline_json, read_outline
from posture.inputs.protocol import MOST_PHOTOS, NO_PROTOCOL, Protocol
from posture.messages import message

PictureKind = Literal["thumbnail", "photo"]

# Every query for a visit goes through its client's owner.
_OWNED = (
    " FROM visits JOIN clients ON clients.id = visits.client_id WHERE clients.owner = ? AND visits."
)

# A row for each shot, so that one query reads whole visits in a consistent state.
_WHOLE = (
    "SELECT visits.*, shots.id AS shot_id, shots.result, shots.outline, EXISTS (SELECT 1 FROM"
    " pictures WHERE pictures.shot_id = shots.id AND kind = 'photo') AS photo_kept"
    " FROM visits JOIN clients ON clients.id = visits.client_id"
    " LEFT JOIN shots ON shots.visit_id = visits.id WHERE clients.owner = ? AND visits."
)


def of_client(db: sqlite3.Connection, owner: str, client_id: str) -> tuple[Visit, ...]:
    """Return the visits of a client, oldest first."""
    rows = db.execute(
        f"{_WHOLE}client_id = ? ORDER BY visits.day, visits.saved_at, visits.rowid, shots.position",
        (owner, client_id),
    ).fetchall()
    return tuple(_visit(list(shots)) for _, shots in groupby(rows, key=itemgetter("id")))


def last_protocol(db: sqlite3.Connection, owner: str, client_id: str) -> Protocol | None:
    """Return the set-up of a client's last visit."""
    row = db.execute(
        f"SELECT visits.protocol{_OWNED}client_id = ?"
        " ORDER BY visits.day DESC, visits.saved_at DESC LIMIT 1",
        (owner, client_id),
    ).fetchone()
    if row is None:
        return None
    return Damage().read("set-up", lambda: read_protocol(row["protocol"]), None)


def get(db: sqlite3.Connection, owner: str, visit_id: str) -> Visit:
    """Return one visit.

    Raises
    ------
    ClientsError
        ``unknown_visit``.
    """
    rows = db.execute(f"{_WHOLE}id = ? ORDER BY shots.position", (owner, visit_id)).fetchall()
    if not rows:
        raise ClientsError("There is no such visit.", code="unknown_visit")
    return _visit(rows)


def insert(
    db: sqlite3.Connection,
    client: Client,
    captures: Sequence[Capture],
    *,
    day: date,
    protocol: Protocol,
    notes: str,
    saved_at: datetime | None = None,
    answers: Mapping[str, object] | None = None,
) -> str:
    """Store a visit with all its shots and return its id.

    Photos are stored only while the client's consent is in force.

    Raises
    ------
    ClientsError
        ``bad_visit`` if there are no photos, or too many; ``same_photo``.
    """
    check_count(len(captures))
    check_different(captures)
    check_text("Notes", notes)
    visit_id = uuid.uuid4().hex
    moment = saved_at.isoformat() if saved_at else now()
    db.execute(
        "INSERT INTO visits (id, client_id, day, protocol, notes, saved_at, answers)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            visit_id,
            client.id,
            day.isoformat(),
            _protocol_json(protocol),
            notes,
            moment,
            _answers_json(answers),
        ),
    )
    insert_shots(db, client, visit_id, captures)
    return visit_id


def insert_shots(
    db: sqlite3.Connection, client: Client, visit_id: str, captures: Sequence[Capture]
) -> None:
    """Store the shots of a visit."""
    for position, shot in enumerate(captures):
        shot_id = uuid.uuid4().hex
        db.execute(
            "INSERT INTO shots (id, visit_id, position, result, outline) VALUES (?, ?, ?, ?, ?)",
            (shot_id, visit_id, position, _json(shot.result), outline_json(shot.outline)),
        )
        _insert_picture(db, shot_id, "thumbnail", shot.thumbnail)
        # The trigger of the table would refuse the photo, and the whole save with it.
        if shot.photo is not None and client.consent is not None:
            _insert_picture(db, shot_id, "photo", shot.photo)


def update(
    db: sqlite3.Connection, visit: Visit, *, day: date, protocol: Protocol, notes: str
) -> None:
    """Replace day, set-up and notes of a visit."""
    check_text("Notes", notes)
    db.execute(
        "UPDATE visits SET day = ?, protocol = ?, notes = ? WHERE id = ?",
        (day.isoformat(), _protocol_json(protocol), notes, visit.id),
    )


def save_answers(db: sqlite3.Connection, visit: Visit, answers: Answers | None) -> None:
    """Replace the answers and test readings of a visit; ``None`` deletes them."""
    db.execute("UPDATE visits SET answers = ? WHERE id = ?", (_answers_json(answers), visit.id))


def delete(db: sqlite3.Connection, visit: Visit) -> None:
    """Delete a visit with its shots and pictures."""
    db.execute("DELETE FROM visits WHERE id = ?", (visit.id,))


def replace_shots(
    db: sqlite3.Connection, client: Client, visit: Visit, captures: Sequence[Capture]
) -> None:
    """Replace the shots of a visit with new results; raises as :func:`insert`."""
    check_count(len(captures))
    check_different(captures)
    db.execute("DELETE FROM shots WHERE visit_id = ?", (visit.id,))
    insert_shots(db, client, visit.id, captures)


def picture(db: sqlite3.Connection, owner: str, shot_id: str, kind: PictureKind) -> bytes | None:
    """Return a stored picture as JPEG, or ``None`` if there is none that can be read."""
    row = db.execute(
        "SELECT pictures.jpeg FROM pictures JOIN shots ON shots.id = pictures.shot_id"
        " JOIN visits ON visits.id = shots.visit_id JOIN clients ON clients.id = visits.client_id"
        " WHERE clients.owner = ? AND pictures.shot_id = ? AND pictures.kind = ?",
        (owner, shot_id, kind),
    ).fetchone()
    return None if row is None else readable(row["jpeg"])


def pictures(
    db: sqlite3.Connection, owner: str, client_id: str
) -> dict[tuple[str, PictureKind], bytes]:
    """Return all stored pictures of a client that can be read as JPEG, by shot and kind."""
    rows = db.execute(
        "SELECT pictures.* FROM pictures JOIN shots ON shots.id = pictures.shot_id"
        " JOIN visits ON visits.id = shots.visit_id JOIN clients ON clients.id = visits.client_id"
        " WHERE clients.owner = ? AND clients.id = ?",
        (owner, client_id),
    )
    found = {(row["shot_id"], row["kind"]): readable(row["jpeg"]) for row in rows}
    return {key: jpeg for key, jpeg in found.items() if jpeg is not None}


def check_count(count: int) -> None:
    """Refuse a visit without photos, or with too many of them.

    Raises
    ------
    ClientsError
        ``bad_visit``.
    """
    if not 1 <= count <= MOST_PHOTOS:
        raise ClientsError(
            message("A visit has one to {most} photos.", most=MOST_PHOTOS), code="bad_visit"
        )


def read_protocol(text: str) -> Protocol:
    """Read the stored form of a protocol."""
    return decode(Protocol, json.loads(text), "protocol")


def check_different(captures: Sequence[Capture]) -> None:
    """Refuse duplicate photos, which would pass for perfectly steady repeats.

    Raises
    ------
    ClientsError
        ``same_photo``.
    """
    told = [provenance_of(shot.result) for shot in captures]
    hashes = [provenance.photo_sha256 for provenance in told if provenance is not None]
    if len(set(hashes)) < len(hashes):
        raise ClientsError(
            "The same photo is there twice: step off the mark and take another one.",
            code="same_photo",
        )


def _protocol_json(protocol: Protocol) -> str:
    return _json(encode_record(protocol))


def _answers_json(answers: Mapping[str, object] | None) -> str | None:
    return None if answers is None else _json(answers)


def _stored_answers(text: str | None) -> Answers | None:
    if text is None:
        return None
    found = stored_json(text)
    if not isinstance(found, dict):
        raise ValueError("these are no answers")
    return found


def _visit(rows: Sequence[sqlite3.Row]) -> Visit:
    first, damage = rows[0], Damage()
    shots = (_shot(row, damage) for row in rows if row["shot_id"] is not None)
    readable_shots = tuple(shot for shot in shots if shot is not None)
    day = damage.read("day", lambda: stored_day(first["day"]), FIRST_DAY)
    midnight = datetime.combine(day, time(), UTC)
    return Visit(
        id=first["id"],
        client_id=first["client_id"],
        day=day,
        protocol=damage.read("set-up", lambda: read_protocol(first["protocol"]), NO_PROTOCOL),
        notes=stored_note(first["notes"], damage),
        shots=readable_shots,
        saved_at=damage.read("time of saving", lambda: stored_moment(first["saved_at"]), midnight),
        answers=damage.read("answers", lambda: _stored_answers(first["answers"]), None),
        damaged=damage.parts,
    )


def _shot(row: sqlite3.Row, damage: Damage) -> Shot | None:
    """Read the shot of a row; ``None`` if result or outline are damaged."""
    return damage.read("a photo", lambda: _whole_shot(row), None)


def _whole_shot(row: sqlite3.Row) -> Shot:
    result = stored_json(row["result"])
    if not isinstance(result, dict):
        raise TypeError("a result is a table")
    return Shot(
        id=row["shot_id"],
        result=cast("AnalysisDict", result),
        outline=stored_outline(row["outline"]),
        photo_kept=bool(row["photo_kept"]),
    )


def stored_outline(text: str) -> Outline:
    """Read an outline from the client file or an export.

    Raises
    ------
    ClientsError
        ``bad_outline``.
    """
    try:
        return read_outline(text)
    except ValueError as error:
        raise ClientsError(str(error), code="bad_outline") from error


def _insert_picture(db: sqlite3.Connection, shot_id: str, kind: PictureKind, jpeg: bytes) -> None:
    db.execute("INSERT INTO pictures (shot_id, kind, jpeg) VALUES (?, ?, ?)", (shot_id, kind, jpeg))


def _json(value: Mapping[str, object]) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # The name of a photo may hold bytes that are no text, which the database refuses.
    return text.encode("utf-8", errors="replace").decode()
