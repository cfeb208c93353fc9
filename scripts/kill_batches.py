"""Kills batches at random moments, goes on with them, and checks what is left.

``python scripts/kill_batches.py`` does so 200 times. After every kill all stored rows can be read,
none is there twice, and none of those that were there before is gone. In the end every photo has
exactly one row, with its own outcome.
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
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
# Workers are started anew, and have to find the task.
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

from posture.batch.engines.local import LocalEngine  # noqa: E402
from posture.cli import batch as command  # noqa: E402

TASK: Final = "support.batch_tasks:reading"
PHOTOS: Final = 1500
AT_MOST_S: Final = 600.0

OUTCOMES: Final = {b"photo": "ok", b"text": "photo_unreadable", b"abort": "worker_died"}


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was seen over all kills."""

    kills: int = 0
    batches: int = 0
    rows: int = 0


def make_photos(folder: Path, chance: random.Random) -> dict[str, str]:
    """Write photos that the task reads, refuses or dies of; return the outcome of each."""
    folder.mkdir()
    expected = {}
    for number in range(PHOTOS):
        content = chance.choices(list(OUTCOMES), weights=[0.9, 0.098, 0.002])[0]
        name = f"{number:04d}.jpg"
        (folder / name).write_bytes(content)
        expected[name] = OUTCOMES[content]
    return expected


def run_batch(photos: Path, out: Path) -> None:
    """Run or resume a batch, in a process forked from this one, which has read all modules."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, sys.stdout.fileno())
    os.dup2(silent, sys.stderr.fileno())
    # A group of its own, as a shell gives to a command.
    os.setpgid(0, 0)
    command._engine = lambda _, workers, timeout, __: LocalEngine(  # noqa: SLF001
        workers, timeout_s=timeout, task=TASK
    )
    command.batch(
        [str(photos), "--out", str(out), "--workers", "2", "--resume"], prog_name="posture batch"
    )


def run_for(seconds: float, photos: Path, out: Path) -> bool:
    """Run a batch, and kill it if it takes longer; return whether it came to its end."""
    pid = os.fork()
    if not pid:
        try:
            run_batch(photos, out)
        except SystemExit as ended:
            os._exit(ended.code if isinstance(ended.code, int) else 1)
        finally:
            os._exit(1)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            # 3: some photos were refused, as they should be.
            require(os.waitstatus_to_exitcode(status) == 3, "a batch failed")
            return True
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


def stored(out: Path) -> dict[str, str]:
    """Return the outcome of every photo that has a row."""
    # Nothing is stored before the first part.
    if not any((out / "rows").glob("part-*")):
        return {}
    table = pq.read_table(out / "rows", columns=["id", "status", "error_code"])
    found = {
        row["id"]: row["status"] if row["status"] == "ok" else row["error_code"]
        for row in table.to_pylist()
    }
    require(table.num_rows == len(found), "a row is there twice")
    return found


def require(ok: bool, what: str) -> None:  # noqa: FBT001 - a condition
    """Stop with a sentence if something is not as promised."""
    if not ok:
        raise SystemExit(f"The batch is not as promised: {what}.")


def run(kills: int, *, seed: int) -> Tally:
    """Kill as often as asked for; return what was seen."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311 - moments, not secrets
    whole_s = 0.0
    while tally.kills < kills:
        with tempfile.TemporaryDirectory() as folder:
            photos, out = Path(folder) / "photos", Path(folder) / "out"
            expected, before = make_photos(photos, chance), dict[str, str]()
            while True:
                # The first batch is not killed: it says how long one takes here.
                killing = tally.batches and tally.kills < kills
                started = time.monotonic()
                limit = chance.uniform(0, whole_s) if killing else AT_MOST_S
                ended = run_for(limit, photos, out)
                found = stored(out)
                require(before.items() <= found.items(), "a row was lost or changed")
                require(found.items() <= expected.items(), "a row is wrong")
                if ended:
                    break
                before = found
                tally.kills += 1
            require(found == expected, "a row is missing")
            if not tally.batches:
                whole_s = time.monotonic() - started
            tally.batches += 1
            tally.rows += len(found)
    return tally


def main() -> None:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=731)
    asked = parser.parse_args()
    tally = run(asked.kills, seed=asked.seed)
    print(
        f"{tally.kills} kills, {tally.batches} batches of {PHOTOS} photos brought to their end, "
        f"{tally.rows} rows; nothing missing, doubled or changed"
    )


if __name__ == "__main__":
    main()
