"""No byte leaves this computer: every way in works without a network, and none reaches for one."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import watched
from support.captures import visited
from support.clip import camera_frame, write_clip
from support.watched import ROOT, Watch, no_network

from posture.clients import ClientStore

SAMPLE = ROOT / "sample_images" / "02_neutral_man_right.jpg"
HEIC = ROOT / "tests" / "data" / "quadrants.heic"
POSTURE = (sys.executable, "-m", "posture")
WORDS = "four quiet words aloud"

REACHING = """
import socket
# Nothing is sent: a datagram socket only notes where it would send to.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    try:
        one.connect(("192.0.2.1", 9))
    except OSError:
        pass
"""

DEVICES = "import socket; print(*(name for _, name in socket.if_nameindex()))"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch.new(tmp_path / "watch")
    yield made
    assert made.processes() > 0
    assert made.reached_for() == []


def run(watch: Watch, *arguments: object, code: int = 0, typed: str = "", **more: str) -> str:
    done = watch.run(*POSTURE, *arguments, typed=typed, **more)
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.mark.parametrize("means", ["all that there are", "no namespace, no strace"])
def test_the_watch_sees_who_reaches_out(
    tmp_path: Path, means: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if means != "all that there are":
        monkeypatch.setattr(watched, "no_network", tuple)
        monkeypatch.setattr(watched, "traced", tuple)
    watch = Watch.new(tmp_path / "watch")
    done = watch.run(sys.executable, "-c", REACHING)
    assert done.returncode == 0, done.stderr
    assert watch.reached_for()
    assert all("192.0.2.1" in line for line in watch.reached_for())


def test_where_it_can_be_there_is_no_network(tmp_path: Path) -> None:
    done = Watch.new(tmp_path / "watch").run(sys.executable, "-c", DEVICES)
    found = set(done.stdout.split())
    assert found == {"lo"} if no_network() else found


def test_photos_are_analysed_one_by_one_and_in_batches(watch: Watch, tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    for path in (SAMPLE, HEIC):
        shutil.copy(path, photos)
    # A photo is read in this process, the other one in the helper for decoders.
    run(watch, "analyze", SAMPLE, HEIC, "--out", out / "one", code=3)
    run(watch, "batch", photos, "--out", out / "all", "--workers", 2, "--overlays", code=3)
    result = next((out / "one").glob("*.posture.json"))
    assert json.loads(result.read_text(encoding="utf-8"))["photo"]
    for kind in ("csv", "coco17", "fhir"):
        run(watch, "export", out / "all", "--format", kind, "--out", out / f"e.{kind}", code=3)


def test_plans_and_sheets(watch: Watch, tmp_path: Path) -> None:
    kinds = ("html", "pdf", "ics", "json")
    files = [word for kind in kinds for word in ("--out", tmp_path / f"plan.{kind}")]
    run(watch, "plan", SAMPLE, *files)
    run(watch, "report", SAMPLE, "--out", tmp_path / "r.pdf", "--out", tmp_path / "r.html")
    for page in (tmp_path / "plan.html", tmp_path / "r.html"):
        # Nor does the sheet make a browser fetch anything.
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert "url(http" not in text
        assert "<link" not in text


def test_the_camera_command(watch: Watch, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "person.mjpeg", [(camera_frame(3), 400)])
    run(watch, "camera", "--device", clip, "--once", "--out", tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_an_encrypted_client_file(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "clients.sqlite"
    visited(ClientStore(file), "Anna", [[10.0], [12.0]])
    place = ("clients", "--data", file)
    run(watch, *place, "encrypt", typed=f"{WORDS}\n{WORDS}\n")
    assert "Anna" in run(watch, *place, "list", typed=f"{WORDS}\n")
    run(watch, *place, "compare", "Anna", typed=f"{WORDS}\n")
    run(watch, *place, "backup", tmp_path / "backup.sqlite", typed=f"{WORDS}\n")
    exported = tmp_path / "anna.posture"
    run(watch, *place, "export", "Anna", "--out", exported, typed=f"{WORDS}\n")
    assert b"Anna" not in exported.read_bytes()


def test_the_app_with_phones_camera_and_clients_and_all_its_pages(
    watch: Watch, tmp_path: Path
) -> None:
    """A browser beside the server, in the same place without a network."""
    visit = ROOT / "tests" / "web" / "offline_visit.py"
    done = watch.run_beside(sys.executable, visit, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    # The page fetches from its own server only.
    assert set(told["hosts"]) <= {"127.0.0.1", "127.0.0.2"}
    assert told["steps"][-1] == "session"
    assert watch.processes() >= 2
