"""Hostile names, encodings, links and disks: the command line goes on, or says one sentence."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support.captures import visited
from support.records import make_record, write_record

from posture.cli.main import main
from posture.cli.terminal import PLAIN, plain_characters, shown
from posture.clients import ClientStore
from posture.files import MOST_NAME_BYTES, safe_stem, write_whole

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_images" / "02_neutral_man_right.jpg"
DEVICE_FULL = Path("/dev/full")
NO_PHOTO = b"\xff\xd8\xff no photo"
"""Refused at once: what is tested here is names and streams, not the analysis."""


def command(
    *arguments: object, cwd: Path, encoding: str = "utf-8", stdout: int | None = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    env = {
        **os.environ,
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": encoding,
        "PYTHONPATH": str(ROOT),
        "POSTURE_CONFIG": str(cwd / "config"),
    }
    return subprocess.run(
        [sys.executable, "-m", "posture", *map(os.fsencode, map(str, arguments))],
        cwd=cwd,
        env=env,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


def made(folder: Path, *names: str) -> list[str]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NO_PHOTO)
    return list(names)


def results(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- names ---------------------------------------------------------------------------------


def test_names_are_shown_as_they_are_and_never_obeyed(tmp_path: Path) -> None:
    plain = made(tmp_path, "[bold red]x.jpg", "[/x]/a.jpg", ":x:.jpg")
    names = [*plain, *made(tmp_path, "\x1b[31mred\x07.jpg", "two\nlines.jpg")]
    done = command("analyze", *names, "[/x]/none.jpg", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == b""
    text = done.stdout.decode()
    assert "[bold red]x.jpg\n" in text
    assert "There is no file [/x]/none.jpg." in text
    assert "\\x1b[31mred\\x07.jpg\n" in text
    assert "two\\nlines.jpg" in text
    assert ":x:.jpg" in text
    assert "\x1b" not in text


def test_a_wrong_source_is_named_without_its_escape_sequences(tmp_path: Path) -> None:
    for words in (["batch", "\x1b[2J", "--out", "o"], ["plan", "\x1b[2J.json"]):
        done = command(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert b"\x1b" not in done.stdout + done.stderr
        assert b"\\x1b[2J" in done.stderr


@given(st.text())
def test_shown_names_take_one_line_and_hold_no_controls(name: str) -> None:
    text = shown(name)
    assert len(text.splitlines()) <= 1
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text)


@given(st.text(st.characters(codec=None), max_size=400))
def test_result_names_fit_any_file_system(name: str) -> None:
    stem = safe_stem(name)
    assert 0 < len(stem.encode("utf-8")) <= MOST_NAME_BYTES
    assert "/" not in stem
    assert stem.strip(". ")


def test_no_result_lands_outside_its_folder(tmp_path: Path) -> None:
    names = made(tmp_path, "..jpg", "...jpg", ".jpg", " .jpg")
    done = command("analyze", *names, "--out", "o", cwd=tmp_path)
    assert done.returncode == 3
    assert results(tmp_path) == sorted([*names, "o"])
    assert results(tmp_path / "o") == [
        ".jpg.posture.json",
        "photo-2.posture.json",
        "photo-3.posture.json",
        "photo.posture.json",
    ]


def test_results_can_lie_beside_the_photos(tmp_path: Path) -> None:
    made(tmp_path, "..jpg", "side.jpg")
    done = command("analyze", "..jpg", "side.jpg", "--out", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, b"")
    assert {"photo.posture.json", "side.posture.json"} <= set(results(tmp_path))


def test_long_undecodable_and_circular_names_do_not_end_the_run(tmp_path: Path) -> None:
    long = "é" * 120 + ".jpg"
    (undecodable,) = made(tmp_path, os.fsdecode(b"caf\xe9.jpg"))
    made(tmp_path, long, "last.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    (tmp_path / "ring.jpg").symlink_to("ring2.jpg")
    (tmp_path / "ring2.jpg").symlink_to("ring.jpg")
    (tmp_path / "folder.jpg").mkdir()
    names = [long, undecodable, "loop.jpg", "ring.jpg", "folder.jpg", "gone.jpg", "last.jpg"]
    done = command("analyze", *names, "--out", "o", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, b"")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["refused"] * 7
    assert lines[1]["photo"] == "caf\\udce9.jpg"
    assert "link that leads back to itself" in lines[2]["error"]["message"]
    assert "link that leads back to itself" in lines[3]["error"]["message"]
    written = results(tmp_path / "o")
    assert len(written) == 7
    assert max(len(os.fsencode(name)) for name in written) <= 200
    assert {"caf_.posture.json", "loop.posture.json", "last.posture.json"} <= set(written)


def test_a_photo_that_cannot_be_read_does_not_end_the_run(tmp_path: Path) -> None:
    made(tmp_path, "last.jpg")
    # Opens, but the first byte of a process's memory gives an input/output error, to root as well.
    (tmp_path / "secret.jpg").symlink_to("/proc/self/mem")
    done = command("analyze", "secret.jpg", "last.jpg", "--out", "o", cwd=tmp_path)
    assert done.returncode == 3
    assert len(results(tmp_path / "o")) == 2


def test_an_unreadable_photo_is_one_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = made(tmp_path, "secret.jpg", "last.jpg")
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "secret.jpg":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    paths = [str(tmp_path / name) for name in names]
    done = CliRunner().invoke(main, ["analyze", *paths, "--out", str(tmp_path / "o")])
    assert done.exit_code == 3
    assert "secret.jpg cannot be opened: check that you may read it." in done.stdout
    assert len(results(tmp_path / "o")) == 2


# --- encodings -----------------------------------------------------------------------------

ENCODINGS = ("cp437", "cp850", "cp932", "cp1252", "gbk", "latin-1", "ascii")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a result file."""
    made_in = tmp_path_factory.mktemp("encodings")
    write_record(made_in / "client.posture.json", make_record(tilt=14.0, lordosis=45.0))
    return made_in


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_sentence_is_written_with_what_an_encoding_has(encoding: str, folder: Path) -> None:
    photo = folder / "Ä 张 side.jpg"
    shutil.copy(SAMPLE, photo)
    done = command("analyze", photo, cwd=folder, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode(encoding)
    assert " to " in text
    assert ("°" in text) or (" deg" in text)
    assert "张" in text or "\\u5f20" in text
    for words in (["plan", next(folder.glob("*.json"))], ["exercises", "--json"], ["--help"]):
        said = command(*words, cwd=folder, encoding=encoding)
        assert (said.returncode, said.stderr) == (0, b"")
        said.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_holds_the_same_on_every_encoding(encoding: str, tmp_path: Path) -> None:
    made(tmp_path, "Ä 张 − ß.jpg")
    done = command("analyze", "Ä 张 − ß.jpg", "--json", cwd=tmp_path, encoding=encoding)
    assert json.loads(done.stdout.decode(encoding))["photo"] == "Ä 张 − ß.jpg"


@pytest.mark.parametrize("encoding", ["cp437", "ascii"])
def test_comparisons_are_written_on_every_encoding(encoding: str, tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    visited(store, "Анна", [[10.0, 11.0], [18.0, 19.0]])
    place = ["clients", "--data", tmp_path / "clients.sqlite"]
    for words in (["list"], ["show", "Анна"], ["compare", "Анна"], ["list", "--json"]):
        done = command(*place, *words, cwd=tmp_path, encoding=encoding)
        assert (done.returncode, done.stderr) == (0, b"")


def test_the_characters_of_this_program_have_plain_ones() -> None:
    for sign, plain in PLAIN.items():
        error = UnicodeEncodeError("ascii", sign, 0, 1, "")
        assert plain_characters(error) == (plain, 1)
        plain.encode("ascii")
    assert plain_characters(UnicodeEncodeError("ascii", "aé\udcff", 1, 3, "")) == ("e\\udcff", 3)


# --- disks ---------------------------------------------------------------------------------


@pytest.mark.skipif(not DEVICE_FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize("words", [["--json"], []])
def test_output_to_a_full_disk_is_one_sentence(words: list[str], tmp_path: Path) -> None:
    made(tmp_path, "side.jpg")
    with DEVICE_FULL.open("wb") as full:
        done = command("analyze", "side.jpg", *words, cwd=tmp_path, stdout=full.fileno())
    assert done.returncode == 1
    assert done.stderr == b"posture: No space left on device.\n"


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = command("exercises", "--json", cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_no_wrong_use_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = made(tmp_path, "side.jpg")
    out = tmp_path / "o"
    monkeypatch.setattr(os, "fdopen", full_disk)
    done = CliRunner().invoke(main, ["analyze", str(tmp_path / name), "--out", str(out)])
    assert done.exit_code == 1
    assert done.stderr == (
        f"posture: Results cannot be written to {out}: {os.strerror(errno.ENOSPC)}.\n"
    )
    assert results(out) == []


def test_a_file_appears_only_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="space"):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert (results(tmp_path), path.read_bytes()) == (["x.png"], b"old")
    write_whole(path, b"new")
    assert (results(tmp_path), path.read_bytes()) == (["x.png"], b"new")


# --- values --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_timeout_is_a_number(value: str, tmp_path: Path) -> None:
    made(tmp_path, "side.jpg")
    done = CliRunner().invoke(
        main, ["batch", str(tmp_path), "--out", str(tmp_path / "o"), "--timeout", value]
    )
    assert done.exit_code == 2
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("minutes", ["0", "-5"])
def test_a_session_takes_minutes(minutes: str, folder: Path) -> None:
    result = next(folder.glob("*.json"))
    done = CliRunner().invoke(main, ["plan", str(result), "--minutes", minutes])
    assert done.exit_code == 2
    assert f"minutes is {minutes} but must be between" in done.stderr
