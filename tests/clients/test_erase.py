"""Deletion from the bytes of every file, not only from the lists."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from support.captures import make_capture

from posture.clients import ClientsError, ClientStore, Details, database, people
from posture.clients.database import scrub, transaction
from posture.inputs.protocol import Protocol

DAY = date(2025, 3, 1)
PHOTO = b"PHOTO-OF-" + bytes(range(1, 251)) * 300


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add(Details(name="Someone Else"))
    return store


def on_disk(store: ClientStore) -> bytes:
    files = list(store.path.parent.iterdir())
    assert store.path in files
    return b"".join(path.read_bytes() for path in files)


def fill(store: ClientStore) -> str:
    client = store.add(
        Details(name="Zsuzsanna Erasable", notes="NOTE-TO-FORGET " * 40), consented_on=DAY
    )
    captures = [make_capture(f"SHOT-{number}", photo=PHOTO) for number in range(3)]
    protocol = Protocol(instruction="INSTRUCTION-TO-FORGET")
    store.add_visit(client.id, captures, day=DAY, notes="VISIT-TO-FORGET", protocol=protocol)
    store.save_answers(client.id, {"about.age": 77.125})
    return client.id


TRACES = (
    b"Zsuzsanna",
    b"zsuzsanna",
    b"NOTE-TO-FORGET",
    b"VISIT-TO-FORGET",
    b"INSTRUCTION-TO-FORGET",
    b"SHOT-1",
    b"77.125",
    PHOTO[:200],
    PHOTO[40_000:40_200],
)


def test_a_deleted_client_leaves_no_byte_behind(store: ClientStore) -> None:
    client_id = fill(store)
    assert [trace for trace in TRACES if trace not in on_disk(store)] == []
    store.delete(client_id)
    left = on_disk(store)
    assert [trace for trace in TRACES if trace in left] == []
    assert client_id.encode() not in left
    assert b"Someone Else" in left


def test_a_deleted_client_leaves_the_log_of_a_file_that_stays_open(store: ClientStore) -> None:
    with database.opened(store.path):  # keeps -wal and -shm alive
        client_id = fill(store)
        assert PHOTO[:200] in on_disk(store)
        store.delete(client_id)
        assert {path.suffix for path in store.path.parent.iterdir()} > {".sqlite"}
        left = on_disk(store)
        assert [trace for trace in TRACES if trace in left] == []


def test_withdrawn_consent_and_deleted_visits_leave_no_byte_behind(store: ClientStore) -> None:
    client_id = fill(store)
    store.withdraw_consent(client_id, DAY)
    left = on_disk(store)
    assert PHOTO[:200] not in left
    assert b"SHOT-1" in left
    store.delete_visit(store.visits(client_id)[0].id)
    left = on_disk(store)
    assert b"SHOT-1" not in left
    assert b"VISIT-TO-FORGET" not in left
    assert b"Zsuzsanna" in left


def test_edited_text_leaves_no_byte_behind(store: ClientStore) -> None:
    client_id = fill(store)
    store.edit(client_id, Details(name="Renamed"))
    store.save_answers(client_id, None)
    left = on_disk(store)
    assert not any(trace in left for trace in (b"Zsuzsanna", b"NOTE-TO-FORGET", b"77.125"))


def test_nothing_stays_in_the_gaps_of_split_pages(tmp_path: Path) -> None:
    """Names move between pages as an index grows and must not leave copies behind."""
    store = ClientStore(tmp_path / "clients.sqlite")
    rng = np.random.default_rng(5)
    with transaction(store.path) as db:
        names = {}
        for _ in range(300):
            name = rng.bytes(8).hex() + "q"
            details = Details(name=name, notes=name * int(rng.integers(13)))
            names[people.insert(db, "local", details)] = name
    gone = sorted(names)[:120]
    with transaction(store.path) as db:
        for client_id in gone[:60]:
            people.delete(db, "local", client_id)
    with transaction(store.path) as db:
        for client_id in gone[60:]:
            people.update(db, "local", client_id, Details(name="z" * int(rng.integers(1, 90))))
    scrub(store.path)
    left = on_disk(store)
    assert [names[i] for i in gone if names[i].encode() in left] == []
    assert all(name.encode() in left for i, name in names.items() if i not in gone)


def test_a_program_that_reads_an_old_state_is_reported(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 100)
    client_id = fill(store)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM clients").fetchone()
    with pytest.raises(ClientsError) as caught:
        store.delete(client_id)
    assert caught.value.code == "erase_waits"
    assert str(caught.value).startswith("It is deleted, but traces stay")
    assert [item.client.name for item in store.find()] == ["Someone Else"]
    store.edit(store.find()[0].client.id, Details(name="Renamed"))  # saved all the same
    reader.execute("COMMIT")
    reader.close()
    store.find()
    left = on_disk(store)
    assert [trace for trace in TRACES if trace in left] == []
