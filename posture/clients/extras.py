"""Stored answers of a client, and settings of an owner."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from posture.clients.model import Answers, Client
from posture.clients.people import now
from posture.codec import Json


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
    entries: Answers = json.loads(row["entries"])
    return entries


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
    entry: Json = json.loads(row["entry"])
    return entry
