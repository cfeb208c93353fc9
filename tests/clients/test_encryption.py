"""Client files encrypted with a passphrase: nothing readable, nothing lost, clear refusals."""

from __future__ import annotations

import copy
import hashlib
import io
import logging
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from sqlcipher3 import dbapi2
from support.captures import make_capture

from posture.clients import ClientsError, ClientStore, Details, database, encryption, library
from posture.clients.archive import export_client, file_name
from posture.clients.archive_import import import_client
from posture.clients.backup import backup, restore
from posture.clients.encryption import TABLES, change_passphrase
from posture.clients.passphrase import ITERATIONS, Passphrase
from posture.clients.schema import MIGRATIONS

DAY = date(2025, 3, 1)
ROOT = Path(__file__).parents[2]
WORDS = "four quiet words aloud"
OTHER = "another four words here"
TRACES = (
    b"Zsuzsanna",
    b"zsuzsanna",
    b"NOTE-TO-HIDE",
    b"SHOT-1.jpg",
    b"PHOTO-BYTES",
    b"SQLite format",
)


@pytest.fixture
def secret() -> Passphrase:
    return Passphrase.new(WORDS)


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    """A plain client file with everything in it that a client file holds."""
    store = ClientStore(tmp_path / "data" / "clients.sqlite")
    client = store.add(Details(name="Zsuzsanna", notes="NOTE-TO-HIDE " * 99), consented_on=DAY)
    shots = [make_capture(f"SHOT-{n}", photo=b"PHOTO-BYTES" * 9000) for n in range(3)]
    store.add_visit(client.id, shots, day=DAY, notes="NOTE-TO-HIDE")
    store.withdraw_consent(store.add(Details(name="Bob"), consented_on=DAY).id, DAY)
    store.save_answers(client.id, {"about.age": 40})
    store.save_setting("studio", "x")
    return store


def content(store: ClientStore) -> dict[str, list[tuple[object, ...]]]:
    with store.opened() as db:
        return {
            table: [tuple(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]  # noqa: S608
            for table in TABLES
        }


def on_disk(store: ClientStore) -> bytes:
    return b"".join(path.read_bytes() for path in store.path.parent.rglob("*") if path.is_file())


def files(store: ClientStore) -> set[str]:
    return {path.name for path in store.path.parent.iterdir()}


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientsError) as caught:
        call()
    return caught.value.code


def test_every_table_is_copied() -> None:
    tables = {
        line.split()[2]
        for step in MIGRATIONS
        for line in step.splitlines()
        if line.startswith("CREATE TABLE")
    }
    assert tables == set(TABLES)


def test_encrypting_keeps_everything_and_leaves_nothing_readable(
    store: ClientStore, secret: Passphrase
) -> None:
    before = content(store)
    assert all(before.values())
    assert all(trace in on_disk(store) for trace in TRACES)
    encrypted = change_passphrase(store, secret)
    assert content(encrypted) == before
    assert files(store) == {"clients.sqlite"}
    assert [trace for trace in TRACES if trace in on_disk(store)] == []
    assert store.path.stat().st_mode & 0o077 == 0
    with encrypted.opened():  # the log that an open file has
        encrypted.add(Details(name="Zsuzsanna Zwei"))
        assert "clients.sqlite-wal" in files(store)
        assert [trace for trace in TRACES if trace in on_disk(store)] == []


def test_the_old_bytes_are_overwritten(store: ClientStore, secret: Passphrase) -> None:
    with store.path.open("rb") as old:
        assert b"NOTE-TO-HIDE" in old.read()
        change_passphrase(store, secret)
        old.seek(0)
        assert set(old.read()) == {0}


