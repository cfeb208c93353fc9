"""Kills, concurrent saves and full disks: the file opens again with nothing half written."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Timer

import pytest
from support.captures import make_capture

from posture.clients import ClientsError, ClientStore, Details, database, library

DAY = date(2025, 3, 1)
ROOT = Path(__file__).parents[2]
SHOTS = 3

START = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from datetime import date
from pathlib import Path
from threading import Timer
from posture.clients import ClientStore, ClientsError, Details
from support.captures import make_capture
store = ClientStore(Path(sys.argv[1]))
day = date(2025, 3, 1)
photo = bytes(range(256)) * 2000
"""

SAVE_FOREVER = (
    START
    + """
import itertools
for number in itertools.count():
    captures = [make_capture(f"{number}-{shot}", photo=photo) for shot in range(3)]
    store.add_visit(Details(name=f"Client {number}"), captures, day=day, consented_on=day)
    print(number, flush=True)
"""
)

DIE_WITHIN_A_SAVE = (
    START
    + """
import os, signal
from posture.clients import visits
insert, left = visits._insert_picture, [int(sys.argv[2])]
def deadly(*arguments):
    insert(*arguments)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
visits._insert_picture = deadly
captures = [make_capture(str(shot), photo=photo * 8) for shot in range(3)]
store.add_visit(Details(name="Half"), captures, day=day, consented_on=day)
"""
)

SAVE_FORTY = (
    START
    + """
for number in range(40):
    store.add_visit(
        Details(name=f"{sys.argv[2]} {number}"), [make_capture(str(number))], day=day
    )
"""
)

SAVE_UNTIL_FULL = (
    START
    + """
import resource
# Python ignores the signal that comes with it, so that a write beyond the limit fails.
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
number = 0
try:
    while True:
        store.add_visit(
            Details(name=f"Client {number}"),
            [make_capture(str(number), photo=photo)],
            day=day,
            consented_on=day,
        )
        number += 1
except ClientsError as error:
    print(number, error.code, error)
"""
)


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def assert_whole(path: Path, shots: int = SHOTS) -> int:
    """Check that every visit has all its shots and pictures; return how many there are."""
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    counts = db.execute(
        "SELECT count(DISTINCT shots.id), count(pictures.jpeg) FROM clients"
        " LEFT JOIN visits ON visits.client_id = clients.id"
        " LEFT JOIN shots ON shots.visit_id = visits.id"
        " LEFT JOIN pictures ON pictures.shot_id = shots.id GROUP BY clients.id"
    ).fetchall()
    db.close()
    assert set(counts) <= {(shots, 2 * shots)}
    return len(counts)


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.013])
def test_a_killed_save_leaves_nothing_half_written(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "clients.sqlite"
    with running(SAVE_FOREVER, path) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline().strip()) != "2":
            assert line
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    committed = 3 + len(rest)
    assert committed <= assert_whole(path) <= committed + 1
    store = ClientStore(path)
    store.add_visit(Details(name="Later"), [make_capture("later")], day=DAY)
    assert len(store.find("client")) in (committed, committed + 1)
    assert len(store.find("later")) == 1


@pytest.mark.parametrize("pictures", [1, 4, 6])
def test_a_program_that_dies_during_a_save_leaves_the_previous_state(
    tmp_path: Path, pictures: int
) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add_visit(
        Details(name="Before"),
        [make_capture(str(n)) for n in range(SHOTS)],
        day=DAY,
        consented_on=DAY,
    )
    with running(DIE_WITHIN_A_SAVE, store.path, pictures) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert assert_whole(store.path) == 1
    assert [item.client.name for item in store.find()] == ["Before"]


def test_two_programs_saving_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "clients.sqlite"
    with running(SAVE_FORTY, path, "One") as one, running(SAVE_FORTY, path, "Two") as two:
        assert (one.wait(60), two.wait(60)) == (0, 0)
    found = ClientStore(path).find()
    assert Counter(item.client.name.split()[0] for item in found) == {"One": 40, "Two": 40}
    assert all(item.visits == 1 for item in found)


def test_a_save_waits_while_another_program_creates_the_log(tmp_path: Path) -> None:
    """SQLite itself does not wait there, but reports a locked file at once."""
    path = tmp_path / "clients.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with (
        closing(sqlite3.connect(path, timeout=5.0)) as impatient,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        impatient.execute("PRAGMA journal_mode = WAL")
    ending = Timer(0.4, lambda: other.execute("ROLLBACK"))
    ending.start()
    ClientStore(path).add(Details(name="Anna"))
    ending.join()
    other.close()
    assert [item.client.name for item in ClientStore(path).find()] == ["Anna"]


def test_a_save_that_waits_too_long_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add(Details(name="Anna"))
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ClientsError) as caught:
        store.add(Details(name="Bob"))
    assert caught.value.code == "client_file_busy"
    assert [item.client.name for item in store.find()] == ["Anna"]  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    store.add(Details(name="Bob"))


@pytest.mark.skipif("sys.platform == 'win32'", reason="limits of this kind are POSIX")
def test_a_full_disk_loses_no_saved_data(tmp_path: Path) -> None:
    path = tmp_path / "clients.sqlite"
    with running(SAVE_UNTIL_FULL, path) as process:
        assert process.stdout is not None
        saved, code, sentence = process.stdout.read().split(maxsplit=2)
    assert int(saved) > 2
    assert code in ("disk_full", "disk_failed")
    assert "nothing was saved" in sentence
    assert assert_whole(path, shots=1) == int(saved)
    ClientStore(path).add_visit(Details(name="Later"), [make_capture("x")], day=DAY)


def test_a_database_at_its_size_limit_counts_as_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    client = store.add(Details(name="Anna"), consented_on=DAY)
    connect = library.connect

    def cramped(*how: object) -> sqlite3.Connection:
        db = connect(*how)  # type: ignore[arg-type]
        db.execute("PRAGMA max_page_count = 40")
        return db

    monkeypatch.setattr(library, "connect", cramped)
    with pytest.raises(ClientsError) as caught:
        store.add_visit(client.id, [make_capture("a", photo=bytes(400_000))], day=DAY)
    assert caught.value.code == "disk_full"
    assert "disk is full" in str(caught.value)
    monkeypatch.setattr(library, "connect", connect)
    assert store.visits(client.id) == ()
    assert store.get(client.id) == client


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    for number in range(60):
        store.add(Details(name=f"Client {number}", notes="x" * 500))
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:4096] + bytes([7]) * (len(whole) - 4096))
    with pytest.raises(ClientsError) as caught:
        store.find()
    assert caught.value.code == "damaged_client_file"
    assert "restore a backup" in str(caught.value)


def test_saved_results_are_plain_json(tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add_visit(Details(name="Anna"), [make_capture("a")], day=DAY)
    db = sqlite3.connect(store.path)
    (text,) = db.execute("SELECT result FROM shots").fetchone()
    db.close()
    assert json.loads(text) == make_capture("a").result


@pytest.mark.skipif("sys.platform == 'win32'", reason="SIGKILL is POSIX")
def test_kills_at_random_moments_lose_nothing_that_was_acknowledged() -> None:
    """A dozen of each kind here; ``python scripts/kill_saves.py`` does 200."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "kill_saves.py", "--kills", "12"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == ["plain: 12 kills", "encrypted: 12 kills"]
