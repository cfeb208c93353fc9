"""Ray engine: the same rows, whatever happens to photos, actors and nodes."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet as pq

from posture.batch.engines.local import LocalEngine
from posture.batch.engines.ray import RayEngine
from posture.batch.model import Item, ItemResult, TaskOptions
from posture.errors import ModelError, SettingsError

pytest.importorskip("ray")
pytestmark = [
    # Ray closes sockets and log files only at the end of the process.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    # Ray uses deprecated features of Python and of Ray itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    # A stopped run leaves a Ray thread behind, which finds its cluster gone.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
MISHAPS = "support.ray_tasks:mishaps"


def run(engine: RayEngine | LocalEngine, items: list[Item], **options: bool) -> list[ItemResult]:
    found = engine.run(iter(items), TaskOptions(**options), stop=threading.Event())
    return sorted(found, key=lambda outcome: outcome.number)


def items_named(names: list[str]) -> list[Item]:
    return [Item(number=number, id=name, uri=f"/{name}") for number, name in enumerate(names)]


def codes(outcomes: list[ItemResult]) -> Counter[object]:
    return Counter(outcome.row["error_code"] for outcome in outcomes)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of one core each, whose processes find the tasks of these tests."""
    import ray
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **NODE})
        try:
            _add_node(made)
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


def _add_node(cluster: Any) -> None:
    """Add a node; Ray gives one 30 s to start, which a busy machine may exceed."""
    for attempt in range(3):
        try:
            cluster.add_node(**NODE)
        except Exception as error:
            if attempt == 2 or "timed out during startup" not in str(error):
                raise
        else:
            return


@pytest.fixture
def here(cluster: Any) -> None:
    """A Ray instance that the program is already connected to."""
    import ray

    if not ray.is_initialized():
        ray.init(address=cluster.address, log_to_driver=False)