def test_without_the_passphrase_or_with_a_wrong_one_nothing_opens(
    store: ClientStore, secret: Passphrase
) -> None:
    change_passphrase(store, secret)
    before = store.path.read_bytes()
    assert store.locked
    assert code_of(store.find) == "passphrase_needed"
    wrong = ClientStore(store.path, passphrase=Passphrase(OTHER))
    assert not wrong.locked
    for call in (
        wrong.find,
        lambda: wrong.add(Details(name="No")),
        lambda: backup(wrong, store.path.with_name("b")),
    ):
        assert code_of(call) == "wrong_passphrase"
    assert store.path.read_bytes() == before
    assert files(store) == {"clients.sqlite"}


def test_any_program_that_knows_sqlcipher_opens_it(store: ClientStore, secret: Passphrase) -> None:
    """The key is SQLCipher 4's own: PBKDF2, HMAC-SHA-512, 256,000 rounds, the file's salt."""
    change_passphrase(store, secret)
    with closing(dbapi2.connect(str(store.path))) as db:
        db.execute(f"PRAGMA key = '{WORDS}'")
        assert db.execute("SELECT count(*) FROM clients").fetchone() == (2,)
    salt = store.path.read_bytes()[:16]
    assert secret.key(salt) == hashlib.pbkdf2_hmac("sha512", WORDS.encode(), salt, ITERATIONS, 32)
    assert ITERATIONS == 256_000


def test_the_passphrase_changes_and_goes_again(store: ClientStore, secret: Passphrase) -> None:
    before = content(store)
    first = change_passphrase(store, secret)
    second = change_passphrase(first, Passphrase.new(OTHER))
    assert content(second) == before
    assert code_of(first.find) == "wrong_passphrase"
    plain = change_passphrase(second, None)
    assert content(plain) == before
    assert sqlite3.connect is not None
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_new_file_with_a_passphrase_is_encrypted_from_the_first_byte(
    tmp_path: Path, secret: Passphrase
) -> None:
    store = ClientStore(tmp_path / "new" / "clients.sqlite", passphrase=secret)
    store.add(Details(name="Zsuzsanna"))
    assert files(store) == {"clients.sqlite"}
    assert b"SQLite" not in on_disk(store)
    assert ClientStore(store.path).locked
    (tmp_path / "empty.sqlite").touch()
    ClientStore(tmp_path / "empty.sqlite", passphrase=secret).add(Details(name="Anna"))
    assert ClientStore(tmp_path / "empty.sqlite").locked


