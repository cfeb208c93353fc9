"""Clients in the client file: details, consent, answers; and the settings of an owner.

Each query is bound to one owner.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Final

from posture.clients.errors import ClientsError
from posture.clients.lenient import (
    FIRST_DAY,
    Damage,
    stored_day,
    stored_json,
    stored_moment,
    stored_note,
)
from posture.clients.model import MAX_NAME, Answers, Client, Consent, Details, Listed
from posture.codec import Json
from posture.errors import PostureError
from posture.messages import message

_A_DAY: Final = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_LONG_AGO: Final = datetime.combine(FIRST_DAY, time(), UTC)
"""Stands for a time that cannot be read."""


def find(db: sqlite3.Connection, owner: str, words: str, *, archived: bool) -> tuple[Listed, ...]:
    """Return the clients of ``owner`` in whose names every word occurs, by name."""
    # Only the number of placeholders depends on the words: no word becomes SQL.
    patterns = [f"%{_escaped(word)}%" for word in search_key(words).split()]
    matching = "".join(" AND clients.name_key LIKE ? ESCAPE '\\'" for _ in patterns)
    rows = db.execute(
        "SELECT clients.*, count(visits.id) AS visits,"  # noqa: S608
        f" max(CASE WHEN visits.day GLOB '{_A_DAY}' THEN visits.day END) AS last_visit"
        " FROM clients LEFT JOIN visits ON visits.client_id = clients.id"
        f" WHERE clients.owner = ? AND (clients.archived_at IS NOT NULL) = ?{matching}"
        " GROUP BY clients.id ORDER BY clients.name_key, clients.created_at",
        (owner, int(archived), *patterns),
    ).fetchall()
    consents = _consents(db, "clients.owner = ?", owner)
    return tuple(
        Listed(
            client=_client(row, consents.get(row["id"], ())),
            visits=row["visits"],
            last_visit=Damage().read("day", partial(_day, row["last_visit"]), None),
        )
        for row in rows
    )


def get(db: sqlite3.Connection, owner: str, client_id: str) -> Client:
    """Return one client of ``owner``.

    Raises
    ------
    ClientsError
        ``unknown_client``.
    """
    row = db.execute(
        "SELECT * FROM clients WHERE id = ? AND owner = ?", (client_id, owner)
    ).fetchone()
    if row is None:
        raise ClientsError("There is no such client.", code="unknown_client")
    return _client(row, _consents(db, "clients.id = ?", client_id).get(client_id, ()))


def insert(
    db: sqlite3.Connection,
    owner: str,
    details: Details,
    *,
    client_id: str | None = None,
    created_at: datetime | None = None,
) -> str:
    """Store a new client and return the id; id and time are generated if not given."""
    details.check_new()
    new_id = client_id or uuid.uuid4().hex
    db.execute(
        "INSERT INTO clients (id, owner, name, name_key, height_cm, sex, birth_date, notes,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (new_id, owner, *_columns(details), created_at.isoformat() if created_at else now()),
    )
    return new_id


def owner_of(db: sqlite3.Connection, client_id: str) -> str | None:
    """Return the owner of a client id, to keep ids unique; never shown to anyone."""
    row = db.execute("SELECT owner FROM clients WHERE id = ?", (client_id,)).fetchone()
    return None if row is None else str(row["owner"])


def restore_consents(db: sqlite3.Connection, client_id: str, consents: Sequence[Consent]) -> None:
    """Store the consents of an imported client unchanged."""
    for consent in consents:
        withdrawn = consent.withdrawn_on
        db.execute(
            "INSERT INTO consents (client_id, given_on, withdrawn_on) VALUES (?, ?, ?)",
            (client_id, consent.given_on.isoformat(), withdrawn.isoformat() if withdrawn else None),
        )


def update(db: sqlite3.Connection, owner: str, client_id: str, details: Details) -> None:
    """Replace the details of a client."""
    details.check_new()
    db.execute(
        "UPDATE clients SET name = ?, name_key = ?, height_cm = ?, sex = ?, birth_date = ?,"
        " notes = ? WHERE id = ? AND owner = ?",
        (*_columns(details), client_id, owner),
    )


def set_archived(db: sqlite3.Connection, owner: str, client_id: str, moment: str | None) -> None:
    """Archive a client at ``moment``, or return it to the list (``None``)."""
    db.execute(
        "UPDATE clients SET archived_at = ? WHERE id = ? AND owner = ?",
        (moment, client_id, owner),
    )


def delete(db: sqlite3.Connection, owner: str, client_id: str) -> None:
    """Delete a client and everything that belongs to it."""
    db.execute("DELETE FROM clients WHERE id = ? AND owner = ?", (client_id, owner))


def give_consent(db: sqlite3.Connection, client: Client, on: date) -> None:
    """Record consent to keeping photos.

    Raises
    ------
    ClientsError
        ``consent_given`` if it is already in force.
    """
    if client.consent is not None:
        raise ClientsError(
            message(
                "{name} has consented already, on {day}.",
                name=client.name,
                day=str(client.consent.given_on),
            ),
            code="consent_given",
        )
    db.execute(
        "INSERT INTO consents (client_id, given_on) VALUES (?, ?)", (client.id, on.isoformat())
    )


def withdraw_consent(db: sqlite3.Connection, client: Client, on: date) -> None:
    """Record the withdrawal of consent, and delete every stored photo of the client.

    Raises
    ------
    ClientsError
        ``no_consent`` if none is in force, ``bad_client`` if it was given later.
    """
    if client.consent is None:
        raise ClientsError(
            message("{name} has not consented to keeping photos.", name=client.name),
            code="no_consent",
        )
    if on == date.today():
        # Consent can be withdrawn at any time, also on a computer whose clock was set back.
        on = max(on, client.consent.given_on)
    if on < client.consent.given_on:
        raise ClientsError(
            message(
                "Consent was given on {day}: it cannot be withdrawn before.",
                day=str(client.consent.given_on),
            ),
            code="bad_client",
        )
    db.execute(
        # The day it was given is written again, since a damaged one would refuse the withdrawal.
        "UPDATE consents SET given_on = ?, withdrawn_on = ?"
        " WHERE client_id = ? AND withdrawn_on IS NULL",
        (client.consent.given_on.isoformat(), on.isoformat(), client.id),
    )
    db.execute(
        "DELETE FROM pictures WHERE kind = 'photo' AND shot_id IN (SELECT shots.id FROM shots"
        " JOIN visits ON visits.id = shots.visit_id WHERE visits.client_id = ?)",
        (client.id,),
    )


def save_answers(
    db: sqlite3.Connection, client: Client, answers: Mapping[str, object] | None
) -> None:
    """Replace the stored answers of a client; ``None`` deletes them."""
    db.execute("DELETE FROM answers WHERE client_id = ?", (client.id,))
    if answers is not None:
        db.execute(
            "INSERT INTO answers (client_id, entries, saved_at) VALUES (?, ?, ?)",
            (client.id, json.dumps(answers, ensure_ascii=False), now()),
        )


def load_answers(db: sqlite3.Connection, client: Client) -> Answers | None:
    """Return the stored answers of a client."""
    row = db.execute("SELECT entries FROM answers WHERE client_id = ?", (client.id,)).fetchone()
    if row is None:
        return None
    entries = Damage().read("answers", lambda: stored_json(row["entries"]), None)
    return entries if isinstance(entries, dict) else None


def save_setting(db: sqlite3.Connection, owner: str, name: str, entry: Json) -> None:
    """Replace one setting of an owner; ``None`` deletes it."""
    db.execute("DELETE FROM settings WHERE owner = ? AND name = ?", (owner, name))
    if entry is not None:
        text = json.dumps(entry, ensure_ascii=False, allow_nan=False)
        db.execute(
            "INSERT INTO settings (owner, name, entry) VALUES (?, ?, ?)", (owner, name, text)
        )


def load_setting(db: sqlite3.Connection, owner: str, name: str) -> Json:
    """Return one setting of an owner, or ``None``."""
    row = db.execute(
        "SELECT entry FROM settings WHERE owner = ? AND name = ?", (owner, name)
    ).fetchone()
    if row is None:
        return None
    entry: Json = Damage().read("setting", lambda: stored_json(row["entry"]), None)
    return entry


def now() -> str:
    """Return the present time in its stored form."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def search_key(text: str) -> str:
    """Return text without case and accents, for searching and sorting names."""
    # Decomposed, an accent is a character of its own that can be dropped.
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _columns(details: Details) -> tuple[str | float | None, ...]:
    return (
        details.name,
        search_key(details.name),
        details.height_cm,
        details.sex,
        details.birth_date.isoformat() if details.birth_date else None,
        details.notes,
    )


