"""``posture batch`` with the real model, as a user runs it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from posture.cli.batch import batch
from posture.cli.main import main
from posture.export.entries import entry_of
from posture.export.rows import row_of, schema
from reliability.hostile import RAWS

SAMPLES = Path(__file__).parents[2] / "sample_images"
GOOD = ("02_neutral_man_right.jpg", "03_tilted_arched_woman_right.jpg", "10_large_woman_left.jpg")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "posture", "batch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def wrong(*arguments: object) -> Result:
    """Run a command in this process that ends before any photo is analysed."""
    return CliRunner().invoke(main, ["batch", *map(str, arguments)])


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good photos, a front view, and six other files, one with an odd name."""
    folder = tmp_path_factory.mktemp("batch") / "=photos"
    (folder / "team").mkdir(parents=True)
    for name in GOOD:
        shutil.copy(SAMPLES / name, folder / "team" / name)
    front = (SAMPLES / "12_refused_front_view.jpg").read_bytes()
    (folder / "-front.jpg").write_bytes(front)
    (folder / "cut.jpg").write_bytes(front[:3000])
    (folder / "empty.jpg").touch()
    (folder / "text.png").write_text("no picture")
    (folder / "gone.jpg").symlink_to("nowhere")
    (folder / "notes.txt").write_text("left out")
    with open(os.fsencode(folder) + b"/caf\xe9.jpg", "wb") as stream:  # noqa: PTH123 - no text
        stream.write(front[:3000])
    Image.new("RGB", (400, 600), (90, 90, 90)).save(folder / "nobody.webp")
    return folder


@pytest.fixture(scope="module")
def done(photos: Path) -> subprocess.CompletedProcess[str]:
    out = photos / "out"
    return run(photos, "--out", out, "--csv", "--json-lines", "--overlays", "--workers", 2)