def test_two_programs_that_make_the_same_encrypted_file_use_one(
    tmp_path: Path, secret: Passphrase, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clients.sqlite"
    create = database.create

    def slow(part: Path, passphrase: Passphrase | None) -> None:
        monkeypatch.setattr(database, "create", create)
        create(part, passphrase)
        ClientStore(path, passphrase=secret).add(Details(name="Faster"))

    monkeypatch.setattr(database, "create", slow)
    ClientStore(path, passphrase=secret).add(Details(name="Slower"))
    found = ClientStore(path, passphrase=secret).find()
    assert [item.client.name for item in found] == ["Faster", "Slower"]


@pytest.mark.parametrize("text", ["", "   ", "short", "\udcff" * 20])
def test_passphrases_that_protect_nothing_are_refused(text: str) -> None:
    assert code_of(lambda: Passphrase.new(text)) == "bad_passphrase"


def test_spellings_of_one_letter_are_one(store: ClientStore) -> None:
    change_passphrase(store, Passphrase.new("zw\u00f6lf gro\u00dfe B\u00e4ren"))
    again = ClientStore(store.path, passphrase=Passphrase("zwo\u0308lf gro\u00dfe Ba\u0308ren"))
    assert len(again.find()) == 2


# --- the key stays in memory ---------------------------------------------------------------


def test_the_passphrase_is_in_no_text_file_or_log(
    store: ClientStore,
    secret: Passphrase,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    encrypted = change_passphrase(store, secret)
    code_of(ClientStore(store.path, passphrase=Passphrase(OTHER)).find)
    key = secret.key(store.path.read_bytes()[:16])
    assert WORDS not in repr(secret) + str(secret) + repr(vars(encrypted))
    for sent in (lambda: pickle.dumps(secret), lambda: copy.deepcopy(secret)):
        with pytest.raises(TypeError, match="never written"):
            sent()
    shown = caplog.text + "".join(capfd.readouterr())
    assert shown == ""  # SQLCipher reports a wrong key on stderr, unless told not to
    stored = on_disk(encrypted)
    assert key not in stored
    assert key.hex().encode() not in stored
    assert WORDS.encode() not in stored


# --- backups and restore -------------------------------------------------------------------


def test_a_backup_is_encrypted_and_comes_back(
    store: ClientStore, secret: Passphrase, tmp_path: Path
) -> None:
    encrypted = change_passphrase(store, secret)
    before = content(encrypted)
    saved = backup(encrypted, tmp_path / "backup.sqlite")
    assert [trace for trace in TRACES if trace in saved.read_bytes()] == []
    encrypted.delete(encrypted.find()[-1].client.id)
    kept = restore(encrypted, saved)
    assert content(encrypted) == before
    assert kept is not None
    assert len(ClientStore(kept, passphrase=secret).find()) == 1
    assert [trace for trace in TRACES if trace in on_disk(encrypted)] == []


def test_a_plain_backup_is_encrypted_on_its_way_into_an_encrypted_file(
    store: ClientStore, secret: Passphrase, tmp_path: Path
) -> None:
    before = content(store)
    saved = backup(store, tmp_path / "plain.sqlite")
    encrypted = change_passphrase(store, secret)
    encrypted.add(Details(name="Carl"))
    restore(encrypted, saved)
    assert content(encrypted) == before
    assert [trace for trace in TRACES if trace in on_disk(encrypted)] == []


@pytest.mark.parametrize("present", ["plain", "none", "other passphrase", "damaged"])
def test_an_encrypted_backup_stays_encrypted(
    store: ClientStore, secret: Passphrase, tmp_path: Path, present: str
) -> None:
    before = content(store)
    saved = backup(change_passphrase(store, secret), tmp_path / "backup.sqlite")
    target = ClientStore(tmp_path / "else" / "clients.sqlite")
    result = ClientStore(target.path, passphrase=secret)
    if present == "plain":
        target.add(Details(name="Dora"))
    elif present == "other passphrase":
        target = ClientStore(target.path, passphrase=Passphrase(OTHER))
        target.add(Details(name="Dora"))
        result = target
    elif present == "damaged":
        result.add(Details(name="Dora"))
        result.path.write_bytes(os.urandom(8192))
        target = result
    if present != "damaged":
        assert target.passphrase is secret or code_of(lambda: restore(target, saved)) in (
            "passphrase_needed",
            "wrong_passphrase",
        )
    kept = restore(target, saved, passphrase=secret)
    assert (kept is None) == (present == "none")
    assert content(result) == before
    assert ClientStore(target.path).locked
    assert [trace for trace in TRACES if trace in result.path.read_bytes()] == []


# --- change while others work, and crashes -------------------------------------------------


def test_a_save_that_waits_for_the_change_goes_into_the_new_file(
    store: ClientStore, secret: Passphrase
) -> None:
    encrypted = change_passphrase(store, secret)
    other = Passphrase.new(OTHER)
    outcome: list[object] = []

    def save() -> None:
        outcome.append(ClientStore(store.path, passphrase=other).add(Details(name="Meanwhile")))

    waiting = Thread(target=save)
    fill = encryption.fill

    def filled(*how: object) -> None:
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        fill(*how)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encryption, "fill", filled)
        changed = change_passphrase(encrypted, other)
    waiting.join()
    assert len(outcome) == 1
    assert [item.client.name for item in changed.find("meanwhile")] == ["Meanwhile"]
    assert files(store) == {"clients.sqlite"}


def test_a_change_waits_for_whoever_has_the_file_open(
    store: ClientStore, secret: Passphrase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    before = content(store)
    with store.opened() as reader:
        assert reader.execute("SELECT count(*) FROM clients").fetchone()[0] == 2
        assert code_of(lambda: change_passphrase(store, secret)) == "client_file_open"
    assert content(store) == before
    assert files(store) == {"clients.sqlite"}


# One child for each step: it dies at the step that the parent reads from the test.
CHANGE = f"""
import os, signal, sys
sys.path[:0] = [{str(ROOT)!r}]
from pathlib import Path
from posture.clients import ClientStore, encryption
from posture.clients.passphrase import Passphrase
left = [0]
def deadly(call):
    def wrapped(*how, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*how, **named)
    return wrapped
for name in ("fill", "_copy", "_check", "_take_place", "_sync", "_sync_folder"):
    setattr(encryption, name, deadly(getattr(encryption, name)))
os.fsync, Path.replace = deadly(os.fsync), deadly(Path.replace)
for line in sys.stdin:
    child = os.fork()
    if not child:
        left[0] = int(line)
        encryption.change_passphrase(ClientStore(Path(sys.argv[1])), Passphrase.new({WORDS!r}))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.skipif("sys.platform == 'win32'", reason="SIGKILL is POSIX")
def test_a_kill_at_any_step_of_the_change_loses_nothing(
    store: ClientStore, secret: Passphrase
) -> None:
    before = content(store)
    original = store.path.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", CHANGE, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for step in range(1, 60):
            store.path.write_bytes(original)
            program.stdin.write(f"{step}\n")
            ended = int(program.stdout.readline())
            encrypted = library.is_encrypted(store.path)
            after = ClientStore(store.path, passphrase=secret if encrypted else None)
            assert content(after) == before
            for folder in store.path.parent.glob(".posture-work-*"):
                os.utime(folder, (0, 0))
            ClientStore(store.path)
            assert files(store) == {"clients.sqlite"}
            if not ended:
                break
            assert ended == signal.SIGKILL
    assert ended == 0
    assert encrypted
    assert step > 12


# --- exports -------------------------------------------------------------------------------


def test_an_export_of_an_encrypted_file_is_encrypted(
    store: ClientStore, secret: Passphrase, tmp_path: Path
) -> None:
    client = store.add(Details(name="Zsuzsanna", notes="NOTE-TO-HIDE"), consented_on=DAY)
    store.add_visit(client.id, [make_capture("SHOT-1")], day=DAY)
    encrypted = change_passphrase(store, secret)
    sealed = export_client(encrypted, client.id)
    assert [trace for trace in (*TRACES, b"PK\x03\x04") if trace in sealed] == []
    assert files(store) == {"clients.sqlite"}
    elsewhere = ClientStore(tmp_path / "else" / "clients.sqlite")
    assert code_of(lambda: import_client(elsewhere, sealed)) == "passphrase_needed"
    wrong = Passphrase(OTHER)
    assert code_of(lambda: import_client(elsewhere, sealed, passphrase=wrong)) == "wrong_passphrase"
    cut = sealed[: len(sealed) // 8192 * 4096]
    assert code_of(lambda: import_client(elsewhere, cut, passphrase=secret)) == "wrong_passphrase"
    assert elsewhere.find() == ()
    came = import_client(elsewhere, sealed, passphrase=secret)
    assert came.details == client.details
    assert file_name(client, encrypted=True) == "posture-zsuzsanna.posture"


def test_a_client_gets_a_readable_export_on_request(store: ClientStore, secret: Passphrase) -> None:
    client = store.find("zsuzsanna")[0].client
    encrypted = change_passphrase(store, secret)
    with zipfile.ZipFile(io.BytesIO(export_client(encrypted, client.id, plain=True))) as archive:
        assert archive.testzip() is None
        assert b"Zsuzsanna" in archive.read("client.json")