def _consents(db: sqlite3.Connection, where: str, key: str) -> dict[str, list[sqlite3.Row]]:
    """Return the consents of clients, oldest first, in one query for all of them."""
    rows = db.execute(
        "SELECT consents.client_id, given_on, withdrawn_on FROM consents"  # noqa: S608
        f" JOIN clients ON clients.id = consents.client_id WHERE {where}"
        " ORDER BY consents.client_id, given_on, consents.id",
        (key,),
    ).fetchall()
    return {
        client_id: list(found) for client_id, found in groupby(rows, key=itemgetter("client_id"))
    }


def _client(row: sqlite3.Row, consents: Sequence[sqlite3.Row]) -> Client:
    damage = Damage()
    created_at = damage.read("time of entry", lambda: stored_moment(row["created_at"]), _LONG_AGO)
    given = [_consent(item, damage) for item in consents]
    return Client(
        id=row["id"],
        details=_details(row, damage),
        # The one in force is the last; a damaged day may have sorted it elsewhere.
        consents=tuple(sorted(given, key=lambda item: item.withdrawn_on is None)),
        created_at=created_at,
        archived_at=_archived_at(row, created_at, damage),
        damaged=damage.parts,
    )


def _archived_at(row: sqlite3.Row, created_at: datetime, damage: Damage) -> datetime | None:
    text = row["archived_at"]
    return (
        damage.read("time of archiving", lambda: stored_moment(text), created_at) if text else None
    )


