"""Kills programs that save to a client file, at random moments, and checks what is left.

``python scripts/kill_saves.py`` does so 200 times for a plain file and 200 times for an encrypted
one; each time one of two programs that save at once is killed. After every kill: the database is
sound, every save that was reported as done is there, whole and once, and nothing is half saved.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.captures import make_capture  # noqa: E402

from posture.clients import ClientStore, Details, Passphrase  # noqa: E402

WORDS: Final = "a passphrase that only this check uses"
DAY: Final = date(2025, 3, 1)
SHOTS: Final = 3
LONGEST_S: Final = 0.08
"""Saves take about 10 ms: a kill this long after one hits any part of the next few."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was seen over all kills."""

    kills: int = 0
    acknowledged: int = 0
    found: int = 0
    undecided: int = 0
    """Saves that were complete, though the program died before it could say so."""


def store_at(path: Path, *, encrypted: bool) -> ClientStore:
    """Return the store on the file."""
    return ClientStore(path, passphrase=Passphrase(WORDS) if encrypted else None)


def save_for_ever(path: Path, name: str, *, encrypted: bool) -> None:
    """Save client after client, each with a visit, and report each one when it is saved."""
    store, photo = store_at(path, encrypted=encrypted), bytes(range(256)) * 400
    number = 0
    while True:
        shots = [make_capture(f"{name}-{number}-{shot}", photo=photo) for shot in range(SHOTS)]
        store.add_visit(Details(name=f"{name} {number}"), shots, day=DAY, consented_on=DAY)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


@contextmanager
def saving(path: Path, name: str, *, encrypted: bool) -> Iterator[subprocess.Popen[str]]:
    """Run a program that saves for ever."""
    command = [sys.executable, __file__, "--save", str(path), "--name", name]
    process = subprocess.Popen(
        [*command, *(["--encrypted"] if encrypted else [])], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def kill_one(store: ClientStore, name: str, *, encrypted: bool, moment: float) -> int:
    """Kill a saving program after a while; return how many saves it had reported."""
    with saving(store.path, name, encrypted=encrypted) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        return 1 + len(process.stdout.read().split())


def check(store: ClientStore) -> dict[str, int]:
    """Check the whole file; return how many clients each program has saved."""
    saved: dict[str, int] = {}
    with store.opened() as db:
        assert [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
        assert db.execute("PRAGMA foreign_key_check").fetchone() is None
        rows = db.execute(
            "SELECT clients.name, count(DISTINCT shots.id), count(pictures.jpeg) FROM clients"
            " LEFT JOIN visits ON visits.client_id = clients.id"
            " LEFT JOIN shots ON shots.visit_id = visits.id"
            " LEFT JOIN pictures ON pictures.shot_id = shots.id GROUP BY clients.id"
        ).fetchall()
    names = [row[0] for row in rows]
    assert len(set(names)) == len(names), "a save is there twice"
    for name, shots, pictures in rows:
        assert (shots, pictures) == (SHOTS, 2 * SHOTS), f"{name} is half saved"
        program, number = name.rsplit(" ", 1)
        saved.setdefault(program, 0)
        saved[program] = max(saved[program], int(number) + 1)
    for program, count in saved.items():
        assert names.count(program) == 0
        assert {f"{program} {number}" for number in range(count)} <= set(names), "a save is missing"
    return saved


def run(kills: int, *, encrypted: bool, seed: int) -> Tally:
    """Kill as often as asked for, with two programs saving at once; return what was seen."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clients.sqlite"
        for number in range(kills):
            # A fresh file now and then, so that its making is hit, too.
            if number % 10 == 0:
                for left in Path(folder).iterdir():
                    left.unlink()
            store = store_at(path, encrypted=encrypted)
            name = f"Program {number}"
            with saving(path, f"Other {number}", encrypted=encrypted) as other:
                moment = chance.uniform(0, LONGEST_S)
                reported = kill_one(store, name, encrypted=encrypted, moment=moment)
                saved = check(store)[name]
                assert other.poll() is None, "the other program stopped"
            assert reported <= saved <= reported + 1
            check(store)
            tally.kills += 2
            tally.acknowledged += reported
            tally.found += saved
            tally.undecided += saved - reported
    return tally


def main() -> None:
    """Run the check, or be one of the programs that save."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="of each kind of file")
    parser.add_argument("--seed", type=int, default=731)
    parser.add_argument("--save", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--encrypted", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.save is not None:
        save_for_ever(asked.save, asked.name, encrypted=asked.encrypted)
    for encrypted in (False, True):
        tally = run(-(-asked.kills // 2), encrypted=encrypted, seed=asked.seed)
        kind = "encrypted" if encrypted else "plain"
        print(
            f"{kind}: {tally.kills} kills, {tally.acknowledged} saves acknowledged by the killed "
            f"programs, {tally.found} found ({tally.undecided} complete but not yet reported); "
            "nothing missing, doubled or half saved"
        )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    main()
