"""Client files of other versions."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from support.captures import jpeg, make_capture, make_outline, make_result

from posture.clients import ClientsError, ClientStore, Details
from posture.clients.schema import APPLICATION_ID, MIGRATIONS, VERSION
from posture.geometry.stored_outline import outline_json
from posture.inputs.protocol import Protocol

VERSION_1 = """
CREATE TABLE clients (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
    height_cm REAL, sex TEXT CHECK (sex IN ('female', 'male')), birth_date TEXT,
    notes TEXT NOT NULL, created_at TEXT NOT NULL, archived_at TEXT
) STRICT;
CREATE INDEX clients_of_owner ON clients (owner, name_key);
CREATE TABLE consents (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    given_on TEXT NOT NULL, withdrawn_on TEXT CHECK (withdrawn_on >= given_on)
) STRICT;
CREATE UNIQUE INDEX consent_in_force ON consents (client_id) WHERE withdrawn_on IS NULL;
CREATE INDEX consents_of_client ON consents (client_id);
CREATE TABLE visits (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    day TEXT NOT NULL, protocol TEXT NOT NULL, notes TEXT NOT NULL, saved_at TEXT NOT NULL
) STRICT;
CREATE INDEX visits_of_client ON visits (client_id, day, saved_at);
CREATE TABLE shots (
    id TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, result TEXT NOT NULL, outline TEXT NOT NULL,
    UNIQUE (visit_id, position)
) STRICT;
CREATE TABLE pictures (
    shot_id TEXT NOT NULL REFERENCES shots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('thumbnail', 'photo')), jpeg BLOB NOT NULL,
    PRIMARY KEY (shot_id, kind)
) STRICT;
CREATE TRIGGER photos_need_consent BEFORE INSERT ON pictures
WHEN NEW.kind = 'photo' AND NOT EXISTS (
    SELECT 1 FROM consents JOIN visits ON visits.client_id = consents.client_id
    JOIN shots ON shots.visit_id = visits.id
    WHERE shots.id = NEW.shot_id AND consents.withdrawn_on IS NULL
)
BEGIN SELECT RAISE(ABORT, 'a photo is kept only with consent'); END;
"""
"""Copy of the first version's tables, which must stay readable whatever changes in the package."""


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    path = tmp_path / "clients.sqlite"
    db = sqlite3.connect(path)
    db.executescript(VERSION_1)
    moment = "2025-03-01T10:00:00.000000+00:00"
    db.execute(
        "INSERT INTO clients VALUES ('c1', 'local', 'Änne', 'anne', 168.0, 'female',"
        " '1990-02-03', 'old notes', ?, NULL)",
        (moment,),
    )
    db.execute("INSERT INTO consents VALUES (1, 'c1', '2025-03-01', NULL)")
    protocol = json.dumps({"arms": "crossed_high", "instruction": ""})
    db.execute("INSERT INTO visits VALUES ('v1', 'c1', '2025-03-01', ?, '', ?)", (protocol, moment))
    shot = (json.dumps(make_result()), outline_json(make_outline()))
    db.execute("INSERT INTO shots VALUES ('s1', 'v1', 0, ?, ?)", shot)
    db.execute("INSERT INTO pictures VALUES ('s1', 'photo', ?)", (jpeg(),))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    return path


def without_space(sql: str) -> str:
    return "".join(sql.split())


def schema_of(path: Path) -> dict[str, str]:
    db = sqlite3.connect(path)
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()
    return {name: without_space(sql) for name, sql in rows}


def test_a_file_of_the_first_version_is_read_and_migrated(first_version: Path) -> None:
    store = ClientStore(first_version)
    (item,) = store.find("anne")
    assert item.client.details.birth_date == date(1990, 2, 3)
    assert item.client.consent is not None
    (visit,) = store.visits("c1")
    assert visit.protocol == Protocol(arms="crossed_high")
    assert visit.shots[0].outline == make_outline()
    assert store.photo("s1") == jpeg()
    store.save_answers("c1", {"about.age": 35.0})
    store.save_setting("studio", "x")
    store.add_visit("c1", [make_capture("new")], day=date(2025, 4, 1))
    assert len(store.visits("c1")) == 2


def test_a_migrated_file_has_the_same_tables_as_a_new_one(
    first_version: Path, tmp_path: Path
) -> None:
    ClientStore(first_version).find()
    new = tmp_path / "new.sqlite"
    ClientStore(new).find()
    assert schema_of(first_version) == schema_of(new)


def test_a_failed_migration_changes_nothing(
    first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*MIGRATIONS[:2], "CREATE TABLE half (x) STRICT;\nCREATE TABLE clients (x) STRICT;\n")
    monkeypatch.setattr("posture.clients.schema.MIGRATIONS", broken)
    with pytest.raises(ClientsError):
        ClientStore(first_version).find()
    db = sqlite3.connect(first_version)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()
    assert not tables & {"half", "answers"}
    monkeypatch.undo()
    assert len(ClientStore(first_version).find()) == 1


def test_a_file_of_a_later_version_is_refused_and_left_untouched(tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add(Details(name="Anna"))
    db = sqlite3.connect(store.path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    before = store.path.read_bytes()
    for call in (store.find, lambda: store.add(Details(name="Bob"))):
        with pytest.raises(ClientsError) as caught:
            call()
        assert caught.value.code == "newer_client_file"
        assert f"its format is {VERSION + 1}" in str(caught.value)
        assert "install the later version" in str(caught.value)
    assert store.path.read_bytes() == before


def test_released_migrations_are_not_edited() -> None:
    """An edit would give old and new files different tables under the same number."""
    assert len(MIGRATIONS) == VERSION
    assert without_space(VERSION_1) == without_space(MIGRATIONS[0])