# --- photos --------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
def test_rows_and_pictures_equal_those_of_the_local_engine(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(SAMPLES[0].read_bytes()[:3000])
    items = [
        Item(number=number, id=path.name, uri=str(path), facing="right" if number == 1 else None)
        for number, path in enumerate([*SAMPLES[:4], broken, tmp_path / "none.jpg"])
    ]
    there = run(RayEngine(2), items, overlays=True)
    local = run(LocalEngine(1), items, overlays=True)
    assert [outcome.row["status"] for outcome in there].count("refused") >= 2
    assert there == local
    assert all(outcome.overlay for outcome in there if outcome.row["status"] != "refused")


@pytest.mark.usefixtures("here")
def test_a_photo_that_kills_or_hangs_costs_only_itself() -> None:
    names = [f"photo {number}" for number in range(60)]
    names[7], names[8], names[33] = "abort a", "abort b", "hang"
    names[20] = "no text \udcff"  # as Python has the byte ff of a file name
    found = run(RayEngine(2, timeout_s=3.0, task=MISHAPS), items_named(names))
    assert [outcome.number for outcome in found] == list(range(60))
    assert codes(found) == {"stub": 57, "worker_died": 2, "timed_out": 1}
    assert [found[number].row["id"] for number in (7, 8, 33)] == ["abort a", "abort b", "hang"]
    assert found[20].row["id"] == r"no text \udcff"
    assert "SIGABRT" in str(found[7].row["error_message"])
    # Replaced workers serve on; the other photos of a task are not analysed again by new ones.
    assert len({outcome.row["error_message"] for outcome in found if outcome.number > 33}) <= 3


@pytest.mark.usefixtures("here")
def test_an_unusable_task_ends_the_run() -> None:
    with pytest.raises(ModelError, match="The model is gone") as caught:
        run(RayEngine(2, task=MISHAPS), items_named(["no model", "b", "c"]))
    assert caught.value.code == "model_missing"


@pytest.mark.usefixtures("here")
def test_an_actor_that_is_killed_is_replaced(tmp_path: Path) -> None:
    items = items_named([f"photo {number}" for number in range(20)])
    items[5] = Item(number=5, id="kill actor", uri=str(tmp_path / "flag"))
    found = run(RayEngine(2, task="support.ray_tasks:node_killer"), items)
    assert [outcome.number for outcome in found] == list(range(20))
    assert codes(found) == {"stub": 20}
    assert (tmp_path / "flag").exists()


@pytest.mark.usefixtures("here")
def test_it_stops_on_request() -> None:
    stop = threading.Event()
    items = iter(items_named([f"photo {number}" for number in range(4000)]))
    outcomes = RayEngine(2, task=MISHAPS).run(items, TaskOptions(), stop=stop)
    next(outcomes)
    stop.set()
    began = time.monotonic()
    rest = sum(1 for _ in outcomes)
    assert time.monotonic() - began < 5.0  # a hundred seconds of work are left
    assert rest < 200


# --- nodes ---------------------------------------------------------------------------------


RUN = """
import json, sys, threading
from posture.batch.engines.ray import FETCHER, RayEngine
from posture.batch.model import Item, TaskOptions

address, task, count, stop_after = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
engine, stop = RayEngine(address=address, task=task), threading.Event()
import ray
connections, connect = [], ray.init
ray.init = lambda **how: (connections.append(how), connect(**how))
items = (Item(number=n, id=f"photo {n}", uri=f"/photo {n}") for n in range(count))
for done, outcome in enumerate(engine.run(items, TaskOptions(), stop=stop), start=1):
    row = outcome.row
    print(json.dumps([outcome.number, row["error_code"], row["error_message"]]), flush=True)
    if done == stop_after:
        stop.set()
for thread in threading.enumerate():
    if thread.name == FETCHER:
        thread.join(20)
print(json.dumps([len(connections), ray.is_initialized()]))
"""
"""An engine that makes its own connection, in a program that has not imported Ray before."""


def start(cluster: Any, *, count: int, stop_after: int = 0) -> subprocess.Popen[str]:
    roots = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
    return subprocess.Popen(
        [sys.executable, "-c", RUN, cluster.address, MISHAPS, str(count), str(stop_after)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(roots)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_lost_node_costs_no_row(cluster: Any) -> None:
    nodes = sorted(cluster.worker_nodes, key=str)
    running = start(cluster, count=120)
    assert running.stdout is not None
    found, processes = [], set()
    for line in running.stdout:  # nothing but rows: not a word of Ray's
        found.append(json.loads(line))
        processes.add(found[-1][-1])
        if len(processes) == 2 and nodes:  # both nodes are at work
            cluster.remove_node(nodes.pop(), allow_graceful=False)
    _, said = running.communicate(timeout=60)
    assert found.pop() == [1, False]
    assert (nodes, len(processes - {False}) > 2) == ([], True)
    assert sorted(number for number, *_ in found) == list(range(120))
    assert {code for _, code, _ in found} == {"stub"}
    assert said == ""


def test_a_stopped_run_leaves_no_thread_that_connects_again(cluster: Any) -> None:
    printed, _ = start(cluster, count=4000, stop_after=1).communicate(timeout=120)
    lines = printed.splitlines()
    assert json.loads(lines[-1]) == [1, False]
    assert len(lines) < 200


# --- the command ---------------------------------------------------------------------------


def test_the_command_starts_its_own_ray_instance(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "posture", "batch", str(SAMPLES[0]), "--json-lines"]
    command += ["--out", str(tmp_path / "out"), "--engine", "ray", "--workers", "1"]
    alone = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    done = subprocess.run(
        command, env=alone, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["id"] == SAMPLES[0].name
    assert pq.read_table(tmp_path / "out" / "rows").num_rows == 1
    # Nothing from Ray on either stream.
    assert all(re.match("1 of 1|Done: 1", line) for line in done.stderr.splitlines()), done.stderr


# --- what is not there ---------------------------------------------------------------------


def test_ray_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(SettingsError, match=r"pip install '\.\[ray\]'") as caught:
        RayEngine()
    assert caught.value.code == "ray_missing"


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_cluster_that_does_not_answer(scheme: str) -> None:
    import ray

    ray.shutdown()  # the engine makes its own connection
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        address = f"{scheme}127.0.0.1:{made.getsockname()[1]}"
    with pytest.raises(SettingsError, match=f"Ray cannot be reached at {address}") as caught:
        run(RayEngine(address=address), items_named(["a"]))
    assert caught.value.code == "ray_unreachable"


def test_no_usage_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    from ray._common.usage import usage_lib

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    RayEngine()
    assert not usage_lib.usage_stats_enabled()
