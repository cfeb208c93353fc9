"""Local engine: workers that abort, hang, run out of memory or are killed cost one photo each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posture.batch.engines.local import LocalEngine
from posture.batch.model import Item, ItemResult, TaskOptions
from posture.errors import ModelError, PostureError

TASKS = "support.batch_tasks"
ROOT = Path(__file__).parents[2]


def items(*names: str) -> Iterator[Item]:
    return (Item(number=n, id=name, uri=f"/photos/{name}") for n, name in enumerate(names))


def run(
    names: Iterator[Item], *, workers: int = 2, timeout_s: float = 30.0, task: str = "mishaps"
) -> Iterator[ItemResult]:
    engine = LocalEngine(workers, timeout_s=timeout_s, task=f"{TASKS}:{task}")
    return engine.run(names, TaskOptions(), stop=threading.Event())


def pid(outcome: ItemResult) -> int:
    return int(str(outcome.row["error_message"]))


def alive(process: int) -> bool:
    """Whether a process is running; one waiting to be reaped is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true: object, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_every_failure_costs_one_photo_and_is_explained() -> None:
    bad = ["abort", "segfault", "killed", "quit", "cut", "memory", "hang"]
    names = [name for kind in bad for name in (f"good-{kind}", kind, f"after-{kind}")]
    outcomes = list(run(items(*names), timeout_s=1.0))
    assert sorted(outcome.number for outcome in outcomes) == list(range(len(names)))
    refused = {str(o.row["id"]): o.row for o in outcomes if o.row["status"] == "refused"}
    assert {name: row["error_code"] for name, row in refused.items()} == {
        "abort": "worker_died",
        "segfault": "worker_died",
        "killed": "worker_died",
        "quit": "worker_died",
        "cut": "worker_died",
        "memory": "worker_died",
        "hang": "timed_out",
    }
    words = {name: str(row["error_message"]) for name, row in refused.items()}
    assert "SIGABRT" in words["abort"]
    assert "SIGSEGV" in words["segfault"]
    assert "SIGKILL" in words["killed"]
    assert "exit status 0" in words["quit"]
    assert "SIGKILL" in words["cut"]
    assert "more memory than there is" in words["memory"]
    assert "given up after 1 s" in words["hang"]


def test_a_hang_that_holds_the_interpreter_is_ended_too() -> None:
    outcomes = list(run(items("stuck", "good"), workers=1, timeout_s=0.5))
    assert [o.row["error_code"] for o in outcomes] == ["timed_out", "none"]


def test_a_worker_killed_between_photos_costs_none() -> None:
    may_go_on = threading.Event()

    def two() -> Iterator[Item]:
        first, second = items("good", "next")
        yield first
        may_go_on.wait(20)
        yield second

    outcomes = run(two(), workers=1)
    first = next(outcomes)
    if sys.platform == "linux":  # when memory runs out, workers go before what keeps the rows
        assert Path(f"/proc/{pid(first)}/oom_score_adj").read_text() == "700\n"
    os.kill(pid(first), signal.SIGKILL)
    assert wait_until(lambda: not alive(pid(first)))
    may_go_on.set()
    second = next(outcomes)
    assert second.row["status"] == "ok"
    assert pid(second) != pid(first)
    assert list(outcomes) == []


def test_only_the_photo_being_analysed_is_blamed_for_a_killed_worker() -> None:
    outcomes = run(items("good", "slow", "slow-2", "slow-3"), workers=1)
    victim = pid(next(outcomes))
    time.sleep(0.2)
    os.kill(victim, signal.SIGKILL)
    rest = list(outcomes)
    assert {str(o.row["id"]): o.row["error_code"] for o in rest} == {
        "slow": "worker_died",
        "slow-2": "none",
        "slow-3": "none",
    }
    assert victim not in {pid(o) for o in rest if o.row["status"] == "ok"}


def test_output_of_libraries_does_not_get_between_packets(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert [o.row["status"] for o in run(items("noisy", "good", "noisy-2"), workers=1)] == [
        "ok"
    ] * 3
    assert capfd.readouterr() == ("", "")


def test_stopping_takes_less_than_a_second_and_leaves_no_process() -> None:
    stop = threading.Event()
    engine = LocalEngine(2, task=f"{TASKS}:mishaps")
    outcomes = engine.run(items("good", "good", "hang", "stuck"), TaskOptions(), stop=stop)
    begun = time.monotonic()
    workers = {pid(next(outcomes)), pid(next(outcomes))}
    start = time.monotonic()
    stop.set()
    assert list(outcomes) == []
    # On a busy machine everything takes longer: no more than it took to start.
    assert time.monotonic() - start < max(1.0, start - begun)
    assert not any(map(alive, workers))


def test_items_are_drawn_as_workers_become_free() -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Item]:
        for number in range(10**9):
            drawn.append(number)
            yield Item(number=number, id=str(number), uri=f"/photos/good-{number}")

    outcomes = run(endless(), workers=2)
    for _ in range(20):
        next(outcomes)
    time.sleep(0.3)
    assert len(drawn) < 60
    outcomes.close()  # type: ignore[attr-defined]


def test_a_missing_model_ends_the_run_with_its_own_sentence() -> None:
    with pytest.raises(ModelError, match="The model is not there"):
        list(run(items("good"), task="broken"))
    with pytest.raises(ModelError, match="The model is gone"):
        list(run(items("good", "nomodel"), workers=1))


def test_workers_that_cannot_start_end_the_run_with_their_last_words() -> None:
    with pytest.raises(PostureError, match=r"exit status 7: libmissing\.so") as raised:
        list(run(items("good"), task="dying"))
    assert raised.value.code == "worker_start"


def test_a_failing_list_ends_the_run() -> None:
    def failing() -> Iterator[Item]:
        yield from items("good")
        raise PostureError("the list is damaged", code="bad_batch")

    with pytest.raises(PostureError, match="the list is damaged"):
        list(run(failing()))


ORPHANING = """
import sys, threading
sys.path.append("tests")
from posture.batch.engines.local import LocalEngine
from posture.batch.model import Item, TaskOptions
names = ["good", "good", "hang", "stuck"]
items = (Item(number=n, id=name, uri=f"/photos/{name}") for n, name in enumerate(names))
engine = LocalEngine(2, task="support.batch_tasks:mishaps")
for outcome in engine.run(items, TaskOptions(), stop=threading.Event()):
    print(outcome.row["error_message"], flush=True)
"""


def test_workers_end_when_their_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANING], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    workers = {int(parent.stdout.readline()), int(parent.stdout.readline())}
    time.sleep(0.3)
    assert all(map(alive, workers))
    parent.kill()
    parent.communicate()
    assert wait_until(lambda: not any(map(alive, workers)), 2.0)