@pytest.fixture(scope="module")
def rows(photos: Path, done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    assert done.returncode == 3, done.stderr
    table = pq.read_table(photos / "out" / "rows")
    assert table.schema.equals(schema(), check_metadata=False)
    return {str(row["id"]): row for row in table.to_pylist()}


def test_every_file_has_its_row(rows: dict[str, dict[str, object]]) -> None:
    assert {name: row["error_code"] for name, row in rows.items()} == {
        **{f"team/{name}": None for name in GOOD},
        "-front.jpg": "not_side_view",
        "cut.jpg": "photo_truncated",
        r"caf\udce9.jpg": "photo_truncated",
        "empty.jpg": "photo_unsupported",
        "text.png": "photo_unsupported",
        "gone.jpg": "photo_missing",
        "nobody.webp": "no_person",
    }


def test_a_row_equals_the_result_of_analyze(
    rows: dict[str, dict[str, object]], read_sample: Callable[[Path], object]
) -> None:
    for name in GOOD:
        analysis = read_sample(SAMPLES / name)
        row = rows[f"team/{name}"]
        alone = row_of(entry_of(analysis, id=str(row["id"]), uri=str(row["uri"])))  # type: ignore[arg-type]
        # Where the photo lies in the batch, a result alone does not know.
        place = {"path": None, "input_number": None, "overlay": None}
        assert {**row, **place} == {**alone, **place}
        assert row["path"] == row["id"]
        assert row["overlay"] == f"overlays/{row['input_number']}-{name}"


def test_stdout_is_json_lines_and_nothing_else(
    done: subprocess.CompletedProcess[str], rows: dict[str, dict[str, object]]
) -> None:
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    # Which of two copies comes first is known at the end only.
    assert {row["id"]: {**row, "copy_of": rows[row["id"]]["copy_of"]} for row in printed} == rows
    assert "Left out, judging by their names: 1 (.txt 1)" in done.stderr
    assert "10 of 10 (3 ok, 0 poor, 7 refused)" in done.stderr
    assert "Traceback" not in done.stderr


def test_overlays_summary_gallery_and_csv(photos: Path, rows: dict[str, dict[str, object]]) -> None:
    out = photos / "out"
    pictures = sorted((out / "overlays").iterdir())
    assert [path.name.split("-", 1)[1] for path in pictures] == sorted(GOOD)
    with Image.open(pictures[0]) as picture:
        assert min(picture.size) > 500
        assert np.asarray(picture).std() > 20
    summary = json.loads((out / "summary.json").read_text())
    assert summary["statuses"] == {"ok": 3, "poor": 0, "refused": 7}
    assert summary["quantities"]["pelvic_tilt_deg"]["present"] == 3
    assert (out / "gallery.html").read_text().count('"picture":') == 3
    with (out / "rows.csv").open(newline="") as stream:
        cells = {row["id"]: row for row in csv.DictReader(stream)}
    assert cells.keys() - rows.keys() == {"'-front.jpg"}
    for name in GOOD:
        low = cells[f"team/{name}"]["measured_hip_extension_deg_low"]
        assert float(low) == rows[f"team/{name}"]["measured_hip_extension_deg_low"] < 0


def test_what_must_not_go_on_is_refused(
    photos: Path, done: subprocess.CompletedProcess[str]
) -> None:
    out = photos / "out"
    again = wrong(photos, "--out", out)
    assert again.exit_code == 2
    assert "already holds a batch of 10 inputs" in again.output
    assert "add --resume" in again.output
    other = wrong(photos, "--out", out, "--resume", "--blur-face", "--limit", 3)
    assert other.exit_code == 2
    assert "--limit, --overlays, --blur-face changed" in other.output
    strange = wrong(photos, "--out", photos / "team")
    assert strange.exit_code == 2
    assert "is not empty (02_neutral_man_right.jpg lies in it)" in strange.output
    assert done.returncode == 3


def test_resuming_a_complete_batch_analyses_nothing(
    photos: Path, done: subprocess.CompletedProcess[str]
) -> None:
    assert done.returncode == 3
    (photos / "out" / "gallery.html").unlink()
    again = wrong(photos, "--out", photos / "out", "--overlays", "--resume", "--json-lines")
    assert again.exit_code == 3, again.output
    assert again.stdout == ""
    assert (photos / "out" / "gallery.html").exists()
    assert len(list((photos / "out" / "rows").iterdir())) == 1


def test_hints_of_a_list_reach_the_analysis(tmp_path: Path) -> None:
    """Even a wrong facing is used: the list takes precedence over the picture."""
    lines = [
        "id,path,facing,height_cm,sex,camera_height_cm,camera_distance_cm",
        f"one,{SAMPLES / GOOD[0]},left,180,male,160,320",
        f"two,{SAMPLES / GOOD[0]},,1.8,,,",
        f"three,{SAMPLES / GOOD[0]},up,,,,",
        f"four,{SAMPLES / GOOD[0]},,,,,3.2",
    ]
    (tmp_path / "list.csv").write_text("\n".join(lines))
    done = run(tmp_path / "list.csv", "--out", tmp_path / "out", "--workers", 1)
    assert done.returncode == 3, done.stderr
    table = pq.read_table(tmp_path / "out" / "rows", columns=["id", "facing", "error_code"])
    assert table.to_pylist() == [
        {"id": "one", "facing": "left", "error_code": None},
        {"id": "two", "facing": None, "error_code": "bad_manifest_line"},
        {"id": "three", "facing": None, "error_code": "bad_manifest_line"},
        {"id": "four", "facing": None, "error_code": "bad_manifest_line"},
    ]
    first = pq.read_table(tmp_path / "out" / "rows", columns=["findings"]).to_pylist()[0]
    assert "camera_off_pelvis" in {finding["code"] for finding in first["findings"]}


def test_a_dry_run_counts_and_writes_nothing(photos: Path, tmp_path: Path) -> None:
    before = sorted(photos.rglob("*"))
    counted = wrong(photos / "team", "--dry-run", "--limit", 2)
    assert counted.exit_code == 0
    assert "2 inputs; nothing was analysed or written." in counted.output
    assert sorted(photos.rglob("*")) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.jpg", "b.jpg", "--out", "o"], "put a pattern in quotes"),
        ([os.curdir], "Name a folder for the results"),
        (["/no/where", "--out", "o"], "There is nothing at /no/where"),
        (["/dev/null", "--out", "/dev/null/o"], "cannot be written to"),
        ([os.curdir, "--out", "o", "--ray-address", "auto"], "--ray-address goes with"),
        ([os.curdir, "--out", "s3://bucket/x", "--csv"], "--csv needs a folder on this computer"),
        ([os.curdir, "--out", "ftp://x/y"], "give a folder or an address"),
    ],
)
def test_wrong_use_is_one_sentence(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = wrong(*arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_empty_source_is_reported_and_can_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for _ in range(2):
        result = wrong(tmp_path / "in", "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "There are no photos in" in result.output


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    result = wrong(SAMPLES, "--out", tmp_path / "out", "--model", tmp_path / "none.task")
    assert result.exit_code == 1
    assert "none.task cannot be read" in result.output


def test_the_parent_loads_no_model_and_no_server() -> None:
    """The parent lives as long as the batch, and so does all memory that it takes."""
    probe = (
        "import sys, posture.cli.main, posture.batch.run, posture.batch.engines.local; "
        "print({'mediapipe', 'streamlit', 'ray'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert shown.stdout.strip() == "set()"


def test_the_guide_names_every_option() -> None:
    text = (SAMPLES.parent / "docs" / "batch.md").read_text(encoding="utf-8")
    shown = [option for option in batch.params if not getattr(option, "hidden", False)]
    names = [name for option in shown for name in option.opts if name.startswith("--")]
    assert len(names) > 10
    assert [name for name in names if f"`{name}" not in text] == []


def test_the_overhead_of_a_batch_is_measured() -> None:
    command = [sys.executable, "-m", "benchmarks.batch_overhead", "2500"]
    shown = subprocess.run(command, cwd=SAMPLES.parent, capture_output=True, text=True, check=True)
    figures = {name: float(value) for name, value in map(str.split, shown.stdout.splitlines())}
    assert figures["rows"] == 2500
    assert figures["growth_mb"] < 50
    assert 0 < figures["overhead_ms"] < 20  # far above the aim: the suite shares the machine


def test_circular_links_and_raw_photos_are_one_row_each_and_can_be_resumed(tmp_path: Path) -> None:
    folder, out = tmp_path / "photos", tmp_path / "out"
    (folder / "@eaDir").mkdir(parents=True)
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "DSC_1.NEF").write_bytes(RAWS["nef"])
    (folder / "@eaDir" / "thumb.jpg").write_bytes(b"no photo")
    first = run(folder, "--out", out, "--workers", 1, "--json-lines")
    assert first.returncode == 3
    assert "Left out, judging by their names: 1 (@eaDir 1)" in first.stderr
    found = {row["photo"]: row["error_code"] for row in map(json.loads, first.stdout.splitlines())}
    assert found["loop.jpg"] == "photo_missing"
    assert found["DSC_1.NEF"] == "photo_raw"
    again = run(folder, "--out", out, "--workers", 1, "--resume")
    assert again.returncode == 3
    assert "2 of 2" in again.stderr
