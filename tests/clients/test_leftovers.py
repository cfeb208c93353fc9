"""Copies of the client file that killed tasks leave: swept at the next start, named by deletion."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from support.captures import jpeg, make_capture

from posture.clients import ClientStore, Details, leftovers
from posture.clients.archive import export_client, export_to
from posture.clients.backup import backup, restore
from posture.clients.leftovers import FOLDER, PART, sweep, workplace
from posture.clients.pictures import bare

DAY = date(2025, 3, 1)
ROOT = Path(__file__).parents[2]

# Each task is killed when its copy is complete, right before it would go.
KILLED = f"""
import os, signal, sys
sys.path[:0] = [{str(ROOT)!r}]
from pathlib import Path
from posture.clients import ClientStore, archive, backup, new_files
store = ClientStore(Path(sys.argv[1]))
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "restore":
    backup._bring_in = die
else:
    new_files._sync = die
archive.last_sheet = lambda *_: None
if sys.argv[2] == "backup":
    backup.backup(store, Path(sys.argv[3]))
elif sys.argv[2] == "restore":
    backup.restore(store, Path(sys.argv[3]))
else:
    archive.export_to(store, store.find()[0].client.id, Path(sys.argv[3]))
"""


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    store = ClientStore(tmp_path / "data" / "clients.sqlite")
    store.add_visit(Details(name="Zsuzsanna"), [make_capture("a")], day=DAY, consented_on=DAY)
    return store


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def kill(store: ClientStore, task: str, at: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(store.path), task, str(at)], check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.skipif("sys.platform == 'win32'", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("task", ["backup", "export", "restore"])
def test_a_killed_task_leaves_copies_only_until_the_next_start(
    store: ClientStore, tmp_path: Path, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    target = stick / "file"
    if task == "restore":
        backup(store, target)
    kill(store, task, target)
    left = [path for path in store.path.parent.glob(f"{FOLDER}*") if path.is_dir()]
    assert len(left) == 1
    if task == "restore":
        assert b"Zsuzsanna" in (left[0] / "copy.sqlite").read_bytes()
        # What the restore replaced is kept on purpose.
        (kept,) = store.path.parent.glob("clients-before-*")
        kept.unlink()
    else:
        assert [name for name in names(stick) if name.startswith(PART)] == sorted(names(stick))
        assert names(stick)
    monkeypatch.setattr(leftovers, "GRACE_S", 0.0)
    assert ClientStore(store.path).find()[0].client.name == "Zsuzsanna"
    assert names(store.path.parent) == {"clients.sqlite"}
    assert names(stick) == ({"file"} if task == "restore" else set())


def test_a_task_at_work_is_left_alone(store: ClientStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "GRACE_S", 0.0)
    with workplace(store.path) as folder:
        (folder / "copy.sqlite").write_bytes(b"x")
        sweep(store.path)
        assert (folder / "copy.sqlite").exists()
        assert store.copies() == (folder,)
    assert store.copies() == ()


def test_a_damaged_note_removes_no_file_of_anybody_else(
    store: ClientStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    left = store.path.with_name(f"{FOLDER}x")
    left.mkdir()
    (left / "elsewhere").write_bytes(os.fsencode(precious))
    monkeypatch.setattr(leftovers, "GRACE_S", 0.0)
    sweep(store.path)
    assert precious.read_text() == "mine"
    assert not left.exists()


def test_a_deletion_sweeps_first_and_names_what_stays(
    store: ClientStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(store, backup(store, tmp_path / "backup.sqlite"))
    left = store.path.with_name(f"{FOLDER}x")
    left.mkdir()
    (left / "copy.sqlite").write_bytes(store.path.read_bytes())
    monkeypatch.setattr(leftovers, "GRACE_S", 0.0)
    store.delete(store.find()[0].client.id)
    assert not left.exists()
    (kept,) = store.copies()
    assert kept.name.startswith("clients-before-")
    assert b"Zsuzsanna" in kept.read_bytes()


def test_finished_tasks_leave_nothing(store: ClientStore, tmp_path: Path) -> None:
    client = store.find()[0].client
    backup(store, tmp_path / "b.sqlite")
    export_to(store, client.id, tmp_path / "e.zip")
    assert names(tmp_path) == {"data", "b.sqlite", "e.zip"}
    assert names(store.path.parent) == {"clients.sqlite"}


# --- what is kept of pictures that come in -------------------------------------------------


def with_place(progressive: bool = False) -> bytes:  # noqa: FBT001, FBT002
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "CAMERA-NOTE"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    buffer = io.BytesIO()
    image.save(
        buffer, "JPEG", quality=92, exif=exif, comment=b"COMMENT-NOTE", progressive=progressive
    )
    # Cameras put further pictures, with their own notes, behind the first one.
    return buffer.getvalue() + jpeg() + b"TRAILING-NOTE"


@pytest.mark.parametrize("progressive", [False, True])
def test_notes_on_place_and_camera_go_and_every_pixel_stays(progressive: bool) -> None:  # noqa: FBT001
    before = with_place(progressive)
    after = bare(before)
    assert b"GPS" not in after
    for trace in (b"Exif", b"CAMERA-NOTE", b"COMMENT-NOTE", b"TRAILING-NOTE"):
        assert trace in before
        assert trace not in after
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as two:
        assert dict(two.getexif()) == {}
        assert one.tobytes() == two.tobytes()
    assert bare(after) == after


def test_no_imported_picture_says_where_it_was_taken(tmp_path: Path) -> None:
    source = ClientStore(tmp_path / "one.sqlite")
    capture = make_capture("a", photo=with_place())
    visit = source.add_visit(Details(name="Anna"), [capture], day=DAY, consented_on=DAY)
    target = ClientStore(tmp_path / "two.sqlite")
    from posture.clients.archive_import import import_client

    client = import_client(target, export_client(source, visit.client_id))
    photo = target.photo(target.visits(client.id)[0].shots[0].id)
    assert photo is not None
    assert b"CAMERA-NOTE" in capture.photo  # type: ignore[operator]
    assert b"NOTE" not in target.path.read_bytes()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff\xd8",
        jpeg()[:300],
        jpeg()[:-2],
        b"\xff\xd8" + b"\xff" * 999,
        b"\xff\xd8\xff\xe1\0\1",
    ],
)
def test_broken_pictures_are_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="is not a JPEG picture"):
        bare(broken)


def test_a_picture_of_endless_scans_is_refused_at_once() -> None:
    whole = with_place(progressive=True)
    scan = whole.index(b"\xff\xda")
    end = whole.index(b"\xff\xda", scan + 2)
    with pytest.raises(ValueError, match="is not a JPEG picture"):
        bare(whole[:scan] + whole[scan:end] * 2000 + whole[end:])
