"""Entries from result files, files of each format, and the export command."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from conftest import SAMPLES

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.case.result_file import Writer, refused_result, result_of
from posture.cli import export as cli_export
from posture.cli.main import main
from posture.errors import PoseError, SettingsError
from posture.export import (
    FORMATS,
    LeftOutError,
    Options,
    entries_of,
    export_files,
    export_text,
    read_result,
    read_results,
    to_coco,
    to_csv,
    to_json,
)

REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))


@pytest.fixture(scope="module")
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


@pytest.fixture
def results(analysis: Analysis, tmp_path: Path) -> Path:
    """A folder that posture analyze --out wrote: one photo analysed, one refused."""
    folder = tmp_path / "results"
    writer = Writer(folder, photos=(), blur_face=True)
    writer.write(Path("a.jpg"), result_of(analysis), None)
    writer.write(Path("b.jpg"), refused_result(REFUSED), None)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def edited(path: Path, **changes: object) -> Path:
    table = json.loads(path.read_text(encoding="utf-8"))
    table.update(changes)
    path.write_text(json.dumps(table), encoding="utf-8")
    return path


# --- entries -------------------------------------------------------------------------------


def test_a_result_file_gives_what_the_analysis_gives(analysis: Analysis, results: Path) -> None:
    entry = read_result(results / "a.posture.json", id="1")
    assert {**entry.result, "plan": None} == {**result_of(analysis), "plan": None}
    assert entry.need_keypoints().to_dict() == analysis.keypoints.to_dict()
    assert to_coco([entry]) == to_coco([analysis])
    # In memory, too, an export has the numbers that a file would have.
    (same,) = entries_of([analysis])
    assert (same.record, same.view) == (entry.record, entry.view)


def test_a_result_of_a_later_version_may_say_more(results: Path) -> None:
    path = results / "a.posture.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    before = to_csv([read_result(path, id="1")])
    more = {"weather": "fine"}
    edited(path, view=table["view"] | more, provenance=table["provenance"] | more, **more)
    assert to_csv([read_result(path, id="1")]) == before


def test_refused_photos_are_entries_too(results: Path) -> None:
    entries = read_results(sorted(results.glob("*.json")))
    assert [(entry.id, entry.photo, entry.refused) for entry in entries] == [
        ("1", SAMPLES[0].name, False),
        ("2", "b.jpg", True),
    ]
    with pytest.raises(LeftOutError, match="Nobody is there"):
        entries[1].need_keypoints()


def test_entries_pass_through_and_outcomes_are_numbered(analysis: Analysis) -> None:
    first, second = entries_of([analysis, REFUSED])
    assert (first.id, second.id) == ("1", "2")
    assert list(entries_of([second])) == [second]


def test_results_without_landmarks_advise_to_name_the_photo(results: Path) -> None:
    path = results / "a.posture.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    del table["keypoints"]
    path.write_text(json.dumps(table), encoding="utf-8")
    entry = read_result(path, id="1")
    assert entry.keypoints is None
    with pytest.raises(LeftOutError, match="name the photo itself") as caught:
        to_coco([entry])
    assert caught.value.code == "no_keypoints"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "refused"}, "error must hold code and message"),
        ({"schema_version": 99}, "schema_version must be 2"),
        ({"photo": 7}, "photo must be text"),
        ({"measures": {}}, "is missing"),
        ({"estimates": None}, "estimates"),
        ({"keypoints": {"points": []}}, "keypoints.photo_size_px is missing"),
        ({"view": {"findings": [], "facing": "up"}}, "view.facing is 'up' but must be one of"),
        ({"view": {"findings": [], "facing": "left"}}, "view.yaw_deg is missing"),
    ],
)
def test_a_file_that_is_no_result_is_refused_in_one_sentence(
    results: Path, changes: dict[str, object], words: str
) -> None:
    path = edited(results / "a.posture.json", **changes)
    with pytest.raises(SettingsError, match=words) as caught:
        read_result(path, id="1")
    assert caught.value.code == "bad_result"
    assert "a.posture.json" in str(caught.value)


@pytest.mark.parametrize("key", ["facing", "roll_source", "parts", "roll_deg"])
def test_a_view_with_a_wrong_value_is_refused(results: Path, key: str) -> None:
    path = results / "a.posture.json"
    view = json.loads(path.read_text(encoding="utf-8"))["view"]
    edited(path, view={**view, key: {}})
    with pytest.raises(SettingsError, match=f"view.{key}"):
        read_result(path, id="1")


def test_a_refusal_with_values_is_refused(results: Path, analysis: Analysis) -> None:
    path = edited(results / "b.posture.json", estimates=analysis.estimates.to_dict())
    with pytest.raises(SettingsError, match="estimates must be null"):
        read_result(path, id="1")


@pytest.mark.parametrize("content", [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_json_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.posture.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"x\.posture\.json is not a result"):
        read_result(path, id="1")


# --- files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, found in FORMATS.items() if found.single])
def test_one_file_holds_all_photos(analysis: Analysis, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"all{FORMATS[name].ending}"
    written = export_files([analysis, REFUSED], path, format=name)
    assert written.files == (path,)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    if FORMATS[name].points:
        assert written.left_out == ("b.jpg was not analysed: Nobody is there.",)
    else:
        assert written.left_out == ()
    if name == "parquet":
        assert pq.read_table(path)["status"].to_pylist() == ["ok", "refused"]
    else:
        text = path.read_bytes().decode("utf-8")
        assert (text, written.left_out) == export_text([analysis, REFUSED], format=name)


@pytest.mark.parametrize("name", [name for name, found in FORMATS.items() if not found.single])
def test_other_formats_have_one_file_for_each_photo(
    analysis: Analysis, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "new" / "folder"
    options = Options(height_cm=170)
    written = export_files([analysis, REFUSED, analysis], folder, format=name, options=options)
    stem, ending = SAMPLES[0].stem, FORMATS[name].ending
    assert [path.name for path in written.files] == [f"{stem}{ending}", f"{stem}-2{ending}"]
    assert all(path.stat().st_size > 100 for path in written.files)
    assert len(written.left_out) == 1


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        ("../../etc/passwd.jpg", "passwd.mot"),
        ("..\\..\\evil.png", "evil.mot"),
        ("a\nb\t<c>.jpg", "a_b__c_.mot"),
        ("..", "photo.mot"),
        ("", "photo.mot"),
        ("Jörg 1.jpg", "Jörg 1.mot"),
    ],
)
def test_names_in_results_stay_in_the_folder(
    analysis: Analysis, tmp_path: Path, photo: str, expected: str
) -> None:
    (entry,) = entries_of([analysis])
    named = replace(entry, uri="x", result={**entry.result, "photo": photo})
    (path,) = export_files([named], tmp_path / "out", format="mot").files
    assert path == tmp_path / "out" / expected


def test_inputs_are_never_overwritten(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "a.posture.json"
    path.write_text("precious")
    with pytest.raises(SettingsError, match="one of the inputs"):
        export_files([analysis], path, format="json", inputs=[path])
    photo = tmp_path / f"{SAMPLES[0].stem}.mot"
    photo.write_text("precious")
    (other,) = export_files([analysis], tmp_path, format="mot", inputs=[photo]).files
    assert other.name == f"{SAMPLES[0].stem}-2.mot"
    assert path.read_text() == photo.read_text() == "precious"


def test_a_full_disk_leaves_no_half_file(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.json"
    path.write_text("before")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posture.export.files.to_json", full)
    with pytest.raises(SettingsError, match="No space left on device") as caught:
        export_files([analysis], path, format="json")
    assert caught.value.code == "bad_output"
    assert [item.name for item in tmp_path.iterdir()] == ["all.json"]
    assert path.read_text() == "before"


def test_unknown_formats_and_formats_without_text_are_refused(analysis: Analysis) -> None:
    with pytest.raises(SettingsError, match="There is no format xml"):
        export_files([analysis], Path("x"), format="xml")
    for name in ("parquet", "trc", "xml"):
        with pytest.raises(SettingsError, match="As one text there is json, csv"):
            export_text([analysis], format=name)


# --- the command ---------------------------------------------------------------------------


def test_the_command_offers_the_formats_of_the_package() -> None:
    assert tuple(FORMATS) == cli_export.NAMES
    shown = run("--help").output
    assert all(name in shown for name in FORMATS)


def test_help_is_there_without_heavy_imports() -> None:
    probe = (
        "import sys; from click.testing import CliRunner; from posture.cli.main import main;"
        "CliRunner().invoke(main, ['export', '--help']);"
        "print(sorted({'cv2', 'mediapipe', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_folder_of_results_becomes_a_table_on_stdout(results: Path) -> None:
    done = run(results, "--format", "csv")
    assert done.exit_code == 3  # one photo was refused; it has its row all the same
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert [row["status"] for row in rows] == ["ok", "refused"]
    assert [Path(row["uri"]).name for row in rows] == ["a.posture.json", "b.posture.json"]
    assert done.stderr == ""


def test_files_and_photos_together_keep_their_order(results: Path, tmp_path: Path) -> None:
    photo = Path(shutil.copy(SAMPLES[2], tmp_path / "photo.jpg"))
    done = run(photo, results / "a.posture.json", tmp_path / "missing.jpg", "--format", "json")
    found = json.loads(done.stdout)
    assert [item["photo"] for item in found] == ["photo.jpg", SAMPLES[0].name, "missing.jpg"]
    assert [item["status"] for item in found] == ["ok", "ok", "refused"]
    assert done.exit_code == 3


def test_photos_that_a_format_cannot_hold_are_named_on_stderr(
    results: Path, tmp_path: Path
) -> None:
    out = tmp_path / "markers"
    done = run(results, "--format", "trc", "--height-cm", 170, "--out", out)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr == "posture: left out: b.jpg was not analysed: Nobody is there.\n"
    assert [path.name for path in out.iterdir()] == [f"{SAMPLES[0].stem}.trc"]


def test_fhir_options_reach_the_bundle(results: Path) -> None:
    done = run(
        results / "a.posture.json", "--format", "fhir", "--subject", "Patient/7",
        "--effective", "2025-01-31",
    )  # fmt: skip
    assert done.exit_code == 0
    resource: dict[str, Any] = json.loads(done.stdout)["entry"][0]["resource"]
    assert resource["subject"] == {"reference": "Patient/7"}
    assert resource["effectiveDateTime"] == "2025-01-31"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "parquet"], "parquet needs --out with a file"),
        (["--format", "trc"], "trc needs --out with a folder"),
        (["--format", "trc", "--out", "m"], "a photo has no scale"),
        (["--format", "csv", "--height-cm", "17"], "between 100 and 230"),
        (["--format", "fhir", "--subject", "me"], "Patient/17"),
        (["--format", "csv", "--out", "no/such/folder/a.csv"], "No such file or directory"),
    ],
)
def test_wrong_use_gets_one_sentence(
    results: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(results.parent)
    done = run(results / "a.posture.json", *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert os.listdir(results.parent) == ["results"]  # noqa: PTH208


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    done = run(tmp_path, "--format", "csv")
    assert done.exit_code == 2
    assert "holds no results: name one that posture analyze --out" in done.stderr


def test_the_plan_of_a_result_stays_in_its_json(results: Path) -> None:
    (entry,) = read_results([results / "a.posture.json"])
    assert json.loads(to_json([entry]))[0]["plan"] is not None


def test_the_installed_program_goes_from_photo_to_markers(tmp_path: Path) -> None:
    photo = shutil.copy(SAMPLES[0], tmp_path / "side.jpg")
    before = Path(photo).read_bytes()
    words = [sys.executable, "-m", "posture", "export", "side.jpg", "--format", "trc"]
    done = subprocess.run(
        [*words, "--height-cm", "168", "--out", "markers"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["side.jpg", "side.trc"]
    assert (tmp_path / "markers" / "side.trc").read_text().startswith("PathFileType\t4\t(X/Y/Z)\t")
    assert Path(photo).read_bytes() == before