def _details(row: sqlite3.Row, damage: Damage) -> Details:
    born = damage.read("date of birth", lambda: _day(row["birth_date"]), None)
    try:
        return Details(
            name=row["name"],
            height_cm=row["height_cm"],
            sex=row["sex"],
            birth_date=born,
            notes=row["notes"],
        )
    except (TypeError, PostureError):
        return _readable_details(row, born, damage)


def _readable_details(row: sqlite3.Row, born: date | None, damage: Damage) -> Details:
    """Return each detail that is valid by itself."""
    name = "".join(letter if letter.isprintable() else " " for letter in row["name"]).strip()
    named = Details(name=name[:MAX_NAME].strip() or row["id"], birth_date=born)
    if named.name != row["name"]:
        damage.add("name")
    height: float | None = row["height_cm"]
    named = damage.read("height", lambda: replace(named, height_cm=height), named)
    named = damage.read("sex", lambda: replace(named, sex=row["sex"]), named)
    return replace(named, notes=stored_note(row["notes"], damage))


def _consent(row: sqlite3.Row, damage: Damage) -> Consent:
    given: date = damage.read("consent", lambda: stored_day(row["given_on"]), FIRST_DAY)
    otherwise: date | None = given
    # Unreadable, a withdrawal is still one.
    withdrawn = damage.read("consent", lambda: _day(row["withdrawn_on"]), otherwise)
    return Consent(given_on=given, withdrawn_on=withdrawn)


def _day(text: str | None) -> date | None:
    return None if text is None else stored_day(text)
