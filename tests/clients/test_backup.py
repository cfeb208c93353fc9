"""Backup and restore of the whole client file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from support.captures import make_capture

from posture.clients import ClientsError, ClientStore, Details
from posture.clients.backup import backup, restore
from posture.clients.schema import VERSION

DAY = date(2025, 3, 1)


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    store = ClientStore(tmp_path / "data" / "clients.sqlite")
    store.add_visit(Details(name="Anna"), [make_capture("a")], day=DAY, consented_on=DAY)
    return store


def names(store: ClientStore) -> list[str]:
    return [item.client.name for item in store.find()]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientsError) as caught:
        call()
    return caught.value.code


def test_a_backup_is_itself_a_client_file(store: ClientStore, tmp_path: Path) -> None:
    target = backup(store, tmp_path / "backup.sqlite")
    copy = ClientStore(target)
    assert copy.find() == store.find()
    assert copy.visits(store.find()[0].client.id) == store.visits(store.find()[0].client.id)
    assert target.stat().st_mode & 0o077 == 0


def test_a_backup_into_a_folder_is_named_after_the_day(store: ClientStore, tmp_path: Path) -> None:
    target = backup(store, tmp_path)
    assert target == tmp_path / f"posture-clients-{date.today()}.sqlite"
    assert code_of(lambda: backup(store, tmp_path)) == "file_exists"
    assert code_of(lambda: backup(store, tmp_path / "no" / "b.sqlite")) == "bad_output"


def test_a_backup_during_a_save_is_complete(store: ClientStore, tmp_path: Path) -> None:
    writer = sqlite3.connect(store.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE clients SET name = 'Half'")
    target = backup(store, tmp_path / "backup.sqlite")
    writer.execute("ROLLBACK")
    writer.close()
    assert names(ClientStore(target)) == ["Anna"]


def test_restoring_keeps_the_replaced_file(store: ClientStore, tmp_path: Path) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    store.delete(store.find()[0].client.id)
    store.add(Details(name="Bob"))
    kept = restore(store, saved)
    assert names(store) == ["Anna"]
    assert store.visits(store.find()[0].client.id)[0].shots[0].photo_kept
    assert kept is not None
    assert kept.parent == store.path.parent
    assert names(ClientStore(kept)) == ["Bob"]
    assert names(ClientStore(saved)) == ["Anna"]
    store.add(Details(name="Carl"))
    assert names(store) == ["Anna", "Carl"]


def test_restoring_needs_no_client_file(store: ClientStore, tmp_path: Path) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    fresh = ClientStore(tmp_path / "other" / "clients.sqlite")
    assert restore(fresh, saved) is None
    assert names(fresh) == ["Anna"]


def test_a_program_that_has_the_file_open_sees_the_restored_one(
    store: ClientStore, tmp_path: Path
) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    store.add(Details(name="Bob"))
    reader = sqlite3.connect(store.path)
    assert reader.execute("SELECT count(*) FROM clients").fetchone() == (2,)
    restore(store, saved)
    assert reader.execute("SELECT count(*) FROM clients").fetchone() == (1,)
    reader.close()


@pytest.mark.parametrize("damage", ["text", "pages", "version"])
def test_an_unreadable_file_is_replaced_and_kept(
    store: ClientStore, tmp_path: Path, damage: str
) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    whole = store.path.read_bytes()
    if damage == "text":
        store.path.write_bytes(b"no database " * 1000)
    elif damage == "pages":
        store.path.write_bytes(whole[:4096] + bytes([7]) * (len(whole) - 4096))
    else:
        db = sqlite3.connect(store.path)
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
        db.close()
    before = store.path.read_bytes()
    kept = restore(store, saved)
    assert names(store) == ["Anna"]
    assert kept is not None
    assert kept.read_bytes() == before


def test_other_files_are_refused_and_change_nothing(store: ClientStore, tmp_path: Path) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    whole = saved.read_bytes()
    wrong = tmp_path / "wrong.sqlite"
    for content, code in (
        (b"", "bad_backup"),
        (b"no database " * 1000, "bad_backup"),
        (whole[: len(whole) // 2], "bad_backup"),
        (whole[:4096] + bytes([7]) * (len(whole) - 4096), "bad_backup"),
    ):
        wrong.write_bytes(content)
        assert code_of(lambda: restore(store, wrong)) == code
    assert code_of(lambda: restore(store, tmp_path / "nothing.sqlite")) == "bad_backup"
    assert code_of(lambda: restore(store, store.path)) == "bad_backup"
    assert names(store) == ["Anna"]
    assert {path.name for path in store.path.parent.iterdir()} == {"clients.sqlite"}


def test_a_backup_of_a_later_version_is_refused(store: ClientStore, tmp_path: Path) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    db = sqlite3.connect(saved)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    assert code_of(lambda: restore(store, saved)) == "newer_client_file"
    assert names(store) == ["Anna"]


def test_a_backup_of_an_earlier_version_is_migrated(store: ClientStore, tmp_path: Path) -> None:
    saved = backup(store, tmp_path / "backup.sqlite")
    db = sqlite3.connect(saved)
    db.executescript(
        "DROP TABLE settings; DROP TABLE answers;"
        "ALTER TABLE visits DROP COLUMN answers; PRAGMA user_version = 1;"
    )
    db.close()
    restore(store, saved)
    store.save_setting("studio", "x")
    assert names(store) == ["Anna"]


def test_only_whoever_runs_the_computer_backs_up_everybody(
    store: ClientStore, tmp_path: Path
) -> None:
    trainer = ClientStore(store.path, owner="trainer@example")
    target = tmp_path / "backup.sqlite"
    assert code_of(lambda: backup(trainer, target)) == "not_yours"
    assert not target.exists()
    saved = backup(store, target)
    assert code_of(lambda: restore(trainer, saved)) == "not_yours"
