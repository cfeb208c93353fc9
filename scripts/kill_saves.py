"""Kills programs that save to a client file, at random moments, and checks what is left.

``python scripts/kill_saves.py`` does so 200 times for a plain file and 200 times for an encrypted
one: two programs save at once, and are killed one after the other. After every kill the database is
sound, every save that was reported as done is there, whole and once, and nothing is half saved.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

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


@dataclass(slots=True)
class Program:
    """A program that saves for ever, forked from this one, which has read all modules."""

    pid: int
    output: IO[str]

    def kill(self) -> list[str]:
        """Kill it; return what it reported that was not read yet."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        with self.output:
            return self.output.read().split()


def start(path: Path, name: str, *, encrypted: bool) -> Program:
    """Start a program that saves."""
    readable, writable = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(readable)
        os.dup2(writable, sys.stdout.fileno())
        try:
            save_for_ever(path, name, encrypted=encrypted)
        finally:
            os._exit(1)
    os.close(writable)
    return Program(pid, os.fdopen(readable))


def check(store: ClientStore) -> dict[str, int]:
    """Check the whole file; return how many clients each program has saved."""
    saved: dict[str, int] = {}
    with store.opened() as db:
        sound = [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
        require(sound and not db.execute("PRAGMA foreign_key_check").fetchone(), "it is damaged")
        rows = db.execute(
            "SELECT clients.name, count(DISTINCT shots.id), count(pictures.jpeg) FROM clients"
            " LEFT JOIN visits ON visits.client_id = clients.id"
            " LEFT JOIN shots ON shots.visit_id = visits.id"
            " LEFT JOIN pictures ON pictures.shot_id = shots.id GROUP BY clients.id"
        ).fetchall()
    names = [row[0] for row in rows]
    require(len(set(names)) == len(names), "a save is there twice")
    for name, shots, pictures in rows:
        require((shots, pictures) == (SHOTS, 2 * SHOTS), f"{name} is half saved")
        program, number = name.rsplit(" ", 1)
        saved.setdefault(program, 0)
        saved[program] = max(saved[program], int(number) + 1)
    for program, count in saved.items():
        expected = {f"{program} {number}" for number in range(count)}
        require(expected <= set(names), "a save is missing")
    return saved


def require(ok: bool, what: str) -> None:  # noqa: FBT001 - a condition
    """Stop with a sentence if something is not as promised."""
    if not ok:
        raise SystemExit(f"The client file does not hold what was promised: {what}.")


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
            other = start(path, f"Other {number}", encrypted=encrypted)
            program = start(path, name, encrypted=encrypted)
            first = program.output.readline()
            time.sleep(chance.uniform(0, LONGEST_S))
            # Most kills hit a save; those before the first report, the making of the file.
            reported = len(program.kill()) + bool(first)
            between = check(store)
            others = len(other.kill())
            after = check(store)
            saved, beside = after.get(name, 0), after.get(f"Other {number}", 0)
            # The last save may be complete in the log and not yet in its index: it shows as soon as
            # the log is read again. Nobody was told of it.
            seen = between.get(name, 0)
            require(reported <= seen <= saved <= reported + 1, "an acknowledged save is missing")
            require(others <= beside <= others + 1, "an acknowledged save is missing")
            tally.kills += 2
            found = saved + beside
            tally.acknowledged += reported + others
            tally.found += found
            tally.undecided += found - reported - others
    return tally


def main() -> None:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="of each kind of file")
    parser.add_argument("--seed", type=int, default=731)
    asked = parser.parse_args()
    for encrypted in (False, True):
        tally = run(-(-asked.kills // 2), encrypted=encrypted, seed=asked.seed)
        kind = "encrypted" if encrypted else "plain"
        print(
            f"{kind}: {tally.kills} kills, {tally.acknowledged} saves acknowledged, {tally.found} "
            f"found ({tally.undecided} complete but not yet reported); nothing missing, doubled or "
            "half saved"
        )


if __name__ == "__main__":
    main()
