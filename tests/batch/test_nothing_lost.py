"""Kills, full disks and vanished files: every input ends in exactly one row."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "tests" / "support" / "batch_program.py"
READING = "support.batch_tasks:reading"


def command(*arguments: object, task: str = READING) -> list[str]:
    return [sys.executable, str(PROGRAM), task, *map(str, arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


def run(*arguments: object, task: str = READING) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, task=task),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=400,
    )


def start(*arguments: object, task: str = READING) -> subprocess.Popen[str]:
    """Start a run in a process group of its own, as a shell does."""
    return subprocess.Popen(
        command(*arguments, task=task),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def rows(out: Path) -> dict[str, str]:
    """Identifier to status or error code; fails if a row is doubled."""
    table = pq.read_table(out / "rows", columns=["id", "status", "error_code"])
    found = {
        row["id"]: row["status"] if row["status"] == "ok" else row["error_code"]
        for row in table.to_pylist()
    }
    assert table.num_rows == len(found)
    return found


def make_photos(folder: Path, count: int) -> list[str]:
    folder.mkdir()
    names = [f"{number:04d}.jpg" for number in range(count)]
    for name in names:
        (folder / name).write_bytes(b"photo")
    return names


def wait_for_row(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    assert running.stdout.readline().startswith("{")


def test_two_thousand_mixed_files_give_two_thousand_rows(tmp_path: Path) -> None:
    photos, chance = tmp_path / "photos", random.Random(7)  # noqa: S311 - which files are broken
    names = make_photos(photos, 2000)
    broken = chance.sample(names, 400)
    for name in broken[:380]:
        (photos / name).write_bytes(chance.choice([b"", b"\xff\xd8\xff", b"text"]))
    for name in broken[380:390]:
        (photos / name).write_bytes(b"abort")
    for name in broken[390:]:
        (photos / name).unlink()
        (photos / name).symlink_to("nowhere.jpg")
    done = run(photos, "--out", tmp_path / "out", "--csv")
    assert done.returncode == 3, done.stderr
    found = rows(tmp_path / "out")
    assert set(found) == set(names)
    assert Counter(found.values()) == {
        "ok": 1600,
        "photo_unreadable": 380,
        "worker_died": 10,
        "photo_missing": 10,
    }
    assert {name for name, status in found.items() if status != "ok"} == set(broken)
    assert len((tmp_path / "out" / "rows.csv").read_text().splitlines()) == 2001


def test_killed_again_and_again_and_resumed(tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    names = make_photos(photos, 3000)
    for delay in (0.0, 0.4):
        running = start(photos, "--out", out, "--json-lines", "--resume")
        wait_for_row(running)
        time.sleep(delay)
        running.kill()
        running.communicate()
    vanished, changed, added = names[-1], names[-2], "added.jpg"
    (photos / vanished).unlink()
    (photos / changed).write_bytes(b"no longer")
    (photos / added).write_bytes(b"photo")
    done = run(photos, "--out", out, "--resume")
    assert done.returncode == 3, done.stderr
    found = rows(out)
    assert set(found) == set(names)
    assert {name: code for name, code in found.items() if code != "ok"} == {
        vanished: "photo_missing",
        changed: "photo_unreadable",
    }


def test_killed_at_random_moments() -> None:
    """A few here; ``python scripts/kill_batches.py`` does 200."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "kill_batches.py", "--kills", "5"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 kills, ")


def test_killed_while_the_inputs_are_listed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    manifest = tmp_path / "photos.txt"
    manifest.write_text("".join(f"photo-{number}.jpg\n" for number in range(300_000)))
    running = start(manifest, "--out", out, "--limit", 250_000)
    deadline = time.monotonic() + 30
    while not list(out.glob("inputs/part-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.kill()
    running.communicate()
    assert not (out / "batch.json").exists()
    shutil.copy(ROOT / "sample_images" / "README.md", out / "inputs" / ".part-000009.parquet.x1")
    running = start(manifest, "--out", out, "--limit", 250_000, "--json-lines")
    wait_for_row(running)
    running.kill()
    running.communicate()
    listed = pq.read_table(out / "inputs", columns=["id"])["id"].to_pylist()
    assert listed == [f"photo-{number}.jpg" for number in range(250_000)]
    assert list(out.rglob(".part*")) == []


def test_ctrl_c_ends_within_two_seconds_and_says_how_to_go_on(tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    make_photos(photos, 40)
    for number in range(20):
        (photos / f"slow-{number}.jpg").touch()
    mishaps = "support.batch_tasks:mishaps"
    started = time.monotonic()
    running = start(photos, "--out", out, "--json-lines", task=mishaps)
    wait_for_row(running)
    pressed = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    printed, messages = running.communicate(timeout=60)
    # On a busy machine everything takes longer: no more than it took to start.
    assert time.monotonic() - pressed < max(2.0, pressed - started)
    assert running.returncode == 130
    assert "nothing that was done is lost" in messages
    assert messages.rstrip().endswith("--json-lines --resume")
    assert "Traceback" not in messages
    before = rows(out)
    assert len(before) == len(printed.splitlines()) + 1 < 60
    done = run(photos, "--out", out, "--json-lines", "--resume", task=mishaps)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 60 - len(before)
    assert len(rows(out)) == 60


def test_a_closed_pipe_ends_the_run_in_order(tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    make_photos(photos, 3000)
    running = start(photos, "--out", out, "--json-lines")
    wait_for_row(running)
    assert running.stdout is not None
    running.stdout.close()
    running.stdout = None
    _, messages = running.communicate(timeout=20)
    assert running.returncode == 130, messages
    assert "Traceback" not in messages
    assert 0 < len(rows(out)) < 3000


FULL_DISK = """
set -eu
mount -t tmpfs -o size={small}k none "$DISK"
set +e
"$0" "$@" --out "$DISK/out"; first=$?
mount -o remount,size=64m "$DISK"
"$0" "$@" --out "$DISK/out" --resume; second=$?
cp -r "$DISK/out" "$KEEP"
echo "$first $second"
"""


SPACE = (shutil.which("unshare") or "", "-Urm")
"""Starts a program in its own mount namespace."""


def can_mount() -> bool:
    probe = [*SPACE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return bool(SPACE[0]) and subprocess.run(probe, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this system lets nobody mount a small disk")
@pytest.mark.parametrize("small", [60, 420])
def test_a_run_stopped_by_a_full_disk_can_be_resumed(tmp_path: Path, small: int) -> None:
    photos, disk, keep = tmp_path / "photos", tmp_path / "disk", tmp_path / "keep"
    names = make_photos(photos, 2500)
    disk.mkdir()
    done = subprocess.run(
        [*SPACE, "sh", "-c", FULL_DISK.format(small=small), *command(photos)],
        env={**environment(), "DISK": str(disk), "KEEP": str(keep)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.stdout.splitlines()[-1:] == ["1 0"], done.stderr
    assert "No space left on device" in done.stderr
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    found = rows(keep)
    assert set(found) == set(names)
    assert set(found.values()) == {"ok"}
